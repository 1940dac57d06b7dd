"""How sharp generated images are, beside the real ones."""

import numpy as np


def relative_sharpness(real, fake):
    """Mean size of the brightness gradient of generated images, over that of real ones.

    1 where they are as sharp, towards 0 where they are blurred, above 1 where they are rougher. It says nothing of
    whether an edge is at its right place: noise is sharp too, so read it beside a distance. The gradient is taken by
    its mean and not, like the variance of the Laplacian, by its square, which few strong edges would decide.

    Args:
        real: `(n, height, width, channels)` in [-1, 1], at least 2 pixels a side; channels are averaged.
        fake: `(m, height, width, channels)`; need not be the real ones' partners.

    Raises:
        ValueError: images of another rank or size, or real ones that are all even.
    """
    of_real, of_fake = (_mean_gradient(name, images) for name, images in (("real", real), ("fake", fake)))
    if of_real == 0:
        raise ValueError("Sharpness is relative to the real images'. Received: real images without any contrast.")
    return of_fake / of_real


def _mean_gradient(name, images):
    images = np.asarray(images, "float64")
    if images.ndim != 4 or min(images.shape[:3], default=0) < 1 or min(images.shape[1:3]) < 2:
        raise ValueError(
            f"{name} must be (n, height, width, channels), at least 2x2 pixels. Received: shape {images.shape}"
        )
    grey = images.mean(axis=-1)
    down, right = np.diff(grey, axis=1)[:, :, :-1], np.diff(grey, axis=2)[:, :-1]
    return float(np.hypot(down, right).mean())
