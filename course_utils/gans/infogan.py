"""InfoGAN: Interpretable Representation Learning, Chen et al. 2016 (arXiv:1606.03657).

    min_{G,Q} max_D V(D, G) - lambda L_I(G, Q)                                                      (equation 6)
    L_I(G, Q) = E_{c ~ p(c), x ~ G(z, c)}[log Q(c|x)] + H(c) <= I(c; G(z, c))                       (equation 5)

A latent vector is noise z, a categorical code and continuous codes c (see `codes`). Q reads the codes of an image from
the features of D's body: probabilities of the categories, and a normal distribution for each continuous code. L_I is in
nats; its categorical part is at most log k for k categories, reached where Q is always right and sure.

Who moves what: Q's own layers stand on the generator's side and move with G. D's body moves in D's turn, where D's loss
holds - lambda L_I too, as in the authors' program, so that the body learns features that serve Q. (There Q's own layers
also move in D's turn. On either side they climb L_I.)

Deviations: the networks of `dcgan`, where the paper has one more dense layer in each for MNIST; z normal, where the
authors' program has it uniform; its scale, and a floor under Q's standard deviations, may be chosen.
"""

import math

import keras
import numpy as np
from keras import layers, ops

from course_utils import losses
from course_utils.gans import dcgan
from course_utils.gans.codes import Codes
from course_utils.gans.players import images_of

NUMBERS = ("lambda_categorical", "lambda_continuous", "least_deviation")


def discriminator(image_shape=(16, 16, 1), width=32, **options):
    """DCGAN's discriminator, from images to two outputs: logits `(batch, 1)` and its body's features `(batch, n)`."""
    network = dcgan.discriminator(image_shape, width, **options)
    *_, body, logit = network.layers
    return keras.Model(network.inputs[0], [logit.output, body.output], name="discriminator")


def q(discriminator, categories=10, continuous=2, width=128):
    """Q's own layers on a discriminator's features, to `(batch, categories + 2 continuous)`: logits of the categories,
    means of the continuous codes, and logarithms of their standard deviations.
    """
    return keras.Sequential(
        [
            keras.Input(discriminator.output_shape[1][1:]),
            layers.Dense(width, use_bias=False, kernel_initializer=dcgan.normal()),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dense(categories + 2 * continuous, kernel_initializer=dcgan.normal(), dtype="float32"),
        ],
        name="q",
    )


def categorical_information(logits, c):
    """L_I of a one-hot code `c` `(batch, k)` in nats: the mean of log Q(c|x), plus the entropy log k."""
    return ops.mean(ops.sum(c * ops.log_softmax(logits), axis=1)) + math.log(c.shape[1])


def continuous_information(mean, log_deviation, c):
    """L_I of codes `c` `(batch, n)`, each uniform on [-1, 1] with the entropy log 2, in nats, summed over the codes.

    Q(c|x) is normal and fits a uniform code but roughly: where x tells nothing, the best normal distribution, of
    variance 1/3, gives log 2 - log(2 pi / 3) / 2 - 1/2 = -0.18 for each code, where I is 0.
    """
    log_q = -0.5 * ops.square((c - mean) / ops.exp(log_deviation)) - log_deviation - 0.5 * math.log(2 * math.pi)
    return ops.mean(ops.sum(log_q + math.log(2), axis=1))


