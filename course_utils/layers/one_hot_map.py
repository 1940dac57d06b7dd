"""Labels as a map of one-hot vectors: what a convolution needs to read a class beside an image."""

from numbers import Integral

import keras
from keras import ops


@keras.saving.register_keras_serializable("course_utils")
class OneHotMap(keras.layers.Layer):
    """One channel for each class, 1 everywhere in the label's own and 0 everywhere in the others.

    The one-hot vector gets two axes of length 1, and these are repeated. Published examples repeat first and reshape
    after, with the axes in another order: then the ones of one class are spread over all channels in stripes, hardly
    any pixel holds the one-hot vector of its label, and a convolution that looks at a few pixels cannot tell the class.

    Args:
        classes: number of classes, at least 2.
        height, width: pixels of the map, at least 1.

    Input: whole numbers from 0 to `classes - 1`, `(batch,)` or `(batch, 1)`. A label out of that range gets a map of
    zeros, or an error of the backend: inside a compiled step nobody can look at values, so look at them before.
    Output: `(batch, height, width, classes)`, 0 or 1.

    Raises:
        TypeError: classes, height or width that are no integers.
        ValueError: fewer than 2 classes, a side below 1 pixel, or an input of another shape.
    """

    def __init__(self, classes, height, width, **kwargs):
        # Labels must not be rounded to the compute dtype on their way in.
        super().__init__(**{"autocast": False} | kwargs)
        self.classes = _at_least("classes", classes, 2)
        self.height, self.width = _at_least("height", height, 1), _at_least("width", width, 1)

    def call(self, labels):
        labels = ops.cast(ops.reshape(labels, (-1, 1, 1)), "int32")
        one_hot = ops.one_hot(labels, self.classes, dtype=self.compute_dtype)  # (batch, 1, 1, classes)
        return ops.tile(one_hot, (1, self.height, self.width, 1))

    def compute_output_shape(self, input_shape):
        if len(input_shape) not in (1, 2) or tuple(input_shape[1:]) not in ((), (1,)):
            raise ValueError(
                f"Labels have the shape (batch,) or (batch, 1). Received: shape {tuple(input_shape)}. "
                "For one-hot vectors use argmax over their last axis."
            )
        return (input_shape[0], self.height, self.width, self.classes)

    def build(self, input_shape):
        self.compute_output_shape(input_shape)

    def get_config(self):
        own = {"classes": self.classes, "height": self.height, "width": self.width}
        return {**super().get_config(), **own}


def _at_least(name, value, low):
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer. Received: {name}={value!r} ({type(value).__name__}).")
    if value < low:
        raise ValueError(f"{name} must be at least {low}. Received: {name}={value}.")
    return int(value)
