"""Label maps as colour pictures, and back.

A network that translates label maps gets them as colour pictures in [-1, 1], not as one-hot maps: so they have the same
shape in every data set, whatever its number of labels, and those that are published as pictures need no special case.
"""

import numpy as np


def paint(labels, palette):
    """Returns labels as a picture.

    Args:
        labels: whole numbers `(..., height, width)`, places in the palette.
        palette: `(n, 3)`, red, green and blue of each label in [0, 255].

    Returns:
        `(..., height, width, 3)`, float32 in [-1, 1].

    Raises:
        ValueError: labels that are no places in the palette.
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= len(palette):
        raise ValueError(
            f"labels must be whole numbers from 0 to {len(palette) - 1}. "
            f"Received: {labels.dtype} from {labels.min()} to {labels.max()}"
        )
    return (palette.astype(np.float32) / np.float32(127.5) - 1)[labels]


def read_labels(pictures, palette):
    """Returns the label of each pixel, that of the nearest colour in the palette.

    Args:
        pictures: `(..., height, width, 3)` in [-1, 1].
        palette: `(n, 3)`, red, green and blue of each label in [0, 255].

    Returns:
        Whole numbers `(..., height, width)`.
    """
    colours = palette.astype(np.float32) / np.float32(127.5) - 1
    nearest = np.zeros(pictures.shape[:-1], int)
    least = np.full(pictures.shape[:-1], np.inf, "float32")
    for label, colour in enumerate(colours):
        distance = np.square(pictures - colour).sum(axis=-1)
        nearest[distance < least] = label
        least = np.minimum(least, distance)
    return nearest
