"""How much an image is made of strokes in one direction, as a number."""

import numpy as np

from course_utils.features.batched import checked_images

# Below this the image is even but for rounding, and has no direction.
EVEN = 1e-12


def coherence(images):
    """The coherence of each image's structure tensor (Bigun and Granlund 1987; Jahne, "Digital image processing").

    With Jxx, Jyy and Jxy the means over the image of gx gx, gy gy and gx gy, where gx and gy are the differences of
    neighbouring columns and rows:

        coherence = sqrt((Jxx - Jyy)^2 + 4 Jxy^2) / (Jxx + Jyy)

    Args:
        images: `(n, height, width, channels)`, at least 2 pixels a side; channels are added up.

    Returns:
        NumPy array `(n,)` in [0, 1]: 1 where all edges run one way, 0 where they run every way, or there is none.

    Raises:
        ValueError: for another shape, or numbers that are not finite.
    """
    x = checked_images(images).astype("float64")
    if min(x.shape[1:3]) < 2:
        raise ValueError(f"Edges need images of at least 2 pixels a side. Received: shape {x.shape}.")
    # Both differences are taken at the middle of the same four pixels, so that no direction is favoured.
    across, down = x[:, :, 1:] - x[:, :, :-1], x[:, 1:] - x[:, :-1]
    gx = (across[:, 1:] + across[:, :-1]) / 2
    gy = (down[:, :, 1:] + down[:, :, :-1]) / 2
    xx, yy, xy = (np.mean(product, axis=(1, 2, 3)) for product in (gx * gx, gy * gy, gx * gy))
    total = xx + yy
    return np.divide(np.hypot(xx - yy, 2 * xy), total, out=np.zeros(len(x)), where=total > EVEN)
