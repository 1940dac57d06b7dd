"""Small cases of the benchmarked games, and what the course's own class computes in them."""

from dataclasses import replace

import keras
import numpy as np

from benchmarks.loops import keras_networks
from benchmarks.loops.cases import CASES
from benchmarks.loops.ours import game
from course_utils import autodiff

SIZES = {
    "dcgan": {"latent_dim": 5, "width": 4},
    "wgan_gp": {"latent_dim": 5, "width": 4},
    "pix2pix": {"width": 4, "depth": 3, "steps": 1, "dropout": 0.0},
    "cyclegan": {"width": 4, "blocks": 1, "halvings": 2, "discriminator_width": 4, "steps": 1},
}
TINY = {
    model: replace(CASES[model], shape=(16, 16, CASES[model].shape[-1]), batch_size=4, turns=1, sizes=sizes)
    for model, sizes in SIZES.items()
}


class Played:
    """The course's GAN of a tiny case, with a batch, noise `z` and mixtures `u` that do not change."""

    def __init__(self, model):
        self.case = TINY[model]
        self.networks = keras_networks.build(model, self.case)
        self.gan = game(model, self.case, self.networks)
        # So small that a turn's weights stay where they are, to rounding.
        self.gan.compile(*(keras.optimizers.SGD(1e-20) for _ in range(2)))
        random = np.random.default_rng(1)
        sides = 2 if model in ("pix2pix", "cyclegan") else 1
        self.images = [random.uniform(-1, 1, (4, *self.case.shape)).astype("float32") for _ in range(sides)]
        self.z = random.standard_normal((4, 5)).astype("float32")
        self.u = random.random((4, 1, 1, 1)).astype("float32")
        self.gan.noise = lambda batch: keras.ops.convert_to_tensor(self.z)

    def turn(self, side, monkeypatch):
        """`(loss, gradients)` of one side as NumPy numbers, and gradients by the network that they belong to."""
        monkeypatch.setattr(keras.random, "uniform", lambda shape, **_: keras.ops.convert_to_tensor(self.u))
        if hasattr(self.gan, "history_x"):
            # The history's places are drawn by chance too; an empty one hands everything on.
            monkeypatch.undo()
        batch = [keras.ops.convert_to_tensor(images) for images in self.images]
        batch = batch[0] if len(batch) == 1 else tuple(batch)
        loss_of = getattr(self.gan, f"{side}_loss")
        variables = self.gan.variables_of(side)
        state = [*self.gan.variables, *self.gan.metrics_variables]
        loss, gradients = autodiff.loss_and_gradients(lambda: loss_of(batch), variables, state)
        values = {v.path: keras.ops.convert_to_numpy(g) for v, g in zip(variables, gradients, strict=True)}
        names = {
            name: [values[v.path] for v in network.trainable_variables]
            for name, network in self.networks.items()
            if name in self.gan.sides[side]
        }
        return float(loss), names
