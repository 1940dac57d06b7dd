"""Training and test data of each kind that a game may need, by name."""

import difflib
from dataclasses import dataclass

import numpy as np

from course_utils import data

LABELLED = data.names()
PAIRS = ("tissue", "facades")
UNPAIRED = ("ink", "horse2zebra")
NAMES = {
    "images": LABELLED,
    "labelled images": LABELLED,
    "pairs of images": PAIRS,
    "unpaired images": UNPAIRED,
}


@dataclass(frozen=True)
class Source:
    """One data set: `batches` for `fit`, the `test` arrays, (images, labels) or (x, y), and what networks must know.

    `shape` is that of one image, `classes` the number of labels; None where there are none.
    """

    batches: object
    test: tuple
    shape: tuple
    classes: int | None


def check(name, kind):
    """Refuse a data set that there is not, or that holds something else than a game needs.

    Raises:
        ValueError: names those that fit.
    """
    fitting = ", ".join(NAMES[kind])
    if name in NAMES[kind]:
        return
    held = next((other for other, names in NAMES.items() if name in names), None)
    if held is not None:
        raise ValueError(f"{name} holds {held}, and this game needs {kind}: choose one of {fitting}.")
    every = dict.fromkeys([*LABELLED, *PAIRS, *UNPAIRED])
    raise ValueError(f"Unknown data set. Received: {name!r}.{meant(name, every)} For this game: {fitting}.")


def meant(name, known):
    """ " Did you mean ...?" where a known name is close, otherwise nothing."""
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def load(kind, name, size=None, batch_size=64, seed=0):
    """Both splits of a data set of one of the kinds in `NAMES`, the training split in whole batches.

    Raises:
        ValueError: for a size that the data cannot have, or more images in a batch than there are.
        DownloadError: a public data set could not be read or downloaded.
    """
    read = {"pairs of images": data.load_pairs, "unpaired images": data.load_unpaired}.get(kind, data.load)
    cut = data.unpaired_batches if kind == "unpaired images" else data.batches
    first, second = read(name, "train", size)
    batches = cut(first, None if kind == "images" else second, batch_size=batch_size, seed=seed, drop_last=True)
    classes = None if name in PAIRS + UNPAIRED else int(np.max(second)) + 1
    return Source(batches, read(name, "test", size), first.shape[1:], classes)
