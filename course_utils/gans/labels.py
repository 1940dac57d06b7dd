"""The labels that a conditional GAN is given, looked at before the graph sees them."""

import keras
import numpy as np
from keras import ops


def class_vectors(labels, n, classes):
    """One vector over the classes for each of `n` images.

    Args:
        labels: None for 0, 1, 2 ... in turn; a class for all; classes `(n,)` or `(n, 1)`; or mixtures of classes
            `(n, classes)`, in which every row holds shares that add up to 1.
        n: number of images.
        classes: number of classes.

    Returns:
        `(n, classes)`, float32.

    Raises:
        ValueError: for labels of another shape or kind, labels out of range, or shares that do not add up to 1.
    """
    labels = np.arange(n) % classes if labels is None else np.asarray(labels)
    if labels.shape == (n, classes):
        return _checked_mixtures(labels)
    if labels.shape not in ((), (n,), (n, 1)):
        raise ValueError(
            f"labels must be one class, {n} classes (one for each latent vector), or mixtures of shape "
            f"({n}, {classes}). Received: shape {labels.shape}."
        )
    check_values(labels, classes)
    return np.eye(classes, dtype="float32")[np.broadcast_to(labels.reshape(-1), (n,))]


def check_labels(x, y, classes):
    """Refuse training data without fitting labels, as far as `x` and `y`, which `fit` was given, show them.

    All labels of arrays and of `data.batches` are looked at, those of the first batch of another `PyDataset`.

    Raises:
        ValueError: for images without labels, one-hot labels, or labels out of range.
    """
    batch = x[0] if isinstance(x, keras.utils.PyDataset) else x if y is None else (x, y)
    if isinstance(batch, tuple | list) or hasattr(batch, "shape"):
        labelled(batch)
        check_values(getattr(x, "labels", batch[1]), classes)


def labelled(batch):
    """A batch as (images, labels `(batch,)`), the labels as an int32 tensor.

    Raises:
        ValueError: for images without labels, or labels of another shape than `(batch,)` or `(batch, 1)`.
    """
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        raise ValueError(
            "A conditional GAN learns from images and their labels. Received: images alone. Give fit both, as in "
            "data.batches(images, labels)."
        )
    images, labels = batch[:2]
    shape = tuple(labels.shape) if hasattr(labels, "shape") else np.shape(labels)
    if len(shape) > 2 or shape[1:] not in ((), (1,)):
        raise ValueError(
            f"Labels must be whole numbers (batch,) or (batch, 1). Received: shape {shape}. "
            "For one-hot vectors use argmax over their last axis."
        )
    return images, ops.cast(ops.reshape(labels, (-1,)), "int32")


def check_values(labels, classes):
    """Refuse labels that are no whole numbers from 0 to `classes - 1`."""
    values = ops.convert_to_numpy(labels)
    if values.dtype.kind not in "iu":
        raise ValueError(f"Labels must be whole numbers. Received: numbers of type {values.dtype}.")
    if values.min() < 0 or values.max() >= classes:
        raise ValueError(
            f"Labels must be whole numbers from 0 to {classes - 1}. Received: {values.min()} to {values.max()}. "
            "Build the networks with as many classes as the data has."
        )


def _checked_mixtures(shares):
    shares = shares.astype("float32")
    if not (shares >= 0).all() or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
        sums = shares.sum(axis=1)
        raise ValueError(
            "Each mixture must hold shares of the classes, at least 0, that add up to 1. "
            f"Received: shares from {shares.min():.3g}, sums from {sums.min():.3g} to {sums.max():.3g}."
        )
    return shares
