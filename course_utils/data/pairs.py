"""The table of paired data sets: label maps, and the photographs that belong to them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_utils.data import facades, tissue
from course_utils.data.label_maps import read_labels
from course_utils.data.registry import SPLITS, checked_size


@dataclass(frozen=True)
class _Source:
    """Where a paired data set comes from: `read(split, size)`, and the name and colour of each label."""

    read: Callable
    size: int
    labels: tuple
    palette: np.ndarray


_SOURCES = {
    "tissue": _Source(tissue.tissue, 32, ("background", "nucleus", "brown"), tissue.PALETTE),
    "facades": _Source(facades.facades, 64, facades.LABELS, facades.PALETTE),
}


def load_pairs(name, split="train", size=None):
    """Loads one split of a paired data set.

    Embedded: `"tissue"`, 1024 and 64 crops of a photograph of stained tissue in scikit-image, with labels read from
    its stains (see `data.tissue`). Public, downloaded once: `"facades"`, 400 and 100 facades of buildings with labels
    that people drew (Tylecek and Sara, 2013; prepared by Isola et al. 2017, arXiv:1611.07004).

    Args:
        name: `"tissue"` or `"facades"`.
        split: `"train"` or `"test"`; the two share no pixel.
        size: height and width in pixels, at least 8. None: 32 for tissue, whose crops may have up to 128; 64 for
            facades, whose files have 256.

    Returns:
        `(x, y)`: label maps as colour pictures and photographs, both `(n, size, size, 3)`, float32 in [-1, 1].

    Raises:
        ValueError: unknown name, split or size.
        DownloadError: a public data set could not be read or downloaded.
    """
    source = _source(name)
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(map(repr, SPLITS))}. Received: split={split!r}")
    return source.read(split, source.size if size is None else checked_size(size))


def label_names(name):
    """Returns the names of a paired data set's labels, in the order of their numbers."""
    return _source(name).labels


def palette(name):
    """Returns red, green and blue of each label of a paired data set: `(labels, 3)`, uint8."""
    return _source(name).palette


def labels_of(name, label_maps):
    """Returns the label `(..., height, width)` of each pixel of label maps `(..., height, width, 3)` in [-1, 1]."""
    return read_labels(label_maps, palette(name))


def _source(name):
    if not isinstance(name, str) or name not in _SOURCES:
        known = ", ".join(map(repr, _SOURCES))
        raise ValueError(f"Unknown paired data set; the known ones are {known}. Received: name={name!r}")
    return _SOURCES[name]
