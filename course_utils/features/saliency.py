"""Which pixels a class score hangs on: the gradient at the image, plain, smoothed, and times the image."""

from functools import lru_cache

import numpy as np
from keras import ops

from course_utils import autodiff
from course_utils.features.batched import checked_images, in_batches
from course_utils.features.checks import first_passage
from course_utils.features.passage import Passage


def input_gradient(model, images, classes=None):
    """Gradient of each image's class score before the softmax with respect to its pixels.

    Args:
        model: built `keras.Model` from images to logits or probabilities `(batch, classes)`.
        images: `(n, height, width, channels)`.
        classes: whole numbers `(n,)`, or one for all; None takes the class that the model answers.

    Returns:
        NumPy array `(n, height, width, channels)`.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: for images of another shape, classes that the model does not know, or answers that are
            probabilities whose logits are out of reach.
    """
    images = checked_images(images)
    return in_batches(_gradient_of(model), images, class_of(model, images, classes))


def saliency(model, images, classes=None):
    """Largest absolute gradient among a pixel's channels (Simonyan et al. 2014, arXiv:1312.6034, section 3.1).

    See `input_gradient` for the arguments and errors.

    Returns:
        NumPy array `(n, height, width)`, at least 0.
    """
    return np.abs(input_gradient(model, images, classes)).max(axis=-1)


def smooth_saliency(model, images, classes=None, noise=0.15, samples=25, seed=0):
    """Saliency of the gradient's mean over noisy copies of the image (SmoothGrad: Smilkov et al. 2017,
    arXiv:1706.03825).

    Args:
        model: see `input_gradient`.
        images: see `input_gradient`.
        classes: see `input_gradient`; None takes the class that the model answers for the image without noise.
        noise: standard deviation of the noise, as a share of each image's largest less its smallest pixel.
        samples: number of copies.
        seed: whole number that fixes the noise.

    Returns:
        NumPy array `(n, height, width)`, at least 0.

    Raises:
        ValueError: for a negative noise or no samples, besides what `input_gradient` refuses.
    """
    if not noise >= 0 or samples < 1:
        raise ValueError(
            f"noise must be at least 0, and samples at least 1. Received: noise={noise!r}, samples={samples!r}."
        )
    images = checked_images(images)
    classes, gradient = class_of(model, images, classes), _gradient_of(model)
    random = np.random.default_rng(seed)
    spread = noise * np.ptp(images, axis=(1, 2, 3), keepdims=True)
    total = np.zeros_like(images)
    for _ in range(samples):
        noisy = images + spread * random.standard_normal(images.shape, dtype="float32")
        total += in_batches(gradient, noisy, classes)
    return np.abs(total / samples).max(axis=-1)


def gradient_times_input(model, images, classes=None):
    """Gradient times pixel, added over the channels: each pixel's share in the score, where the model is linear.

    Shrikumar et al. 2016 (arXiv:1605.01713). See `input_gradient` for the arguments and errors. A pixel of value 0,
    mid-grey on [-1, 1], gets no share.

    Returns:
        NumPy array `(n, height, width)`; negative where the pixel speaks against the class.
    """
    return (input_gradient(model, images, classes) * checked_images(images)).sum(axis=-1)


def mass_on(maps, pixels):
    """The share of each map that lies on given pixels.

    Args:
        maps: `(n, height, width)`, at least 0.
        pixels: booleans of the same shape.

    Returns:
        NumPy array `(n,)` in [0, 1]; NaN for a map of zeros.

    Raises:
        ValueError: for shapes that differ, or negative numbers.
    """
    maps, pixels = np.asarray(maps, "float64"), np.asarray(pixels, bool)
    if maps.ndim != 3 or maps.shape != pixels.shape or maps.min() < 0:
        raise ValueError(
            "maps must be at least 0 and of shape (n, height, width), as pixels are. "
            f"Received: shapes {maps.shape} and {pixels.shape}, smallest {maps.min() if maps.size else 'of nothing'}."
        )
    total = maps.sum(axis=(1, 2))
    on = (maps * pixels).sum(axis=(1, 2))
    return np.divide(on, total, out=np.full(len(maps), np.nan), where=total > 0)


def class_of(model, images, classes):
    """The class to explain of each image, int32 `(n,)`: as given, or what the model answers.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: for classes of another number or type, or that the model does not know.
    """
    known = first_passage(model, images[:1]).logits.shape[-1]
    if classes is None:
        return in_batches(lambda x: Passage(model, x).logits, images).argmax(axis=-1).astype("int32")
    classes = np.asarray(classes)
    if classes.dtype.kind not in "iu" or classes.shape not in ((), (len(images),)):
        raise ValueError(
            f"classes must be a whole number, or one for each of the {len(images)} images. "
            f"Received: shape {classes.shape} of type {classes.dtype}."
        )
    if classes.min() < 0 or classes.max() >= known:
        raise ValueError(
            f"The model knows the classes 0 to {known - 1}. Received: from {classes.min()} to {classes.max()}."
        )
    return np.broadcast_to(classes, (len(images),)).astype("int32")


def score(logits, classes):
    """Sum over the images of each one's class score, a scalar."""
    return ops.sum(logits * ops.one_hot(classes, logits.shape[-1], dtype=logits.dtype))


# Kept for the last few models, so that no map is compiled again.
@lru_cache(maxsize=4)
def _gradient_of(model):
    def gradient(images, classes):
        return autodiff.gradient(lambda x: score(Passage(model, x).logits, classes), images)

    return autodiff.compiled(gradient, model)
