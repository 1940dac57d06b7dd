"""Public data sets that come as one archive of image files."""

import os
from pathlib import Path

import numpy as np

from course_utils.data.public import DownloadError


def unpacked(name, file, address, embedded, sha256=None):
    """Returns the folder of a public archive, downloaded and unpacked by `keras.utils.get_file` where it is not yet.

    Args:
        name: of the data set, for the error.
        file: name of the archive in Keras's cache.
        address: where it is downloaded from.
        embedded: the call that loads the embedded alternative, such as `load_unpaired('ink')`.
        sha256: of the published file, which a download must have; None where none is known.

    Raises:
        DownloadError: it could not be downloaded or unpacked, or is another file than the published one.
    """
    from keras.utils import get_file

    cached = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets" / file
    # An archive that somebody put there, a part of the set or a mirror's copy, is theirs, and Keras would delete it.
    expected = None if cached.exists() else sha256
    try:
        folder = Path(get_file(file, origin=address, extract=True, file_hash=expected, hash_algorithm="sha256"))
    # Keras reports a failed download as a bare Exception, and a damaged archive as whatever its reader raised.
    except Exception as error:
        if expected:
            # Keras leaves a download of another hash in its cache, where the next call would take it.
            cached.unlink(missing_ok=True)
        raise DownloadError(_message(name, error, embedded)) from error
    if not folder.is_dir():
        reason = f"{folder.with_name(file)} is no archive. Delete it."
        raise DownloadError(_message(name, reason, embedded))
    return folder


def read_images(folder, size):
    """Returns the JPEG files of a folder in order of their names, as colour images `(n, size, size, 3)` in [-1, 1].

    Grey files become colour images of three equal channels, and each image is brought to `size` by a cubic filter.

    Raises:
        DownloadError: the folder holds none.
    """
    from PIL import Image

    paths = sorted(Path(folder).glob("*.jpg"))
    if not paths:
        raise DownloadError(f"The archive was unpacked, and {folder} holds no JPEG file. Delete it, and load again.")
    images = np.empty((len(paths), size, size, 3), "float32")
    for i, path in enumerate(paths):
        with Image.open(path) as image:
            images[i] = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
    return images / 127.5 - 1


def _message(name, reason, embedded):
    return (
        f"Could not get the data set {name!r}: {reason} Check the network and try again, or use the embedded "
        f"alternative, which needs no download: {embedded}."
    )
