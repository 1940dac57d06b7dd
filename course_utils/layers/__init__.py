"""Keras layers that Keras does not have, one a file."""

from course_utils.layers.maxout import Maxout

__all__ = ["Maxout"]
