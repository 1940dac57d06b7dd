"""Games small enough to be worked by hand, or to train in a moment."""

import keras
import numpy as np
from keras import layers, ops

from course_utils import data, losses
from course_utils.gans.base import GAN

POINTS = np.random.default_rng(0).normal(2, 1, (24, 2)).astype("float32")


def dense(inputs, outputs, name, **options):
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(outputs, **options)], name=name)


@keras.saving.register_keras_serializable("tests")
class Points(GAN):
    """The least that a paper's file must give: two losses."""

    def discriminator_loss(self, x):
        return losses.minimax(self.discriminator(x), self.discriminator(self.fake(x)))

    def generator_loss(self, x):
        return losses.non_saturating(self.discriminator(self.fake(x)))


def points(kind=Points, **options):
    """A linear GAN of points in the plane; the same weights each time."""
    keras.utils.set_random_seed(0)
    return kind(dense(3, 2, "generator"), dense(2, 1, "discriminator"), **options)


def compiled(kind=Points, learning_rate=0.1, options=None, **gan_options):
    gan = points(kind, **gan_options)
    gan.compile(*(keras.optimizers.Adam(learning_rate) for _ in range(2)), **(options or {}))
    return gan


def fit(gan, x=POINTS, epochs=1, **options):
    """The history of a short run: three batches of eight in an epoch."""
    return gan.fit(data.batches(x, batch_size=8), epochs=epochs, verbose=0, **options).history


class Scalars(GAN):
    """Two networks of one number each, d and g, both 0 at the start: every step can be worked by hand."""

    def __init__(self, **options):
        numbers = [dense(1, 1, name, use_bias=False, kernel_initializer="zeros") for name in ("g", "d")]
        super().__init__(*numbers, **options)

    @property
    def d(self):
        return ops.sum(self.discriminator(ops.ones((1, 1))))

    @property
    def g(self):
        return ops.sum(self.generator(ops.ones((1, 1))))

    def numbers(self):
        return [values(network.weights)[0].item() for network in (self.discriminator, self.generator)]


class Target(Scalars):
    """Moves d, with SGD at rate 0.5, half way to the mean of what it is shown, and g, at rate 1, all the way."""

    def discriminator_loss(self, x):
        return 0.5 * (self.d - ops.mean(x)) ** 2

    def generator_loss(self, x):
        return 0.5 * (self.g - ops.mean(x)) ** 2


def scalars(kind, rates=(0.5, 1.0), options=None, **sgd):
    gan = kind()
    gan.compile(*(keras.optimizers.SGD(rate, **sgd) for rate in rates), **(options or {}))
    return gan


def values(variables):
    return [ops.convert_to_numpy(v).copy() for v in variables]
