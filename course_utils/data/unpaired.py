"""The table of unpaired data sets: two sets of images of which nobody said which belongs to which."""

from course_utils.data.horse2zebra import horse2zebra
from course_utils.data.ink import ink
from course_utils.data.registry import SPLITS, checked_size

# Reader and default size of each.
_SOURCES = {"ink": (ink, 16), "horse2zebra": (horse2zebra, 64)}


def load_unpaired(name, split="train", size=None):
    """Loads both sides of one split of an unpaired data set.

    Embedded: `"ink"`, grey digits on black and other digits as ink on paper, where `data.ink.true_map` knows the
    partner of every image, and the two sides of the test split are partners row by row. Public, downloaded once:
    `"horse2zebra"` (Zhu et al. 2017, arXiv:1703.10593), 1067 horses and 1334 zebras for training, 120 and 140 for
    testing.

    Args:
        name: `"ink"` or `"horse2zebra"`.
        split: `"train"` or `"test"`; the two never share an image.
        size: height and width in pixels, at least 8. None: 16 for ink; 64 for horse2zebra, whose files have 256.

    Returns:
        `(a, b)`: images of the two sides, `(n, size, size, 3)` and `(m, size, size, 3)`, float32 in [-1, 1].

    Raises:
        ValueError: unknown name, split or size.
        DownloadError: a public data set could not be read or downloaded.
    """
    if not isinstance(name, str) or name not in _SOURCES:
        known = ", ".join(map(repr, _SOURCES))
        raise ValueError(f"Unknown unpaired data set; the known ones are {known}. Received: name={name!r}")
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(map(repr, SPLITS))}. Received: split={split!r}")
    read, default = _SOURCES[name]
    return read(split, default if size is None else checked_size(size))
