"""The arithmetic of convolutional networks: sizes of outputs, receptive fields, and what a network costs."""

from course_utils.arithmetic.receptive import Layer, ReceptiveField, receptive_field, receptive_fields
from course_utils.arithmetic.sizes import is_whole, output_size, transposed_output_size
from course_utils.arithmetic.summary import Row, Summary, summarise

__all__ = [
    "Layer",
    "ReceptiveField",
    "Row",
    "Summary",
    "is_whole",
    "output_size",
    "receptive_field",
    "receptive_fields",
    "summarise",
    "transposed_output_size",
]
