"""Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, Zhu et al. 2017 (arXiv:1703.10593).

Two sets of images, X and Y, and no pairs. Two generators, G from X to Y and F from Y to X, play against two
discriminators (equation 3, with the least squares of section 4 for L_GAN):

    L(G, F, D_X, D_Y) = L_GAN(G, D_Y) + L_GAN(F, D_X) + lambda L_cyc(G, F)
    L_cyc(G, F) = E|F(G(x)) - x|_1 + E|G(F(y)) - y|_1                            (equation 2)
    L_identity(G, F) = E|G(y) - y|_1 + E|F(x) - x|_1                             (section 5.2, weight lambda / 2)

Networks: `resnet_generator` and `patch_discriminator` with instance normalisation, 70x70 patches at 128 pixels and
more. The discriminators see a history of 50 generated images (`layers.ImageBuffer`), and their loss is halved. Adam
with learning rate 0.0002 and beta_1 0.5, batches of one image, lambda 10.

Deviations: |.|_1 is the mean over pixels, as in the paper's code; the learning rate is not lowered, unless a callback
lowers it; the discriminators' turn comes first, as in all games of the course, on images that G and F make for it.
"""

from functools import partial

import keras
from keras import ops

from course_utils import losses
from course_utils.gans.inputs import checked_for
from course_utils.gans.translation import Translation
from course_utils.layers import ImageBuffer


@keras.saving.register_keras_serializable(package="course_utils")
class CycleGAN(Translation):
    """The game of Zhu et al. 2017, trained on pairs of batches (x, y) such as `data.unpaired_batches` gives.

    Args:
        generator: G, network from images of X `(batch, height, width, channels)` to images of Y, all in [-1, 1].
        back_generator: F, network from images of Y to images of X.
        discriminator_x: D_X, network from images of X to logits of any shape.
        discriminator_y: D_Y, network from images of Y to logits.
        cycle_weight: lambda, at least 0.
        identity_weight: weight of the identity loss as a share of lambda; 0 leaves it out, 0.5 is the paper's. It
            needs X and Y of one shape.
        buffer: how many generated images each discriminator's history holds, at least as many as a batch; 0 for none.
        options: `seed`, `average` and `name` of `GAN`.

    Logs `cycle`, L_cyc, and `identity`, L_identity, unweighted, where it is on.

    Raises:
        ValueError: for a negative weight, or networks that do not fit.
    """

    sides = {
        "discriminator": ("discriminator_x", "discriminator_y"),
        "generator": ("generator", "back_generator"),
    }
    tracked = ("cycle", "identity")

    def __init__(
        self,
        generator,
        back_generator,
        discriminator_x,
        discriminator_y,
        *,
        cycle_weight=10.0,
        identity_weight=0.0,
        buffer=50,
        **options,
    ):
        networks = {"discriminator_x": discriminator_x, "discriminator_y": discriminator_y}
        super().__init__(generator, back_generator=back_generator, **networks, **options)
        _check(generator, back_generator, cycle_weight, identity_weight)
        self.cycle_weight, self.identity_weight, self.buffer = cycle_weight, identity_weight, buffer
        self.tracked = self.tracked if identity_weight else ("cycle",)
        self.history_x, self.history_y = (ImageBuffer(buffer, seed=self.seed + i) for i in (1, 2))
        self.history_x.build(back_generator.output_shape)
        self.history_y.build(generator.output_shape)

    def discriminator_loss(self, batch):
        _, _, D_X, D_Y, (x, y) = *self._players(), batch
        fake_x, fake_y = self.fake(batch)
        fake_x, fake_y = self.history_x(fake_x), self.history_y(fake_y)
        return losses.least_squares(D_Y(y), D_Y(fake_y)) + losses.least_squares(D_X(x), D_X(fake_x))

    def generator_loss(self, batch):
        G, F, D_X, D_Y, (x, y) = *self._players(), batch
        fake_x, fake_y = self.fake(batch)
        # The paper's E[(D(G(x)) - 1)^2] has no 1/2, and lambda is meant beside that.
        adversarial = 2 * (losses.least_squares_generator(D_Y(fake_y)) + losses.least_squares_generator(D_X(fake_x)))
        cycle = _l1(F(fake_y), x) + _l1(G(fake_x), y)
        self.track("cycle", cycle)
        if not self.identity_weight:
            return adversarial + self.cycle_weight * cycle
        identity = _l1(G(y), y) + _l1(F(x), x)
        self.track("identity", identity)
        return adversarial + self.cycle_weight * (cycle + self.identity_weight * identity)

    def make(self, batch, training=True):
        """F(y) and G(x)."""
        x, y = batch
        return self.back_generator(y, training=training), self.generator(x, training=training)

    def imitate(self, batch):
        return self.generator(batch[0], training=False)

    def translate(self, images):
        """Images of X `(n, height, width, channels)` in [-1, 1] as images of Y: G(x), a float32 NumPy array.

        Raises:
            ValueError: for images of another shape or range.
        """
        return self.answer(checked_for(self.generator, images))

    def translate_back(self, images):
        """Images of Y as images of X: F(y); see `translate`."""
        return self.answer(checked_for(self.back_generator, images), network=self.back_generator)

    def _players(self):
        networks = self.generator, self.back_generator, self.discriminator_x, self.discriminator_y
        return [partial(network, training=True) for network in networks]

    def get_config(self):
        own = {name: getattr(self, name) for name in ("cycle_weight", "identity_weight", "buffer")}
        return super().get_config() | own


def _l1(a, b):
    return ops.mean(ops.abs(ops.cast(a, "float32") - ops.cast(b, "float32")))


def _check(generator, back_generator, cycle_weight, identity_weight):
    for name, weight in (("cycle_weight", cycle_weight), ("identity_weight", identity_weight)):
        if not weight >= 0:
            raise ValueError(f"{name} must be at least 0. Received: {name}={weight!r}.")
    there, back = ((n.input_shape[1:], n.output_shape[1:]) for n in (generator, back_generator))
    if there != back[::-1]:
        raise ValueError(
            "back_generator must take what generator makes, and make what that takes. Received: a generator from "
            f"{there[0]} to {there[1]}, and a back_generator from {back[0]} to {back[1]}."
        )
    if identity_weight and there[0] != there[1]:
        raise ValueError(
            f"The identity loss compares G(y) with y, so X and Y need one shape. Received: {there[0]} and {there[1]}, "
            f"identity_weight={identity_weight}. Set it to 0."
        )
