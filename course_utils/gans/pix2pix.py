"""Image-to-Image Translation with Conditional Adversarial Networks, Isola et al. 2017 (arXiv:1611.07004).

Pairs of images (x, y). The generator G makes an image G(x, z) of the kind of y, and the discriminator D sees x beside
the image that it judges (equations 1, 3 and 4):

    L_cGAN(G, D) = E[log D(x, y)] + E[log(1 - D(x, G(x, z)))]
    L_L1(G)      = E[|y - G(x, z)|_1]
    G*           = arg min_G max_D L_cGAN(G, D) + lambda L_L1(G)

G maximises log D(x, G(x, z)) instead of minimising log(1 - D(x, G(x, z))), and D's objective is halved (section 3.3).
The noise z is dropout in G, which has no other (section 3). Networks: `unet` and `patch_discriminator`, whose logits
are averaged over the patches. Adam with learning rate 0.0002 and beta_1 0.5, lambda 100.

Deviation: the least squares of Mao et al. 2017 and the L2 distance may stand in for cross-entropy and L1, as in the
experiments of lecture 003. |.|_1 is the mean over pixels, as in the paper's code.
"""

import keras
import numpy as np
from keras import ops

from course_utils import losses
from course_utils.gans.inputs import checked_for
from course_utils.gans.translation import Translation

# What D minimises and what G minimises of its logits. Least squares has the half in it.
GAMES = {
    "cross_entropy": (lambda real, fake: losses.minimax(real, fake) / 2, losses.non_saturating),
    "least_squares": (losses.least_squares, losses.least_squares_generator),
}
DISTANCES = {"l1": ops.abs, "l2": ops.square}


@keras.saving.register_keras_serializable(package="course_utils")
class Pix2Pix(Translation):
    """The game of Isola et al. 2017, trained on pairs (x, y) of images to translate and their translations.

    Args:
        generator: network from x `(batch, height, width, c)` to images `(batch, height, width, channels)`, in [-1, 1].
        discriminator: network from the list `[x, image]` to logits of any shape.
        adversarial: `"cross_entropy"`, `"least_squares"`, or None: G then learns from the distance alone, and D, which
            plays by cross-entropy, only watches.
        distance: `"l1"`, `"l2"` (the mean squared error), or None.
        weight: lambda, of the distance.
        options: `seed`, `average` and `name` of `GAN`.

    Logs `l1`, the mean of |y - G(x, z)| in training, whatever the distance.

    Raises:
        ValueError: for another game or distance, neither of them, or a weight that is not positive.
    """

    tracked = ("l1",)

    def __init__(
        self, generator, discriminator, *, adversarial="cross_entropy", distance="l1", weight=100.0, **options
    ):
        super().__init__(generator, discriminator, **options)
        _check(adversarial, distance, weight)
        self.adversarial, self.distance, self.weight = adversarial, distance, weight

    def discriminator_loss(self, batch):
        D, (x, y) = self.discriminator, batch
        discriminator_loss, _ = GAMES[self.adversarial or "cross_entropy"]
        return discriminator_loss(D([x, y], training=True), D([x, self.fake(batch)], training=True))

    def generator_loss(self, batch):
        D, (x, y), fake = self.discriminator, batch, self.fake(batch)
        self.track("l1", ops.mean(ops.abs(y - fake)))
        loss = 0.0
        if self.adversarial:
            _, generator_loss = GAMES[self.adversarial]
            loss += generator_loss(D([x, fake], training=True))
        if self.distance:
            loss += self.weight * ops.mean(DISTANCES[self.distance](y - fake))
        return loss

    def translate(self, images, noise=False, seed=None):
        """Translations of images `(n, height, width, c)`: a NumPy array `(n, height, width, channels)`, float32.

        Args:
            images: in [-1, 1].
            noise: whether to translate as the paper does, in the mode of training: dropout draws, and batch
                normalisation takes the statistics of these images, so that each depends on the others. Otherwise
                nothing is drawn, and an image's translation is its own.
            seed: integer that fixes the noise on this backend; None takes the next of NumPy's global stream.

        Raises:
            ValueError: for images of another shape or range, or a seed without noise.
        """
        images = checked_for(self.generator, images)
        if not noise:
            if seed is not None:
                raise ValueError(f"Only noise has a seed. Received: seed={seed!r}, noise=False. Set noise=True.")
            return self.answer(images)
        random = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
        weights = {id(v) for v in self.generator.weights}
        seeds = [v for v in self.generator.variables if id(v) not in weights]
        drawn = [(v, ops.convert_to_tensor([random.integers(2**31), 0], v.dtype)) for v in seeds]
        # The scope forgets what the pass changes: batch normalisation's averages and the seeds of training.
        with keras.StatelessScope(state_mapping=[*self.averaged_weights(), *drawn]):
            return ops.convert_to_numpy(self.generator(images, training=True))

    def get_config(self):
        own = {"adversarial": self.adversarial, "distance": self.distance, "weight": self.weight}
        return super().get_config() | own


def _check(adversarial, distance, weight):
    for name, value, known in (("adversarial", adversarial, GAMES), ("distance", distance, DISTANCES)):
        if value is not None and value not in known:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, None. Received: {name}={value!r}.")
    if adversarial is None and distance is None:
        raise ValueError("The generator has nothing to learn from. Received: adversarial=None, distance=None.")
    if not weight > 0:
        raise ValueError(f"weight must be positive. Received: weight={weight!r}. For no distance set distance=None.")
