"""Networks trained on ImageNet, as `keras.applications` has them: images in [-1, 1] in, logits out."""

import contextlib
import socket

import keras
import numpy as np
from keras import layers

SIZE = 224
CLASSES = 1000
# None has a convolution of kernel 1 with a stride: the gradient of its input, where the stride leaves pixels over,
# crashes one of the backends on a processor (ResNet50 and Xception have them).
PREPROCESS = {
    "EfficientNetB0": keras.applications.efficientnet.preprocess_input,
    "MobileNet": keras.applications.mobilenet.preprocess_input,
    "MobileNetV2": keras.applications.mobilenet_v2.preprocess_input,
}
# Where a firewall swallows packets, a download would otherwise wait for minutes.
TIMEOUT_SECONDS = 10


class ImageNetError(RuntimeError):
    """ImageNet's weights or class names are neither in Keras's cache nor to be downloaded."""


def pretrained(name="MobileNetV2", weights="imagenet"):
    """A network of `keras.applications`, with the scaling of pixels that it was trained with built in.

    Args:
        name: `"MobileNetV2"` (Sandler et al. 2018, arXiv:1801.04381; 14 MB), `"MobileNet"` (Howard et al. 2017,
            arXiv:1704.04861; 17 MB) or `"EfficientNetB0"` (Tan and Le 2019, arXiv:1905.11946; 21 MB).
        weights: `"imagenet"`, downloaded once; None for random ones.

    Returns:
        `keras.Model` from images `(batch, 224, 224, 3)` in [-1, 1] to logits `(batch, 1000)`.

    Raises:
        ValueError: unknown name or weights.
        ImageNetError: the weights could not be had.
    """
    if name not in PREPROCESS:
        raise ValueError(f"name must be one of {', '.join(map(repr, PREPROCESS))}. Received: name={name!r}.")
    if weights not in ("imagenet", None):
        raise ValueError(f"weights must be 'imagenet' or None. Received: weights={weights!r}.")
    if weights is not None:
        # A few kilobytes tell whether there is a network, before seconds are spent on building one.
        class_names()
    with _told(f"the weights of {name}"):
        body = getattr(keras.applications, name)(weights=weights, classifier_activation=None)
    images = keras.Input((SIZE, SIZE, 3))
    pixels = layers.Rescaling(127.5, offset=127.5)(images)
    return keras.Model(images, body(PREPROCESS[name](pixels)), name=f"imagenet_{name.lower()}")


def class_names():
    """The names of the 1000 classes, such as `"beer_glass"` at place 441.

    Raises:
        ImageNetError: the list could not be had.
    """
    with _told("the list of ImageNet's class names"):
        decoded = keras.applications.imagenet_utils.decode_predictions(np.eye(CLASSES), top=1)
    return tuple(name for ((_, name, _),) in decoded)


def best(logits, count=5):
    """The most probable classes of each image.

    Args:
        logits: `(n, 1000)`.
        count: how many.

    Returns:
        For each image a list of (class, probability), the most probable first.

    Raises:
        ValueError: for another shape.
    """
    logits = np.asarray(keras.ops.convert_to_numpy(logits), "float64")
    if logits.ndim != 2 or logits.shape[1] != CLASSES:
        raise ValueError(f"logits must have the shape (n, {CLASSES}). Received: shape {logits.shape}.")
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, axis=1)[:, :count]
    return [[(int(k), float(row[k])) for k in places] for row, places in zip(shares, order, strict=True)]


@contextlib.contextmanager
def _told(what):
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        yield
    # Keras reports a failed download as a bare Exception.
    except Exception as error:
        raise ImageNetError(
            f"Could not get {what}: {error}. They are downloaded once, to the folder .keras/models in your home. "
            "Run this again where there is a network."
        ) from error
    finally:
        socket.setdefaulttimeout(before)
