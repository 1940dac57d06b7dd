"""Functions of images, called on a few images at a time."""

import numpy as np
from keras import ops

BATCH = 64


def in_batches(fn, *arrays, batch_size=BATCH):
    """Calls a function of tensors on parts of arrays and joins what it gives, as a NumPy array.

    Args:
        fn: function of as many tensors, all of the same length, to a tensor of that length.
        arrays: NumPy arrays of one length; the last part is filled up, so that a compiler sees one shape only.
        batch_size: length of a part.
    """
    n = len(arrays[0])
    size = min(batch_size, n)
    parts = []
    for begin in range(0, n, size):
        rows = np.minimum(np.arange(begin, begin + size), n - 1)
        part = fn(*(ops.convert_to_tensor(array[rows]) for array in arrays))
        parts.append(ops.convert_to_numpy(part))
    return np.concatenate(parts)[:n]


def checked_images(images):
    """Images `(n, height, width, channels)` as float32.

    Raises:
        ValueError: for another shape, no image, or numbers that are not finite.
    """
    images = np.asarray(ops.convert_to_numpy(images), "float32")
    if images.ndim != 4 or images.size == 0 or not np.isfinite(images).all():
        raise ValueError(
            "images must be finite numbers of shape (n, height, width, channels), at least one. "
            f"Received: shape {images.shape}."
        )
    return images
