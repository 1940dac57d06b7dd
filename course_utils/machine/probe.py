"""A probe of this machine's speed: the training of lesson 05's DCGAN, on noise in place of digits, for three seconds.

What is trained is made of the parts that most lessons train: strided and transposed convolutions, batch normalisation,
two networks and their optimisers. It runs through Keras's `fit`, so one probe serves every backend and number format.
"""

import itertools
import statistics
import time
from dataclasses import dataclass

# Median of a repetition on the reference machine, idle: two cores of an AMD EPYC (family 26, with bf16), TensorFlow
# 2.21 in mixed_bfloat16. The seconds in the catalogue of lessons were measured there too.
REFERENCE_SECONDS = 0.225
# As in the lesson.
BATCH, STEPS, IMAGE_SHAPE, LATENT_DIM, WIDTH = 64, 22, (16, 16, 1), 64, 32
LEAST_REPETITIONS = 3


@dataclass(frozen=True)
class Probe:
    """Seconds of each repetition, in the order in which they ran."""

    repetitions: tuple[float, ...]

    @property
    def seconds(self):
        """The median repetition, which one disturbance does not move."""
        return statistics.median(self.repetitions)

    @property
    def speed(self):
        """Speed relative to the reference machine: 2 where a repetition takes half its time."""
        return REFERENCE_SECONDS / self.seconds

    @property
    def quartiles(self):
        """The times that a quarter of the repetitions stay under, and go over."""
        low, _, high = statistics.quantiles(self.repetitions, n=4, method="inclusive")
        return low, high

    @property
    def spread(self):
        """The upper quartile over the lower: close to 1 on a quiet machine."""
        low, high = self.quartiles
        return high / low

    def expected(self, seconds):
        """Seconds that this machine will need for what took the reference machine `seconds`."""
        return seconds / self.speed


def game():
    """The DCGAN that the probe trains, compiled, for images `(batch, 16, 16, 1)` in [-1, 1]."""
    import keras

    from course_utils import autodiff
    from course_utils.gans import dcgan

    generator = dcgan.generator(LATENT_DIM, IMAGE_SHAPE, WIDTH)
    gan = dcgan.DCGAN(generator, dcgan.discriminator(IMAGE_SHAPE, WIDTH), seed=0)
    optimizers = (keras.optimizers.Adam(5e-4, beta_1=0.5) for _ in range(2))
    gan.compile(*optimizers, steps_per_execution=STEPS if autodiff.runs_several_steps() else 1)
    return gan


def probe(seconds=3.0, clock=time.perf_counter):
    """Train for about `seconds`, after a first repetition that compiles and is not counted.

    A slow machine still gets three repetitions, and then takes longer.

    Args:
        seconds: time to spend, over 0.
        clock: function that returns the time in seconds.

    Returns:
        A `Probe`.

    Raises:
        ValueError: for a time that is not over 0.
    """
    if not seconds > 0:
        raise ValueError(f"seconds must be over 0. Received: seconds={seconds!r}.")
    import numpy as np

    images = np.random.default_rng(0).uniform(-1, 1, (STEPS * BATCH, *IMAGE_SHAPE)).astype("float32")
    gan = game()
    _repeat(gan, images)
    started = clock()
    times = [started]
    while len(times) <= LEAST_REPETITIONS or times[-1] - started < seconds:
        _repeat(gan, images)
        times.append(clock())
    return Probe(tuple(after - before for before, after in itertools.pairwise(times)))


def _repeat(gan, images):
    """Train for one epoch; `fit` returns its losses as numbers, so nothing is still at work when the next begins."""
    return gan.fit(images, batch_size=BATCH, epochs=1, shuffle=False, verbose=0).history
