"""Data sets behind one call, and batches of them for `fit`; importing loads neither Keras nor scikit-learn."""

from course_utils.data.batches import batches
from course_utils.data.public import DownloadError
from course_utils.data.registry import load, names

__all__ = ["DownloadError", "batches", "load", "names"]
