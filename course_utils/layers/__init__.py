"""Keras layers that Keras does not have, one a file."""

from course_utils.layers.maxout import Maxout
from course_utils.layers.trainable_noise import TrainableNoise

__all__ = ["Maxout", "TrainableNoise"]
