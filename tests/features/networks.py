"""Small networks for the tests of features, with weights that a hand can follow."""

import keras
import numpy as np
from keras import layers

WEIGHTS = np.array([[1.0, -2.0], [3.0, 0.5], [-1.0, 4.0], [0.0, 1.0]], "float32")
IMAGE = np.array([[0.1, 0.2], [0.3, 0.4]], "float32").reshape(1, 2, 2, 1)


def linear(activation=None):
    """2x2 grey images to two logits by `WEIGHTS`, and no bias."""
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2, activation, name="answer")])
    model.layers[-1].set_weights([WEIGHTS, np.zeros(2, "float32")])
    return model


def body(channels=1):
    """A 1x1 convolution to two channels, x and -2x of the first input channel, and ReLU."""
    images = keras.Input((4, 4, channels))
    x = layers.Conv2D(2, 1, use_bias=False, name="pair")(images)
    model = keras.Model(images, layers.ReLU(name="positive")(x), name="body")
    kernel = np.zeros((1, 1, channels, 2), "float32")
    kernel[0, 0, 0] = [1.0, -2.0]
    model.get_layer("pair").set_weights([kernel])
    return model


HEAD = np.array([[2.0, -1.0], [0.5, 3.0]], "float32")


def head(x, activation=None):
    """The mean of each channel, then two classes by `HEAD`."""
    return layers.Dense(2, activation, use_bias=False, name="answer")(layers.GlobalAveragePooling2D(name="mean")(x))


def functional(activation=None):
    inner = body()
    model = keras.Model(inner.inputs[0], head(inner.outputs[0], activation), name="functional")
    return with_head(model)


def sequential(activation=None):
    inner = body()
    model = keras.Sequential([keras.Input((4, 4, 1)), *inner.layers[1:]], name="sequential")
    model.add(layers.GlobalAveragePooling2D(name="mean"))
    model.add(layers.Dense(2, activation, use_bias=False, name="answer"))
    return with_head(model)


def nested(activation=None):
    images = keras.Input((4, 4, 1))
    return with_head(keras.Model(images, head(body()(images), activation), name="nested"))


def nested_in_sequential(activation=None):
    """A nested model, in a Sequential one, in a functional one."""
    inner = keras.Sequential([keras.Input((4, 4, 1)), body()], name="middle")
    images = keras.Input((4, 4, 1))
    return with_head(keras.Model(images, head(inner(images), activation), name="deep"))


def with_head(model):
    model.get_layer("answer").set_weights([HEAD])
    return model


KINDS = [functional, sequential, nested, nested_in_sequential]


class Opaque(keras.Model):
    """A subclass, which holds no graph."""

    def __init__(self, activation=None):
        super().__init__(name="opaque")
        self.flatten, self.dense = layers.Flatten(), layers.Dense(2, activation)
        self.build((None, 2, 2, 1))

    def build(self, shape):
        self.dense.build((None, 4))
        self.dense.set_weights([WEIGHTS, np.zeros(2, "float32")])
        self.built = True

    def call(self, x):
        return self.dense(self.flatten(x))
