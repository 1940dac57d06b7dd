"""The test table: one row for each GAN of the course. A new paper is one more row; `test_table.py` does the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from keras import ops

from course_utils.gans import class_guided, dcgan, vanilla
from course_utils.networks.classifier import classifier


def images(n=16, size=8, channels=1, seed=0):
    """Smooth random images `(n, size, size, channels)` in [-1, 1]: a corner that shines more or less in each."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(-1, 1, size)
    slopes = random.uniform(-1, 1, (n, 2, 1, 1, channels))
    return np.tanh(slopes[:, 0] * ramp[:, None, None] + slopes[:, 1] * ramp[:, None]).astype("float32")


@dataclass(frozen=True)
class Row:
    """One GAN, small enough for a test.

    Args:
        name: of the paper and the variant.
        make: function of no arguments that builds it, not compiled.
        arrays: what `data.batches` is given to train it: images, or images and labels or second images.
    """

    name: str
    make: Callable
    arrays: tuple


def make_vanilla(**options):
    return vanilla.VanillaGAN(vanilla.generator(3, (8, 8, 1), 4), vanilla.discriminator((8, 8, 1), 4), **options)


def make_dcgan(instance_noise=0.0, dropout=0.0, **options):
    discriminator = dcgan.discriminator((8, 8, 1), 4, instance_noise=instance_noise, dropout=dropout)
    return dcgan.DCGAN(dcgan.generator(3, (8, 8, 1), 4), discriminator, **options)


def make_class_guided(**options):
    networks = dcgan.generator(3, (8, 8, 1), 4), dcgan.discriminator((8, 8, 1), 4), classifier((8, 8, 1), 3, (4,))
    return class_guided.ClassGuided(*networks, wanted=1, **options)


ROWS = [
    Row("vanilla-saturating", lambda: make_vanilla(saturating=True), (images(),)),
    Row("vanilla-non-saturating", make_vanilla, (images(),)),
    Row("dcgan", make_dcgan, (images(),)),
    Row(
        "dcgan-all-options",
        lambda: make_dcgan(instance_noise=0.1, dropout=0.3, real_label=0.9, average=0.9, seed=5),
        (images(),),
    ),
    Row("class-guided", make_class_guided, (images(),)),
]


def state(gan):
    """Everything that training changes, as arrays: weights, averages, seeds, both optimisers."""
    return [ops.convert_to_numpy(v).copy() for v in [*gan.variables, *gan.optimizer.variables]]


def same(a, b):
    """Whether two lists of arrays are equal to the bit."""
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
