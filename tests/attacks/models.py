"""Models to attack: a linear one, whose best attack is known by hand, and a real classifier of digits."""

import keras
import numpy as np
from keras import layers

from course_utils.metrics.frozen import TRAINED, WEIGHTS, network

SHAPE = (2, 3, 1)
# Class 1 against class 0: logit w.x + b.
W = np.array([3.0, -4.0, 0.5, 0.0, 1.0, -2.0])
B = 0.25


def logistic(activation=None, scale=1.0):
    """Logistic regression on images of `SHAPE`, one number for each image."""
    return _linear(scale * W[:, None], scale * np.array([B]), activation)


def two_classes(activation=None, scale=1.0):
    """The same model with two logits, minus and plus half of it."""
    return _linear(scale * np.stack([-W, W], axis=1) / 2, scale * np.array([-B, B]) / 2, activation)


def three_classes(activation=None, scale=1.0):
    """Three linear logits."""
    return _linear(scale * np.stack([W, -W[::-1], np.roll(W, 2)], axis=1), np.zeros(3), activation)


def _linear(kernel, bias, activation):
    model = keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(kernel.shape[1], activation=activation, dtype="float32")]
    )
    model.set_weights([kernel, bias])
    return model


def images(n=12, seed=0, low=-1.0, high=1.0):
    """Images of `SHAPE`, some of whose pixels lie on the edge of the range."""
    pixels = np.random.default_rng(seed).uniform(low - 0.3, high + 0.3, (n, *SHAPE))
    return np.clip(pixels, low, high).astype("float32")


def logits_by_hand(x):
    return x.reshape(len(x), -1) @ W + B


def labels_by_hand(x):
    return (logits_by_hand(x) > 0).astype("int32")


def digits_classifier():
    """The trained classifier that the metrics use, from 16x16 images to ten logits."""
    model = network("digits")
    model.load_weights(WEIGHTS / TRAINED["digits"].file)
    return model
