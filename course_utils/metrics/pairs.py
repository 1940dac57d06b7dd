"""How close generated images come to the true ones, pair by pair, in one table."""

import numpy as np

from course_utils.metrics.label_colours import label_colour_error
from course_utils.metrics.sharpness import relative_sharpness


def pair_quality(real, fake, labels=None):
    """Compares generated images with the true one of each.

    Args:
        real: true images `(n, height, width, channels)` in [-1, 1], at least 7 pixels a side.
        fake: generated ones in the same order and of the same shape.
        labels: None, or whole numbers `(n, height, width)`, the label of each pixel.

    Returns:
        Dict of plain numbers: `l1`, the mean absolute difference; `ssim` (see `ssim`); `sharpness` (see
        `relative_sharpness`); and with labels `label_colour` (see `label_colour_error`).

    Raises:
        ValueError: images of another shape or range, or labels of another shape.
    """
    real, fake = checked_pairs(real, fake)
    measured = {
        "l1": float(np.abs(real - fake).mean()),
        "ssim": ssim(real, fake),
        "sharpness": relative_sharpness(real, fake),
    }
    if labels is not None:
        measured["label_colour"] = label_colour_error(real, fake, labels)
    return measured


def ssim(real, fake):
    """Mean structural similarity of pairs of images (Wang et al. 2004): 1 where they are equal, 0 where unrelated.

    It compares brightness, contrast and structure in windows; here scikit-image's, with the paper's Gaussian window of
    standard deviation 1.5.

    Args:
        real: `(n, height, width, channels)` in [-1, 1], at least 11 pixels a side.
        fake: the same shape.

    Raises:
        ValueError: images of another shape or range, or smaller than the window.
    """
    from skimage.metrics import structural_similarity

    real, fake = checked_pairs(real, fake)
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    pairs = zip(real, fake, strict=True)
    return float(np.mean([structural_similarity(a, b, data_range=2.0, channel_axis=-1, **settings) for a, b in pairs]))


def checked_pairs(real, fake):
    """Both as float32 arrays `(n, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: naming the shapes or the range received.
    """
    real, fake = (np.asarray(images, "float32") for images in (real, fake))
    if real.ndim != 4 or real.shape != fake.shape or 0 in real.shape:
        raise ValueError(
            "real and fake must have one shape (n, height, width, channels). "
            f"Received: shapes {real.shape} and {fake.shape}"
        )
    for name, images in (("real", real), ("fake", fake)):
        if not np.abs(images).max() <= 1.01:
            raise ValueError(f"{name} must lie in [-1, 1]. Received: {images.min():.3g} to {images.max():.3g}")
    return real, fake
