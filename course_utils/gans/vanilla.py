"""Generative Adversarial Nets, Goodfellow et al. 2014 (arXiv:1406.2661).

    min_G max_D V(D, G) = E_x[log D(x)] + E_z[log(1 - D(G(z)))]                                     (equation 1)

Two dense networks. The discriminator climbs V; the generator descends its second term (Algorithm 1: "saturating"), or,
as the paper recommends for the start of training, climbs E_z[log D(G(z))] ("non-saturating", the default).

Deviations: leaky ReLU in both networks, where the paper has maxout with dropout in D and rectifiers in G; tanh and
images in [-1, 1], where it has sigmoid and [0, 1]; Adam, where it has momentum; normal noise, where it has uniform.
"""

import math

import keras
from keras import layers

from course_utils import losses
from course_utils.gans.base import GAN
from course_utils.gans.players import images_of


def generator(latent_dim=64, image_shape=(16, 16, 1), width=128):
    """Network from latent vectors `(batch, latent_dim)` to images `(batch, *image_shape)` in [-1, 1]."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(width),
            layers.LeakyReLU(0.2),
            layers.Dense(2 * width),
            layers.LeakyReLU(0.2),
            layers.Dense(math.prod(image_shape), activation="tanh", dtype="float32"),
            layers.Reshape(image_shape, dtype="float32"),
        ],
        name="generator",
    )


def discriminator(image_shape=(16, 16, 1), width=128):
    """Network from images `(batch, *image_shape)` to logits `(batch, 1)`."""
    return keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Flatten(),
            layers.Dense(2 * width),
            layers.LeakyReLU(0.2),
            layers.Dense(width),
            layers.LeakyReLU(0.2),
            layers.Dense(1, dtype="float32"),
        ],
        name="discriminator",
    )


@keras.saving.register_keras_serializable(package="course_utils")
class VanillaGAN(GAN):
    """The game of equation 1; `saturating` chooses the generator's loss."""

    def __init__(self, generator, discriminator, *, saturating=False, **options):
        super().__init__(generator, discriminator, **options)
        self.saturating = saturating

    def discriminator_loss(self, batch):
        D, x = self.discriminator, images_of(batch)
        return losses.minimax(D(x, training=True), D(self.fake(batch), training=True))

    def generator_loss(self, batch):
        loss = losses.saturating if self.saturating else losses.non_saturating
        return loss(self.discriminator(self.fake(batch), training=True))

    def get_config(self):
        return super().get_config() | {"saturating": self.saturating}
