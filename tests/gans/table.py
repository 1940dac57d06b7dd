"""The test table: one row for each GAN of the course. A new paper is one more row; `test_table.py` does the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from keras import ops

from course_utils.gans import cgan, class_guided, cyclegan, dcgan, infogan, pix2pix, vanilla
from course_utils.networks.classifier import classifier
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.resnet_generator import resnet_generator
from course_utils.networks.unet import unet
from examples.wgan_gp import WGANGP


def images(n=16, size=8, channels=1, seed=0):
    """Smooth random images `(n, size, size, channels)` in [-1, 1]: a corner that shines more or less in each."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(-1, 1, size)
    slopes = random.uniform(-1, 1, (n, 2, 1, 1, channels))
    return np.tanh(slopes[:, 0] * ramp[:, None, None] + slopes[:, 1] * ramp[:, None]).astype("float32")


def labels(n=16, classes=3):
    """Labels `(n,)`, every class in turn."""
    return np.arange(n, dtype="int32") % classes


@dataclass(frozen=True)
class Row:
    """One GAN, small enough for a test.

    Args:
        name: of the paper and the variant.
        make: function of no arguments that builds it, not compiled.
        arrays: what `data.batches` is given to train it: images, or images and labels or second images.
        draw: function of the GAN, a number and a seed that gives so many images; needed where `sample` does not.
        idle: how many variables a step need not move.
    """

    name: str
    make: Callable
    arrays: tuple
    draw: Callable = lambda gan, n, seed: gan.sample(n, seed=seed)
    idle: int = 0

    @property
    def shape(self):
        """Shape of the images that the GAN makes: that of the last images it is trained on."""
        return [array.shape[1:] for array in self.arrays if array.ndim == 4][-1]


def make_vanilla(**options):
    return vanilla.VanillaGAN(vanilla.generator(3, (8, 8, 1), 4), vanilla.discriminator((8, 8, 1), 4), **options)


def make_dcgan(instance_noise=0.0, dropout=0.0, **options):
    discriminator = dcgan.discriminator((8, 8, 1), 4, instance_noise=instance_noise, dropout=dropout)
    return dcgan.DCGAN(dcgan.generator(3, (8, 8, 1), 4), discriminator, **options)


def make_wgan_gp():
    gan = WGANGP(dcgan.generator(3, (8, 8, 1), 4), dcgan.discriminator((8, 8, 1), 4, batch_norm=False))
    gan.critic_steps = 2  # the paper's 5 do not divide the table's batches
    return gan


def make_class_guided(**options):
    networks = dcgan.generator(3, (8, 8, 1), 4), dcgan.discriminator((8, 8, 1), 4), classifier((8, 8, 1), 3, (4,))
    return class_guided.ClassGuided(*networks, wanted=1, **options)


def make_cgan(instance_noise=0.0, dropout=0.0, **options):
    discriminator = cgan.discriminator(3, (8, 8, 1), 4, instance_noise=instance_noise, dropout=dropout)
    return cgan.CGAN(cgan.generator(3, 3, (8, 8, 1), 4), discriminator, **options)


def make_pix2pix(channels=1, skips=True, instance_noise=0.0, **options):
    discriminator = patch_discriminator(
        (8, 8, 1), 4, steps=1, condition_shape=(8, 8, channels), instance_noise=instance_noise
    )
    return pix2pix.Pix2Pix(unet((8, 8, channels), channels=1, width=4, skips=skips), discriminator, **options)


def draw_pix2pix(gan, n, seed):
    return gan.translate(images(n, channels=gan.generator.input_shape[-1]), noise=True, seed=seed)


def make_cyclegan(instance_noise=0.0, **options):
    generators = [resnet_generator((8, 8, 1), 2, blocks=0, kernel=3) for _ in range(2)]
    discriminators = [patch_discriminator((8, 8, 1), 4, 1, "instance", None, instance_noise) for _ in range(2)]
    return cyclegan.CycleGAN(*generators, *discriminators, **options)


def draw_cyclegan(gan, n, seed):
    return gan.translate(images(n, seed=seed))


def make_infogan(instance_noise=0.0, dropout=0.0, **options):
    generator = dcgan.generator(6, (8, 8, 1), 4)
    discriminator = infogan.discriminator((8, 8, 1), 4, instance_noise=instance_noise, dropout=dropout)
    q = infogan.q(discriminator, categories=3, continuous=1, width=4)
    return infogan.InfoGAN(generator, discriminator, q, **{"categories": 3, "continuous": 1} | options)


ROWS = [
    Row("vanilla-saturating", lambda: make_vanilla(saturating=True), (images(),)),
    Row("vanilla-non-saturating", make_vanilla, (images(),)),
    Row("dcgan", make_dcgan, (images(),)),
    # The bias of a critic's last layer stands in both terms of its loss, once with a minus.
    Row("wgan-gp-example", make_wgan_gp, (images(),), idle=1),
    Row(
        "dcgan-all-options",
        lambda: make_dcgan(instance_noise=0.1, dropout=0.3, real_label=0.9, average=0.9, seed=5),
        (images(),),
    ),
    Row("class-guided", make_class_guided, (images(),)),
    Row("cgan", make_cgan, (images(), labels())),
    Row(
        "cgan-all-options",
        lambda: make_cgan(instance_noise=0.1, dropout=0.3, real_label=0.9, average=0.9, seed=5),
        (images(), labels()),
    ),
    Row("pix2pix", make_pix2pix, (images(), images(seed=1)), draw_pix2pix),
    Row(
        "pix2pix-all-options",
        lambda: make_pix2pix(
            3, skips=False, instance_noise=0.1, adversarial="least_squares", distance="l2", average=0.9, seed=5
        ),
        (images(channels=3), images(seed=1)),
        draw_pix2pix,
    ),
    Row("pix2pix-l1-alone", lambda: make_pix2pix(adversarial=None), (images(), images(seed=1)), draw_pix2pix),
    Row("cyclegan", make_cyclegan, (images(), -images(seed=1)), draw_cyclegan),
    Row(
        "cyclegan-all-options",
        lambda: make_cyclegan(0.1, cycle_weight=5.0, identity_weight=0.5, buffer=11, average=0.9, seed=5),
        (images(), -images(seed=1)),
        draw_cyclegan,
    ),
    Row("infogan", make_infogan, (images(),)),
    Row(
        "infogan-all-options",
        lambda: make_infogan(0.1, 0.3, real_label=0.9, noise_scale=0.5, least_deviation=0.3, average=0.9, seed=5),
        (images(),),
    ),
]


def state(gan):
    """Everything that training changes, as arrays: weights, averages, seeds, both optimisers."""
    return [ops.convert_to_numpy(v).copy() for v in [*gan.variables, *gan.optimizer.variables]]


def same(a, b):
    """Whether two lists of arrays are equal to the bit."""
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
