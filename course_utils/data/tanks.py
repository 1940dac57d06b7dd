"""Digits over two textures, where the texture betrays the class: a data set that is easy to get right and wrong.

It stands for a story that is told of a network trained to find tanks, which had learned the weather of the
photographs instead (lecture 002). Here the class is whether a digit is odd, and the two kinds of weather are brick and
grass.
"""

import numpy as np

from course_utils.data.digits import digits
from course_utils.data.textures import SIZE, texture_crops

SPLITS = ("train", "test", "swapped", "balanced")
BACKGROUNDS = ("brick", "grass")
CLASSES = ("even", "odd")
SEEDS = {"train": 0, "test": 1, "swapped": 1, "balanced": 2}
# A texture is drawn this strong, so that the digit's ink, at 1, stands out from it.
STRENGTH = 0.6


def tanks(split, size):
    """Returns one split of the digits over textures, at 32x32 pixels whatever `size` says.

    Args:
        split: `"train"` (1437 images) and `"test"` (360) show even digits over brick, odd ones over grass;
            `"swapped"` shows the digits of `"test"` with the two textures swapped, and `"balanced"` those of `"train"`
            over a texture that chance chose. Training and testing share neither a digit nor a pixel of a texture.
        size: height and width that were asked for.

    Returns:
        Images `(n, 32, 32, 1)`, float32 in [-1, 1], and labels `(n,)`: 0 for even digits, 1 for odd ones.
    """
    drawn, names = digits(_half(split), SIZE)
    labels = names % 2
    random = np.random.default_rng(SEEDS[split])
    # Every digit gets a crop of both textures, so that "swapped" differs from "test" in the choice alone.
    crops = np.stack([texture_crops(name, _half(split), len(drawn), random) for name in BACKGROUNDS])
    grounds = crops[_texture_of(split, labels, random), np.arange(len(drawn))]
    ink = (drawn + 1) / 2
    return STRENGTH * grounds * (1 - ink) + ink, labels


def digit_pixels(split):
    """Returns which pixels of `load("tanks", split)` belong to the digit: booleans `(n, 32, 32)`.

    Raises:
        ValueError: unknown split.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(map(repr, SPLITS))}. Received: split={split!r}")
    return digits(_half(split), SIZE)[0][..., 0] > 0


def _half(split):
    return "train" if split in ("train", "balanced") else "test"


def _texture_of(split, labels, random):
    if split == "balanced":
        return random.integers(0, len(BACKGROUNDS), len(labels))
    return 1 - labels if split == "swapped" else labels
