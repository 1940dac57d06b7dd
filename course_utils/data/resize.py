"""Resizing arrays of images with Pillow's cubic filter."""

import numpy as np


def resize(images, size, low, high):
    """Resizes images to `(n, size, size, channels)`; cubic interpolation up, antialiasing cubic filter down.

    The kernel (Keys, "Cubic convolution interpolation for digital image processing", 1981) reaches two source pixels
    and no further, and each pass is clipped to `[low, high]` as it overshoots beside strong edges: so a margin of one
    dark pixel stays dark at the border, where a cubic spline would ring into it.

    Args:
        images: `(n, height, width, channels)`, float32 in `[low, high]`.
        size: height and width of the result in pixels.
        low: smallest pixel value.
        high: largest pixel value.

    Returns:
        `(n, size, size, channels)`, float32 in `[low, high]`.
    """
    planes = np.moveaxis(images, -1, 1)
    for _ in range(2):
        planes = np.clip(_resize_rows(planes, size), low, high).swapaxes(-1, -2)
    return np.ascontiguousarray(np.moveaxis(planes, 1, -1))


def _resize_rows(planes, size):
    from PIL import Image

    # Pillow filters only the axis that changes, so all rows of all images pass as one tall image.
    *leading, width = planes.shape
    tall = Image.fromarray(np.ascontiguousarray(planes).reshape(-1, width))
    return np.asarray(tall.resize((size, tall.height), Image.Resampling.BICUBIC)).reshape(*leading, size)
