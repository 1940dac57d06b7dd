"""The embedded pairs: label maps and photographs of stained tissue, cut from one photograph in scikit-image.

The photograph shows glands of the colon, where DAB stains one protein brown and haematoxylin stains nuclei blue (no
known copyright restrictions). The label of each pixel is read from the photograph itself: colour deconvolution
(Ruifrok and Johnston, "Quantification of histochemical staining by color deconvolution", 2001) gives the strength of
each stain, and what exceeds Otsu's threshold is labelled. No hand has drawn these labels, so they are as good as that.
"""

from functools import cache

import numpy as np

from course_utils.data.label_maps import paint

BACKGROUND, NUCLEUS, BROWN = range(3)
# Red, green and blue in [0, 255] of each label, in its order: apart for the colour-blind, and in grey.
PALETTE = np.array([[0, 0, 0], [0, 114, 178], [230, 159, 0]], "uint8")
# The photograph has 512 columns. Between the two parts lie some that neither has.
COLUMNS = {"train": slice(0, 376), "test": slice(384, 512)}
# Pixels in all training crops together, 1024 of 32x32; larger crops are fewer.
TRAINING_PIXELS = 1024 * 32 * 32
SEED = 0
# Standard deviation in pixels of the Gaussian that smooths the stains, so that labels are areas and not specks.
SMOOTHING = 1.0
STAINS = {NUCLEUS: 0, BROWN: 2}


def tissue(split, size):
    """Returns one split of the pairs: label maps in colour, and the photographs that they were read from.

    Args:
        split: `"train"`, crops from random places of the left 376 columns, each turned and mirrored at random, always
            the same (1024 of 32x32, 256 of 64x64); or `"test"`, the right 128 columns cut into crops side by side (64
            of 32x32, 16 of 64x64).
        size: height and width of the crops in pixels of the photograph, at most 128.

    Returns:
        Label maps and photographs, both `(n, size, size, 3)`, float32 in [-1, 1].

    Raises:
        ValueError: crops of more than 128 pixels.
    """
    labels, photograph = labelled(split)
    widest = COLUMNS["test"].stop - COLUMNS["test"].start
    if size > widest:
        raise ValueError(f"The tissue's test part is {widest} pixels wide. Received: size={size}. Take smaller crops.")
    both = np.concatenate([paint(labels, PALETTE), photograph / np.float32(127.5) - 1], axis=-1)
    crops = _random_crops(both, size) if split == "train" else _tiles(both, size)
    return crops[..., :3], crops[..., 3:]


@cache
def labelled(split):
    """Returns one part's labels `(512, columns)`, and its pixels `(512, columns, 3)`, uint8.

    Each part is smoothed by itself, and the thresholds are the training part's: no test pixel touches a training label.
    """
    stains, thresholds = _stains(split), _thresholds()
    excess = np.stack([stain / threshold for stain, threshold in zip(stains, thresholds, strict=True)])
    # Where both stains are strong, such as a nucleus within a gland, the one that exceeds its threshold by more counts.
    strongest = np.array(list(STAINS))[excess.argmax(axis=0)]
    return np.where(excess.max(axis=0) > 1, strongest, BACKGROUND), _part(split)


@cache
def _thresholds():
    from skimage.filters import threshold_otsu

    return [threshold_otsu(stain) for stain in _stains("train")]


@cache
def _stains(split):
    from skimage.color import rgb2hed
    from skimage.filters import gaussian

    stains = rgb2hed(_part(split))
    return [gaussian(stains[..., channel], SMOOTHING) for channel in STAINS.values()]


def _part(split):
    from skimage.data import immunohistochemistry

    return immunohistochemistry()[:, COLUMNS[split]]


def _random_crops(both, size):
    random = np.random.default_rng(SEED)
    n = max(1, TRAINING_PIXELS // size**2)
    tops, lefts = (random.integers(0, side - size + 1, n) for side in both.shape[:2])
    turns, mirrored = random.integers(0, 4, n), random.integers(0, 2, n)
    crops = (both[top : top + size, left : left + size] for top, left in zip(tops, lefts, strict=True))
    turned = (np.rot90(crop, turn) for crop, turn in zip(crops, turns, strict=True))
    return np.stack([crop[:, ::-1] if mirror else crop for crop, mirror in zip(turned, mirrored, strict=True)])


def _tiles(both, size):
    rows, columns = both.shape[0] // size, both.shape[1] // size
    tiles = both[: rows * size, : columns * size].reshape(rows, size, columns, size, -1)
    return np.ascontiguousarray(tiles.swapaxes(1, 2)).reshape(rows * columns, size, size, -1)