@keras.saving.register_keras_serializable(package="course_utils")
class InfoGAN(dcgan.DCGAN):
    """The game of equation 6; logs both parts of L_I as the generator's turns see them.

    Args:
        generator: `dcgan.generator` for latent vectors of noise, `categories` and `continuous` numbers.
        discriminator: this file's `discriminator`.
        q: this file's `q`.
        categories: number of values of the categorical code.
        continuous: number of continuous codes.
        lambda_categorical: weight of the categorical code's information, at least 0.
        lambda_continuous: weight of the continuous codes' information; the paper only says that it is smaller.
        noise_scale: standard deviation of z. Quiet noise leaves more of the image to the codes.
        least_deviation: what is added to Q's standard deviations, at least 0. What a continuous code can tell has no
            end; above 0, a reading sharper than this earns nothing.
        options: those of `DCGAN`.

    Raises:
        ValueError: where codes and networks do not fit each other, or a weight or deviation is negative.
    """

    sides = {"discriminator": ("discriminator",), "generator": ("generator", "q")}
    tracked = ("categorical_information", "continuous_information")

    def __init__(
        self,
        generator,
        discriminator,
        q,
        *,
        categories=10,
        continuous=2,
        lambda_categorical=1.0,
        lambda_continuous=0.1,
        noise_scale=1.0,
        least_deviation=0.0,
        **options,
    ):
        super().__init__(generator, discriminator, q=q, **options)
        self.codes = Codes(self.latent_dim - categories - continuous, categories, continuous, noise_scale)
        self.lambda_categorical, self.lambda_continuous = lambda_categorical, lambda_continuous
        self.least_deviation = least_deviation
        self._check_answers()
        self._check_numbers()

    def discriminator_loss(self, batch):
        D, x = self.discriminator, images_of(batch)
        real_logits, _ = D(x, training=True)
        fake_logits, information = self.judged(*self.fake(batch))
        return losses.minimax(real_logits, fake_logits, self.real_label) - self.weighted(*information)

    def generator_loss(self, batch):
        fake_logits, information = self.judged(*self.fake(batch))
        for name, value in zip(self.tracked, information, strict=True):
            self.track(name, value)
        return losses.non_saturating(fake_logits) - self.weighted(*information)

    def make(self, batch, training=True):
        """Images, and the latent vectors that they were made of."""
        latent = self.noise(batch)
        return self.generator(latent, training=training), latent

    def imitate(self, batch):
        images, _ = self.make(batch, training=False)
        return images

    def judged(self, images, latent):
        """D's logits on the images of `latent`, and L_I of its categorical and of its continuous codes."""
        logits, features = self.discriminator(images, training=True)
        return logits, self.information(features, latent)

    def information(self, features, latent):
        """L_I of the categorical and of the continuous codes in `latent`, as Q reads them from D's features."""
        logits, mean, log_deviation = self._parts(self.q(features, training=True))
        _, c, c_continuous = self.codes.split(latent)
        return categorical_information(logits, c), continuous_information(mean, log_deviation, c_continuous)

    def weighted(self, categorical, continuous):
        """lambda L_I, each kind of code with its own lambda."""
        return self.lambda_categorical * categorical + self.lambda_continuous * continuous

    def noise(self, batch):
        return self.codes.draw(super().noise(batch))

    def latent(self, n, seed=None):
        return ops.convert_to_numpy(self.codes.draw(super().latent(n, seed)))

    def encode(self, images, batch_size=500):
        """What Q reads from images in [-1, 1], generated or real, as NumPy arrays.

        Returns:
            `(probabilities, means)`: of the categories `(n, categories)`, of the continuous codes `(n, continuous)`.
        """
        parts = []
        for i in range(0, len(images), batch_size):
            _, features = self.discriminator(images[i : i + batch_size], training=False)
            logits, mean, _ = self._parts(self.q(features, training=False))
            parts.append((ops.convert_to_numpy(ops.softmax(logits)), ops.convert_to_numpy(mean)))
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    def get_config(self):
        codes = {name: getattr(self.codes, name) for name in ("categories", "continuous", "noise_scale")}
        return super().get_config() | codes | {name: getattr(self, name) for name in NUMBERS}

    def _parts(self, answers):
        """Logits of the categories, means and log deviations of the continuous codes."""
        ends = [self.codes.categories, self.codes.categories + self.codes.continuous]
        logits, mean, log_deviation = ops.split(answers, ends, axis=1)
        return logits, mean, ops.log(self.least_deviation + ops.exp(log_deviation))

    def _check_answers(self):
        expected = self.codes.categories + 2 * self.codes.continuous
        if self.q.output_shape[-1] != expected:
            raise ValueError(
                f"q answers with {expected} numbers: a logit for each category, a mean and a log deviation for each "
                f"continuous code. Received: {self.q.output_shape[-1]}. Build it for the same codes."
            )

    def _check_numbers(self):
        for name in NUMBERS:
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0. Received: {getattr(self, name)!r}.")
