"""Brings images of any size and colour to what a frozen classifier was trained on."""

import numpy as np
from keras import ops

SMALLEST_SIZE = 8


def prepare(images, size):
    """Converts images to one grey channel of `(size, size)` pixels, float32; can be traced.

    Args:
        images: `(batch, height, width, channels)` in [-1, 1], 1 or 3 channels (3 are averaged), at least 8 pixels
            a side.
        size: height and width of the result in pixels.

    Returns:
        `(batch, size, size, 1)`, float32.

    Raises:
        ValueError: another rank, another number of channels or fewer pixels.
    """
    images = ops.convert_to_tensor(images)
    _check(images.shape)
    images = ops.mean(ops.cast(images, "float32"), axis=-1, keepdims=True)
    height, width = images.shape[1:3]
    if height != size:
        images = ops.einsum("oh,bhwc->bowc", resizing_matrix(height, size), images)
    if width != size:
        images = ops.einsum("ow,bhwc->bhoc", resizing_matrix(width, size), images)
    return images


def resizing_matrix(old, new):
    """Returns the `(new, old)` matrix that resizes one axis bilinearly, with antialiasing when it reduces.

    Two products with such matrices equal `keras.ops.image.resize(..., antialias=True)`, which not every backend can
    compile with `jit_compile=True`.
    """
    scale = old / new
    centres = (np.arange(new) + 0.5) * scale - 0.5
    distances = np.abs(centres[:, np.newaxis] - np.arange(old)) / max(scale, 1.0)
    weights = np.maximum(0.0, 1.0 - distances)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _check(shape):
    if len(shape) != 4 or shape[-1] not in (1, 3) or min(shape[1:3]) < SMALLEST_SIZE:
        raise ValueError(
            f"images must be (batch, height, width, channels) with 1 or 3 channels and at least {SMALLEST_SIZE} pixels "
            f"a side. Received: shape {tuple(shape)}"
        )
