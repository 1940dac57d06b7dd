"""A straight line through an image: how a model answers along it."""

import numpy as np
from keras import ops

from course_utils.attacks.checks import checked_count
from course_utils.attacks.logits import answers_of
from course_utils.attacks.loop import BATCH


def linear_path(model, images, direction, scales=None, batch_size=BATCH):
    """Logits along x + a * direction, not cut to the pixel range (Goodfellow, Shlens and Szegedy 2015, figure 4).

    With `direction` an adversarial change, pieces of straight line over long stretches are what the authors mean by
    models that are "too linear".

    Args:
        model: `keras.Model` from images to logits or probabilities.
        images: `(n, height, width, channels)`.
        direction: the same shape, or that of one image.
        scales: the values of a, `(k,)`; None takes 81 values from -10 to 10.
        batch_size: images that are passed at a time.

    Returns:
        `(scales, logits)`: NumPy arrays `(k,)` and `(n, k, classes)`.

    Raises:
        ValueError: for shapes that do not match, or a model that `run` would refuse.
    """
    images, direction = np.asarray(images, "float32"), np.asarray(direction, "float32")
    scales = np.linspace(-10, 10, 81) if scales is None else np.asarray(scales, "float64")
    if images.ndim != 4 or images.size == 0 or direction.shape not in (images.shape, images.shape[1:]):
        raise ValueError(
            "images must be (n, height, width, channels), and direction of the same shape or that of one image. "
            f"Received: shapes {images.shape} and {direction.shape}."
        )
    if scales.ndim != 1 or scales.size == 0:
        raise ValueError(f"scales must be numbers of shape (k,). Received: shape {scales.shape}.")
    answers = answers_of(model)
    answers.check(images)
    step = checked_count("batch_size", batch_size)
    logits = [_logits(answers, images + np.float32(a) * direction, step) for a in scales]
    return scales, np.stack(logits, axis=1)


def _logits(answers, images, batch_size):
    parts = [answers.forward(images[i : i + batch_size]) for i in range(0, len(images), batch_size)]
    return np.concatenate([ops.convert_to_numpy(part) for part in parts])
