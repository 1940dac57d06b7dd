"""The table of data sets: a new one is one row."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from course_utils.data.digits import digits
from course_utils.data.public import public
from course_utils.data.resize import resize
from course_utils.data.tanks import SPLITS as TANKS_SPLITS
from course_utils.data.tanks import tanks
from course_utils.data.textures import textures

SPLITS = ("train", "test")
SMALLEST_SIZE = 8


@dataclass(frozen=True)
class _Source:
    """Where a data set comes from.

    `read(split, size)` returns images in [-1, 1] `(n, height, width, channels)` and labels `(n,)`, at `size` pixels if
    it can, or at its native size.
    """

    read: Callable
    size: int
    splits: tuple = SPLITS


_SOURCES = {
    "digits": _Source(digits, 16),
    "textures": _Source(textures, 32),
    "tanks": _Source(tanks, 32, TANKS_SPLITS),
    "mnist": _Source(public("mnist"), 28),
    "fashion_mnist": _Source(public("fashion_mnist"), 28),
    "cifar10": _Source(public("cifar10"), 32),
}


def names():
    """Returns the names that `load` knows, embedded data sets first."""
    return tuple(_SOURCES)


def load(name, split="train", size=None):
    """Loads one split of a data set as arrays.

    Embedded, no network needed: `"digits"` (1437 training and 360 test images of scikit-learn's handwritten digits;
    Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998); `"textures"` (2400 and 600 grey crops
    of six photographs in scikit-image, named in `data.textures.TEXTURES`); `"tanks"` (the digits, even or odd, over
    two of those textures, of which one goes with each class; see `data.tanks`).
    Public, downloaded once by `keras.datasets`: `"mnist"` (LeCun et al., 1998), `"fashion_mnist"` (Xiao et al., 2017),
    `"cifar10"` (Krizhevsky, 2009).

    Args:
        name: one of `names()`.
        split: `"train"` or `"test"`; the two never share an image. `"tanks"` has `"swapped"` and `"balanced"` too.
        size: height and width in pixels, at least 8. `None`: 16 for digits, the native size for the others
            (28 for the two MNISTs, 32 for the rest). Images are enlarged by cubic interpolation and reduced with an
            antialiasing cubic filter.

    Returns:
        `(images, labels)`: images `(n, size, size, channels)`, float32 in [-1, 1]; labels `(n,)`, int32.

    Raises:
        ValueError: unknown name, split or size.
        DownloadError: a public data set could not be read or downloaded.
    """
    source = _source(name)
    if split not in source.splits:
        raise ValueError(f"split must be one of {', '.join(map(repr, source.splits))}. Received: split={split!r}")
    size = source.size if size is None else checked_size(size)
    images, labels = source.read(split, size)
    if images.shape[1:3] != (size, size):
        images = resize(images, size, low=-1.0, high=1.0)
    return images, labels.astype(np.int32)


def _source(name):
    if not isinstance(name, str) or name not in _SOURCES:
        known = ", ".join(map(repr, _SOURCES))
        raise ValueError(f"Unknown data set; the known ones are {known}. Received: name={name!r}")
    return _SOURCES[name]


def checked_size(size):
    if isinstance(size, bool) or not isinstance(size, Integral) or size < SMALLEST_SIZE:
        raise ValueError(
            f"size must be a whole number of pixels, at least {SMALLEST_SIZE}, or None for the default. "
            f"Received: size={size!r}"
        )
    return int(size)
