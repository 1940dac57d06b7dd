"""Keras layers that Keras does not have, one a file."""

from course_utils.layers.batch_normalization import BatchNormalization
from course_utils.layers.image_buffer import ImageBuffer
from course_utils.layers.maxout import Maxout
from course_utils.layers.one_hot_map import OneHotMap
from course_utils.layers.reflection_padding import ReflectionPadding2D
from course_utils.layers.trainable_noise import TrainableNoise

__all__ = ["BatchNormalization", "ImageBuffer", "Maxout", "OneHotMap", "ReflectionPadding2D", "TrainableNoise"]
