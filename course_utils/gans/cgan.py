"""Conditional Generative Adversarial Nets, Mirza and Osindero 2014 (arXiv:1411.1784).

    min_G max_D V(D, G) = E_{x, y}[log D(x|y)] + E_{z, y}[log(1 - D(G(z|y)|y))]                     (equation 2)

The label y is a further input of both networks. D judges pairs: an image of another class than its label is as wrong as
a bad image, and only that makes G obey.

    G: z (latent_dim) joined with y as a one-hot vector (classes) -> DCGAN's generator -> image
    D: image joined with y as a one-hot map (height, width, classes), on the channels -> DCGAN's discriminator -> logit

G takes a vector, so that it can be asked for mixtures of classes as well; D is only ever asked about labels.

Deviations: the convolutional networks of `dcgan` in place of the paper's dense ones with maxout; normal noise of 64
numbers, where the paper has 100 uniform ones; y joined as it is, where the paper maps it to hidden units first (the
first layer of either network does that); Adam and the non-saturating loss, where it has momentum and the value above.
"""

import keras
import numpy as np
from keras import layers, ops

from course_utils import losses
from course_utils.gans import dcgan
from course_utils.gans.labels import check_labels, class_vectors, labelled
from course_utils.layers.one_hot_map import OneHotMap


def generator(latent_dim=64, classes=10, image_shape=(16, 16, 1), width=32, batch_norm=True):
    """Network from [latent vectors `(batch, latent_dim)`, one-hot vectors `(batch, classes)`] to images
    `(batch, *image_shape)` in [-1, 1].
    """
    z, y = keras.Input((latent_dim,), name="z"), keras.Input((classes,), name="y")
    body = dcgan.generator(latent_dim + classes, image_shape, width, batch_norm)
    return keras.Model([z, y], body(layers.Concatenate()([z, y])), name="generator")


def discriminator(classes=10, image_shape=(16, 16, 1), width=32, batch_norm=True, instance_noise=0.0, dropout=0.0):
    """Network from [images `(batch, *image_shape)`, labels `(batch,)`] to logits `(batch, 1)`.

    The instance noise is added to the image, not to the map of its label.
    """
    height, width_of_image, channels = image_shape
    x, y = keras.Input(image_shape, name="x"), keras.Input((), dtype="int32", name="y")
    seen = layers.GaussianNoise(instance_noise)(x) if instance_noise else x
    pair = layers.Concatenate()([seen, OneHotMap(classes, height, width_of_image)(y)])
    body = dcgan.discriminator((height, width_of_image, channels + classes), width, batch_norm, dropout=dropout)
    return keras.Model([x, y], body(pair), name="discriminator")


@keras.saving.register_keras_serializable(package="course_utils")
class CGAN(dcgan.DCGAN):
    """The game of equation 2 on batches (images, labels); the options are those of `DCGAN`.

    Labels are whole numbers from 0 to `classes - 1`, `(batch,)` or `(batch, 1)`.

    Raises:
        ValueError: in `fit`, `evaluate`, `generate` and `sample`, for labels that are missing or out of range.
    """

    def __init__(self, generator, discriminator, *, latent_dim=None, **options):
        latent_dim = generator.inputs[0].shape[-1] if latent_dim is None else latent_dim
        super().__init__(generator, discriminator, latent_dim=latent_dim, **options)
        self.classes = generator.inputs[1].shape[-1]

    def discriminator_loss(self, batch):
        D, (x, y) = self.discriminator, labelled(batch)
        return losses.minimax(D([x, y], training=True), D([self.fake(batch), y], training=True), self.real_label)

    def generator_loss(self, batch):
        D, (_, y) = self.discriminator, labelled(batch)
        return losses.non_saturating(D([self.fake(batch), y], training=True))

    def make(self, batch, training=True):
        """G(z|y): an image for each label of the batch, from fresh noise."""
        _, y = labelled(batch)
        return self.generator([self.noise(batch), ops.one_hot(y, self.classes)], training=training)

    def fit(self, x=None, y=None, *arguments, **options):
        check_labels(x, y, self.classes)
        if options.get("validation_data") is not None:
            check_labels(options["validation_data"], None, self.classes)
        return super().fit(x, y, *arguments, **options)

    def evaluate(self, x=None, y=None, *arguments, **options):
        check_labels(x, y, self.classes)
        return super().evaluate(x, y, *arguments, **options)

    def sample(self, n, labels=None, seed=None):
        """`n` images as in `GAN.sample`, of the classes that `generate` takes."""
        return self.generate(self.latent(n, seed), labels)

    def generate(self, z, labels=None, batch_size=500):
        """Images `(n, height, width, channels)` of latent vectors `(n, latent_dim)` with chosen labels.

        `labels` is None for 0, 1, 2 ... in turn, one class for all, classes `(n,)`, or mixtures `(n, classes)` of
        shares that add up to 1, of which the game saw none.
        """
        z = self.checked_latent(z)
        return self.answer(z, class_vectors(labels, len(z), self.classes), batch_size=batch_size)

    def every_class(self, z):
        """Each latent vector with every label in turn: images `(n * classes, height, width, channels)`."""
        return self.generate(np.repeat(z, self.classes, axis=0))
