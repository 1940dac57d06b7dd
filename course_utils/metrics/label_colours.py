"""Whether each label got its colour."""

import numpy as np


def label_colour_error(real, fake, labels):
    """Mean absolute difference between the mean colours that generated and real pixels of one label have.

    It asks of a translation what the input decides: a nucleus must be blue, on average; where its texture lies, the
    label map does not say, and this measure does not ask. Labels count alike, however many pixels they have.

    Args:
        real: `(n, height, width, channels)` in [-1, 1].
        fake: the same shape.
        labels: whole numbers `(n, height, width)`.

    Raises:
        ValueError: arrays of other shapes, or labels that are no whole numbers.
    """
    real, fake, labels = np.asarray(real), np.asarray(fake), np.asarray(labels)
    if real.ndim != 4 or real.shape != fake.shape or labels.shape != real.shape[:3] or labels.dtype.kind not in "iu":
        raise ValueError(
            "real and fake must be (n, height, width, channels) and labels whole numbers (n, height, width). "
            f"Received: shapes {real.shape}, {fake.shape} and {labels.shape} of {labels.dtype}"
        )
    masks = [labels == label for label in np.unique(labels)]
    return float(np.mean([np.abs(real[m].mean(axis=0) - fake[m].mean(axis=0)).mean() for m in masks]))
