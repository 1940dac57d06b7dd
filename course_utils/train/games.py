"""Builds each game of the table for the images that it shall make, with the lessons' losses and optimisers."""

from dataclasses import replace

import keras

from course_utils import autodiff
from course_utils.experiments import pix2pix as pix2pix_experiments
from course_utils.gans import cgan, cyclegan, dcgan, infogan, vanilla
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.resnet_generator import resnet_generator
from course_utils.train.recipes import RECIPES

BETA_1 = 0.5
STEPS_PER_CALL = 22
INSTANCE_NOISE = 0.2
DCGAN_OPTIONS = {"real_label": 0.9, "average": 0.999}
CONTINUOUS = 2
INFOGAN_OPTIONS = {"real_label": 0.9, "average": 0.995, "noise_scale": 0.1, "least_deviation": 0.3}
INFOGAN_WEIGHTS = {"lambda_categorical": 1.0, "lambda_continuous": 0.02}
# Up to this size the lessons' small patches and networks; above it the papers'.
SMALL = 32
SMALL_STEPS, PAPER_STEPS = 1, 3
SMALL_GENERATOR = {"blocks": 1, "halvings": 1}
PAPER_GENERATOR = {"blocks": 6, "halvings": 2}


def build(settings, shape, classes):
    """A compiled GAN of the course for images of `shape` `(height, width, channels)`.

    Args:
        settings: `options.Settings`.
        shape: of one image.
        classes: number of labels; None where the data has none.

    Raises:
        ValueError: for images of a size that the networks cannot have.
    """
    keras.utils.set_random_seed(settings.seed)
    return BUILDERS[settings.game](settings, shape, classes)


def _vanilla(settings, shape, classes):
    networks = (
        vanilla.generator(settings.latent_dim, shape, settings.width),
        vanilla.discriminator(shape, settings.width),
    )
    return _compiled(vanilla.VanillaGAN(*networks, average=0.999, seed=settings.seed), settings)


def _dcgan(settings, shape, classes):
    networks = (
        dcgan.generator(settings.latent_dim, shape, settings.width),
        dcgan.discriminator(shape, settings.width, instance_noise=INSTANCE_NOISE),
    )
    return _compiled(dcgan.DCGAN(*networks, seed=settings.seed, **DCGAN_OPTIONS), settings)


def _cgan(settings, shape, classes):
    networks = (
        cgan.generator(settings.latent_dim, classes, shape, settings.width),
        cgan.discriminator(classes, shape, settings.width, instance_noise=INSTANCE_NOISE),
    )
    return _compiled(cgan.CGAN(*networks, seed=settings.seed, **DCGAN_OPTIONS), settings)


def _infogan(settings, shape, classes):
    codes = {"categories": classes, "continuous": CONTINUOUS}
    generator = dcgan.generator(settings.latent_dim + sum(codes.values()), shape, settings.width)
    discriminator = infogan.discriminator(shape, settings.width, instance_noise=INSTANCE_NOISE)
    q = infogan.q(discriminator, **codes)
    options = codes | INFOGAN_OPTIONS | INFOGAN_WEIGHTS
    return _compiled(infogan.InfoGAN(generator, discriminator, q, seed=settings.seed, **options), settings)


def _pix2pix(settings, shape, classes):
    experiment = pix2pix_experiments.EXPERIMENTS["least squares + L1"]
    numbers = pix2pix_experiments.Settings(settings.width, _halvings(shape[0]))
    gan = pix2pix_experiments.build(replace(experiment, steps=_steps(shape)), shape, numbers, settings.seed)
    return _compiled(gan, settings)


def _cyclegan(settings, shape, classes):
    inner = SMALL_GENERATOR if shape[0] <= SMALL else PAPER_GENERATOR
    generators = [resnet_generator(shape, settings.width, **inner) for _ in range(2)]
    discriminators = [patch_discriminator(shape, 2 * settings.width, _steps(shape), "instance") for _ in range(2)]
    gan = cyclegan.CycleGAN(*generators, *discriminators, seed=settings.seed)
    return _compiled(gan, settings, jit_compile=autodiff.quick_start())


BUILDERS = {
    "vanilla": _vanilla,
    "dcgan": _dcgan,
    "cgan": _cgan,
    "infogan": _infogan,
    "pix2pix": _pix2pix,
    "cyclegan": _cyclegan,
}


def _compiled(gan, settings, **options):
    gan.share_fakes = settings.share_fakes
    adams = (keras.optimizers.Adam(rate, beta_1=BETA_1) for rate in RECIPES[settings.game].learning_rates)
    gan.compile(*adams, steps_per_execution=_steps_per_call(gan, settings), **options)
    return gan


def _steps_per_call(gan, settings):
    # A run stops at the end of a call, so only short steps share one; with several devices one of the backends fails.
    short = gan.latent_dim is not None and gan.generator.output_shape[1] <= SMALL
    return STEPS_PER_CALL if short and settings.devices == 1 and autodiff.runs_several_steps() else 1


def _steps(shape):
    return SMALL_STEPS if shape[0] <= SMALL else PAPER_STEPS


def _halvings(size):
    """How often a size can be halved to whole numbers of at least 2."""
    count = 0
    while size % 2 == 0 and size > 2:
        size, count = size // 2, count + 1
    return max(1, count)
