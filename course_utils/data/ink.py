"""Two sets of digits that nobody paired, and the map between them: grey on black, and ink on paper.

What a network learns from such sets cannot be checked pixel by pixel as a rule, as the true partner of an image is not
known. Here it is: the second set was made from other digits by `true_map`, so that the error of a translation is a
number.
"""

import numpy as np

from course_utils.data.digits import digits

# Red, green and blue in [0, 1]: what a pixel of full stroke shows, and what one of none does.
INK = np.array([0.08, 0.20, 0.50], "float32")
PAPER = np.array([0.98, 0.90, 0.68], "float32")
SIDES_SEED = 0


def ink(split, size):
    """Returns both sides of one split, from scikit-learn's digits.

    Args:
        split: `"train"`: 719 grey digits, and 718 others as ink on paper; `"test"`: the 360 held-out digits as both,
            row by row, in the order of `load("digits", "test")`.
        size: height and width in pixels.

    Returns:
        `(a, b)`: each `(n, size, size, 3)`, float32 in [-1, 1].
    """
    images = np.repeat(digits(split, size)[0], 3, axis=-1)
    if split == "test":
        return images, true_map(images)
    # The source begins with the classes in turn, so that every second digit of it would not be one by chance.
    order = np.random.default_rng(SIDES_SEED).permutation(len(images))
    return images[order[0::2]], true_map(images[order[1::2]])


def true_map(images):
    """Returns grey digits as ink on paper: light that meets the share g of a full stroke is `PAPER (INK / PAPER)^g`.

    That is the law of Beer and Lambert: each further layer of ink lets the same share of the light through.

    Args:
        images: `(..., 3)` in [-1, 1], white strokes on black; the mean of the three channels counts.

    Returns:
        Images of the same shape, float32 in [-1, 1].

    Raises:
        ValueError: images without three channels.
    """
    stroke = (_checked(images).mean(axis=-1, keepdims=True) + 1) / 2
    return 2 * PAPER * (INK / PAPER) ** stroke - 1


def true_inverse(images):
    """Returns ink on paper as grey digits: the stroke that comes nearest to the absorbed light, by least squares.

    Args:
        images: `(..., 3)` in [-1, 1]; colours that no stroke has are taken for the nearest.

    Returns:
        Images of the same shape, float32 in [-1, 1].

    Raises:
        ValueError: images without three channels.
    """
    full = np.log(INK / PAPER)
    # Black would have absorbed infinitely much.
    absorbed = np.log(np.maximum((_checked(images) + 1) / 2, 1e-3) / PAPER)
    stroke = np.clip(absorbed @ full / (full @ full), 0, 1)
    return np.repeat(stroke[..., np.newaxis] * 2 - 1, 3, axis=-1).astype("float32")


def _checked(images):
    images = np.asarray(images, "float32")
    if images.ndim == 0 or images.shape[-1] != 3:
        raise ValueError(f"Images have three channels, (..., 3). Received: shape {images.shape}.")
    return images
