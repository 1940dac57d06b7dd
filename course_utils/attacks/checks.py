"""Checks that the attacks share."""

from numbers import Integral, Real

import numpy as np
from keras import ops


def checked_range(pixel_range):
    """The pixel range as two floats that float32 holds exactly.

    Raises:
        ValueError: where it is no pair of finite numbers that rise.
    """
    low, high = (float(np.float32(edge)) for edge in pixel_range)
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"pixel_range must be (smallest, largest). Received: pixel_range={pixel_range!r}.")
    return low, high


def checked_images(images, pixel_range):
    """Images `(n, height, width, channels)` as a float32 NumPy array.

    Raises:
        ValueError: for another shape, no image, or pixels outside the range.
    """
    low, high = checked_range(pixel_range)
    images = np.asarray(ops.convert_to_numpy(images), "float32")
    if images.ndim != 4 or images.size == 0:
        raise ValueError(
            "An attack takes images of shape (n, height, width, channels), at least one. "
            f"Received: shape {images.shape}."
        )
    # NaN fails every comparison, so it is refused here too.
    if not (images.min() >= low and images.max() <= high):
        raise ValueError(
            f"The images must lie in the pixel range {low:g} to {high:g}. "
            f"Received: values from {images.min()} to {images.max()}. Scale them, or give their own pixel_range."
        )
    return images


def checked_count(name, value):
    """A positive whole number.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be a positive whole number. Received: {name}={value!r}.")
    return int(value)


def checked_size(name, value):
    """A finite number, at least 0, in the units of the pixels.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < float("inf"):
        raise ValueError(
            f"{name} must be a finite number, at least 0, in the units of the pixels. Received: {name}={value!r}."
        )
    return float(value)
