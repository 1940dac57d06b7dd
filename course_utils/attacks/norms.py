"""How large a change is: two norms, each with its steepest step, its ball and its random start."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

AXES = (1, 2, 3)
# Half the distance between two float32 numbers near 1.
ROUNDING = 2.0**-24


class Norm:
    """Base of the norms: nothing to configure."""

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


@keras.saving.register_keras_serializable("course_utils")
@dataclass(frozen=True)
class Linf(Norm):
    """The largest change of any one pixel and channel (Goodfellow, Shlens and Szegedy 2015).

    Changes and gradients are `(batch, height, width, channels)` throughout.
    """

    def size(self, change):
        """Size of each change as a NumPy array `(batch,)`, float64."""
        return np.abs(change, dtype="float64").max(axis=AXES)

    def direction(self, gradient):
        """The change of size 1 that follows the gradient furthest: its sign."""
        return ops.sign(gradient)

    def project(self, change, radius):
        """The nearest change whose size is at most `radius`."""
        return ops.clip(change, -radius, radius)

    def random(self, shape, radius, seed):
        """Changes drawn evenly from the ball; `seed` is a `keras.random.SeedGenerator`."""
        return keras.random.uniform(shape, -radius, radius, dtype="float32", seed=seed)

    def safe_radius(self, epsilon, pixels, largest):
        """A radius just below `epsilon`, so that no rounding of float32 images leads out of the ball.

        `pixels` numbers an image, none of them over `largest` in absolute value.
        """
        return max(0.0, epsilon - 2 * ROUNDING * (largest + epsilon))


@keras.saving.register_keras_serializable("course_utils")
@dataclass(frozen=True)
class L2(Norm):
    """The Euclidean length of the change; methods as those of `Linf`."""

    def size(self, change):
        """Length of each change as a NumPy array `(batch,)`, float64."""
        return np.sqrt(np.square(change, dtype="float64").sum(axis=AXES))

    def direction(self, gradient):
        """The gradient divided by its length; zero where it is zero."""
        # The square of a tiny gradient would round to zero, and the step with it.
        largest = ops.max(ops.abs(gradient), axis=AXES, keepdims=True)
        scaled = gradient / ops.where(largest > 0, largest, 1.0)
        return scaled / ops.maximum(_length(scaled), 1.0)

    def project(self, change, radius):
        """The change itself, or shortened to `radius`."""
        length = _length(change)
        return ops.where(length > radius, change * (radius / ops.where(length > 0, length, 1.0)), change)

    def random(self, shape, radius, seed):
        """Changes drawn evenly from the ball; `seed` is a `keras.random.SeedGenerator`."""
        towards = self.direction(keras.random.normal(shape, dtype="float32", seed=seed))
        pixels = int(np.prod(shape[1:]))
        share = keras.random.uniform((shape[0], 1, 1, 1), dtype="float32", seed=seed) ** (1 / pixels)
        return radius * share * towards

    def safe_radius(self, epsilon, pixels, largest):
        """A radius just below `epsilon`, so that no rounding of float32 images leads out of the ball."""
        return max(0.0, epsilon * (1 - 1e-5) - ROUNDING * (largest + epsilon) * pixels**0.5)


def _length(change):
    return ops.sqrt(ops.sum(ops.square(change), axis=AXES, keepdims=True))
