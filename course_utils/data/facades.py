"""Facades of buildings with their label maps: the CMP Facade Database (Tylecek and Sara, 2013) as Isola et al. 2017
prepared it (arXiv:1611.07004).
"""

import numpy as np

from course_utils.data.archive import unpacked
from course_utils.data.public import DownloadError

# No hash of it is published, by its publishers or in the collections of checksums that were searched, and it has no
# encrypted address. Its length is 30,168,306 bytes.
ADDRESS = "http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/facades.tar.gz"
# The archive's own test folder came later, and not every copy has it.
FOLDERS = {"train": "train", "test": "val"}
SIDE = 256
LABELS = (
    *("background", "facade", "window", "door", "cornice", "sill"),
    *("balcony", "blind", "decoration", "moulding", "pillar", "shop"),
)
# As measured in the files: the rainbow from dark blue to dark red.
PALETTE = np.array(
    [
        *([0, 0, 222], [0, 48, 255], [0, 128, 255], [0, 207, 255], [34, 255, 225], [112, 255, 143]),
        *([192, 255, 63], [255, 238, 0], [255, 159, 0], [255, 80, 0], [255, 0, 0], [174, 0, 0]),
    ],
    "uint8",
)


def facades(split, size):
    """Returns one split of the pairs: label maps in colour, and photographs.

    Args:
        split: `"train"` (400 pairs) or `"test"` (100, the archive's folder `val`).
        size: height and width in pixels; the files have 256. Photographs are reduced by a cubic filter, label maps by
            the nearest pixel, as a mixture of two labels' colours may be that of a third.

    Returns:
        Label maps and photographs, both `(n, size, size, 3)`, float32 in [-1, 1].

    Raises:
        DownloadError: the archive could not be downloaded or read.
    """
    folder = unpacked("facades", "facades.tar.gz", ADDRESS, "load_pairs('tissue')") / "facades" / FOLDERS[split]
    paths = sorted(folder.glob("*.jpg"), key=lambda path: (len(path.stem), path.stem))
    if not paths:
        raise DownloadError(f"The archive was unpacked, and {folder} holds no JPEG file. Delete it, and load again.")
    pairs = [_read(path, size) for path in paths]
    maps, photographs = (
        np.stack(images).astype(np.float32) / np.float32(127.5) - 1 for images in zip(*pairs, strict=True)
    )
    return maps, photographs


def _read(path, size):
    """The label map and the photograph of one file, uint8; the file has the photograph at its left."""
    from PIL import Image

    with Image.open(path) as file:
        both = file.convert("RGB")
    photograph, label_map = both.crop((0, 0, SIDE, SIDE)), both.crop((SIDE, 0, 2 * SIDE, SIDE))
    label_map = label_map.resize((size, size), Image.Resampling.NEAREST)
    return np.asarray(label_map), np.asarray(photograph.resize((size, size), Image.Resampling.BICUBIC))
