"""Unsupervised Representation Learning with Deep Convolutional GANs, Radford et al. 2016 (arXiv:1511.06434).

The game and losses of Goodfellow et al. 2014, between convolutional networks built by these rules (section 3):
strided convolutions instead of pooling, transposed ones in G; batch normalisation in both, save at G's output and D's
input; no hidden dense layers; ReLU in G with tanh at its end, leaky ReLU 0.2 in D; weights from N(0, 0.02); Adam with
learning rate 0.0002 and beta_1 0.5.

    G: z (latent_dim) -> s x s x 2^(k-1) w -> ... doubling size, halving width ... -> height x width x channels
    D: height x width x channels -> w -> 2w -> ... halving size, doubling width ... -> s x s x 2^(k-1) w -> logit

with s = 4 for sizes 8, 16, 32, 64 and s = 7 for 14, 28, 56, so that k = log2(size / s) steps.

Deviations: k follows the image size (the paper has 64 and k = 4); kernels of 4, which stride 2 divides, where it has 5;
one-sided label smoothing (Salimans et al. 2016), instance noise (Sonderby et al. 2017) and dropout, off by default.
"""

import keras
from keras import layers

from course_utils import losses
from course_utils.gans.base import GAN
from course_utils.gans.players import images_of
from course_utils.layers import BatchNormalization


def generator(latent_dim=64, image_shape=(16, 16, 1), width=32, batch_norm=True):
    """Network from latent vectors `(batch, latent_dim)` to images `(batch, *image_shape)` in [-1, 1]."""
    start, widths = pyramid(image_shape, width)
    network = keras.Sequential([keras.Input((latent_dim,))], name="generator")
    network.add(layers.Dense(start * start * widths[-1], use_bias=not batch_norm, kernel_initializer=normal()))
    network.add(layers.Reshape((start, start, widths[-1])))
    activate(network, batch_norm, layers.ReLU())
    for filters in widths[-2::-1]:
        network.add(up(filters, use_bias=not batch_norm))
        activate(network, batch_norm, layers.ReLU())
    network.add(up(image_shape[-1]))
    network.add(layers.Activation("tanh", dtype="float32"))
    return network


def discriminator(image_shape=(16, 16, 1), width=32, batch_norm=True, instance_noise=0.0, dropout=0.0):
    """Network from images `(batch, *image_shape)` to logits `(batch, 1)`."""
    _, widths = pyramid(image_shape, width)
    network = keras.Sequential([keras.Input(image_shape)], name="discriminator")
    if instance_noise:
        network.add(layers.GaussianNoise(instance_noise))
    for i, filters in enumerate(widths):
        normalised = batch_norm and i > 0
        network.add(down(filters, use_bias=not normalised))
        activate(network, normalised, layers.LeakyReLU(0.2))
        if dropout:
            network.add(layers.Dropout(dropout))
    network.add(layers.Flatten())
    network.add(layers.Dense(1, kernel_initializer=normal(), dtype="float32"))
    return network


@keras.saving.register_keras_serializable(package="course_utils")
class DCGAN(GAN):
    """The game of Goodfellow et al. 2014; `real_label` below 1 smooths the target of real images."""

    def __init__(self, generator, discriminator, *, real_label=1.0, **options):
        super().__init__(generator, discriminator, **options)
        if not 0 < real_label <= 1:
            raise ValueError(f"real_label must be above 0 and at most 1, such as 0.9. Received: {real_label!r}.")
        self.real_label = real_label

    def discriminator_loss(self, batch):
        D, x = self.discriminator, images_of(batch)
        return losses.minimax(D(x, training=True), D(self.fake(batch), training=True), self.real_label)

    def generator_loss(self, batch):
        return losses.non_saturating(self.discriminator(self.fake(batch), training=True))

    def get_config(self):
        return super().get_config() | {"real_label": self.real_label}


def normal():
    """The paper's first weights, N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02)


def up(filters, **options):
    """Transposed convolution that doubles height and width."""
    return layers.Conv2DTranspose(filters, 4, strides=2, padding="same", kernel_initializer=normal(), **options)


def down(filters, **options):
    """Convolution that halves height and width."""
    return layers.Conv2D(filters, 4, strides=2, padding="same", kernel_initializer=normal(), **options)


def activate(network, batch_norm, activation):
    """Add an activation to a Sequential network, after batch normalisation where that is asked for."""
    if batch_norm:
        network.add(BatchNormalization())
    network.add(activation)


def pyramid(image_shape, width):
    """Size at the narrow end, and the widths of the steps from the wide end to it.

    Raises:
        ValueError: for an image shape that DCGAN cannot halve down to 4 or 7.
    """
    if len(image_shape) != 3:
        raise ValueError(f"image_shape must be (height, width, channels). Received: {tuple(image_shape)}.")
    height = image_shape[0]
    start = next((s for s in (4, 7) if height >= 2 * s and _power_of_two(height / s)), None)
    if start is None or image_shape[0] != image_shape[1]:
        raise ValueError(
            "DCGAN makes square images of 4 or 7 times a power of two (8, 14, 16, 28, 32, 56, 64 ...). "
            f"Received: image_shape={tuple(image_shape)}. Load the data at one of these sizes."
        )
    steps = (height // start).bit_length() - 1
    return start, [width * 2**i for i in range(steps)]


def _power_of_two(ratio):
    return ratio == int(ratio) and int(ratio) & (int(ratio) - 1) == 0
