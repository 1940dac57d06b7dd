"""Maxout: an activation that learns its own shape."""

from math import prod
from numbers import Integral

import keras
from keras import ops


@keras.saving.register_keras_serializable("course_utils")
class Maxout(keras.layers.Layer):
    """The largest of several affine maps, max over k of (w_k . x + b_k), over the last axis.

    Two pieces can be ReLU, leaky ReLU or the absolute value; more can be any convex function, piece by piece.
    Goodfellow, Warde-Farley, Mirza, Courville and Bengio, "Maxout networks" (2013, arXiv:1302.4389).

    Args:
        units: numbers in the output's last axis, at least 1.
        pieces: affine maps that each of them chooses from, at least 1 (1 is a dense layer).
        kernel_initializer: initial weights of all maps, one `(channels, units * pieces)` matrix.
        bias_initializer: initial biases of the maps.

    Input and output: `(batch, ..., channels)` to `(batch, ..., units)`, at least two axes.

    Raises:
        TypeError: units or pieces that are no integers.
        ValueError: units or pieces below 1, an input of fewer than two axes, or of an unknown number of channels.
    """

    def __init__(self, units, pieces=2, kernel_initializer="glorot_uniform", bias_initializer="zeros", **kwargs):
        super().__init__(**kwargs)
        self.units = _count("units", units)
        self.pieces = _count("pieces", pieces)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape):
        width = self.units * self.pieces
        shape = (self._channels(input_shape), width)
        self.kernel = self.add_weight(shape=shape, initializer=self.kernel_initializer, name="kernel")
        self.bias = self.add_weight(shape=(width,), initializer=self.bias_initializer, name="bias")

    def call(self, x):
        maps = ops.matmul(x, self.kernel) + self.bias
        pieces = ops.reshape(maps, (*ops.shape(x)[:-1], self.units, self.pieces))
        return ops.max(pieces, axis=-1)  # (batch, ..., units)

    def compute_output_shape(self, input_shape):
        self._channels(input_shape)
        return (*input_shape[:-1], self.units)

    def multiply_adds(self, input_shape, output_shape):
        """Multiply-adds for one image, for `course_utils.arithmetic.summarise`; shapes are without the batch."""
        return prod(output_shape) * self.pieces * input_shape[-1]

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }

    def _channels(self, shape):
        if len(shape) < 2 or shape[-1] is None:
            raise ValueError(
                f"Maxout takes (batch, ..., channels) with a known number of channels. Received: shape {tuple(shape)}. "
                "Give the input a batch axis, and a number in place of None."
            )
        return shape[-1]


def _count(name, value):
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer. Received: {name}={value!r} ({type(value).__name__}).")
    if value < 1:
        raise ValueError(f"{name} must be at least 1. Received: {name}={value}.")
    return int(value)
