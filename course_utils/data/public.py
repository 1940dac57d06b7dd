"""The public data sets that `keras.datasets` downloads."""

import importlib

import numpy as np


class DownloadError(RuntimeError):
    """A public data set could not be read from the cache or downloaded."""


def public(name):
    """Returns the reader of one data set of `keras.datasets`.

    Args:
        name: a module of `keras.datasets`.

    Returns:
        A function `(split, size)` that returns images `(n, height, width, channels)`, float32 in [-1, 1], at the native
        size whatever `size` says, and labels `(n,)`. It raises `DownloadError` when Keras cannot provide the files.
    """

    def read(split, size):
        train, test = _load_data(name)
        images, labels = train if split == "train" else test
        if images.ndim == 3:
            images = images[..., np.newaxis]
        return images.astype(np.float32) / 127.5 - 1, labels.reshape(-1)

    return read


def _load_data(name):
    module = importlib.import_module(f"keras.datasets.{name}")
    try:
        return module.load_data()
    # Keras reports a failed download as a bare Exception, and a damaged file as whatever its reader raised.
    except Exception as error:
        raise DownloadError(
            f"Could not get the data set {name!r}: {error} "
            "Check the network and try again, or choose the embedded data set 'digits', which needs no download: "
            "load('digits')."
        ) from error
