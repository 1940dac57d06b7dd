"""The embedded handwritten digits."""

import numpy as np

from course_utils.data.resize import resize

TEST_IMAGES = 360
SPLIT_SEED = 0
BRIGHTEST = 16.0


def digits(split, size):
    """Returns one split of scikit-learn's digits, padded by one source pixel and enlarged.

    The source is 8x8 with strokes that touch the border. One pixel of background on each side (10x10) lets a
    convolution see the whole stroke and keeps the border of the enlarged image at -1.

    Args:
        split: `"train"` (1437 images) or `"test"` (360), stratified by class with a fixed seed.
        size: height and width in pixels.

    Returns:
        Images `(n, size, size, 1)`, float32 in [-1, 1], and labels `(n,)`.
    """
    from sklearn.datasets import load_digits

    source = load_digits()
    rows = rows_of(split, source.target)
    images = np.pad(source.images[rows], ((0, 0), (1, 1), (1, 1)))[..., np.newaxis]
    images = resize((images / BRIGHTEST).astype(np.float32), size, low=0.0, high=1.0)
    return images * 2 - 1, source.target[rows]


def rows_of(split, labels):
    """Returns the positions of one split's images among all of the source's, ascending."""
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(
        np.arange(len(labels)), test_size=TEST_IMAGES, random_state=SPLIT_SEED, stratify=labels
    )
    return np.sort(train if split == "train" else test)
