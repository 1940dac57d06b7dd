"""The course's own classes through `fit`, compiled as the lessons compile them.

A round is one call of `fit`, with what it costs to begin: the look at the data, the watching of the losses, the
metrics. No loop keeps moving averages of weights, and none adds noise to images.
"""

import keras

from benchmarks.loops import keras_networks
from benchmarks.loops.cases import arrays
from course_utils import autodiff, data
from course_utils.gans.cyclegan import CycleGAN
from course_utils.gans.dcgan import DCGAN
from course_utils.gans.pix2pix import Pix2Pix
from examples.wgan_gp import WGANGP

CLASSES = {"dcgan": DCGAN, "wgan_gp": WGANGP, "pix2pix": Pix2Pix, "cyclegan": CycleGAN}
OPTIONS = {
    "pix2pix": lambda case: {"adversarial": "least_squares", "weight": case.weight},
    "cyclegan": lambda case: {"cycle_weight": case.weight},
}


class Ours:
    """A compiled GAN of the course and the batches of its lesson."""

    def __init__(self, model, case, share_fakes=False, **changed):
        self.networks = keras_networks.build(model, case)
        self.gan = game(model, case, self.networks, share_fakes=share_fakes)
        self.gan.compile(*(_adam(case) for _ in range(2)), **compile_options(case) | changed)
        self.batches = batches(model, case)

    def run(self, epochs):
        """Train; returns the losses of the last epoch by name."""
        history = self.gan.fit(self.batches, epochs=epochs, verbose=0).history
        return {name: values[-1] for name, values in history.items()}


def game(model, case, networks, **options):
    """The GAN of a case, not compiled."""
    options |= OPTIONS.get(model, lambda case: {})(case)
    return CLASSES[model](**networks, **options)


def batches(model, case):
    """The training batches of a case, as `fit` takes them."""
    cut = data.unpaired_batches if model == "cyclegan" else data.batches
    return cut(*arrays(model, case), batch_size=case.batch_size, drop_last=True)


def compile_options(case):
    """What the lesson passes to `compile`, as far as this backend takes it."""
    options = dict(case.compile)
    if options.get("jit_compile") == "quick_start":
        options["jit_compile"] = autodiff.quick_start()
    if not autodiff.runs_several_steps():
        options.pop("steps_per_execution", None)
    return options


def _adam(case):
    return keras.optimizers.Adam(case.learning_rate, beta_1=case.beta_1, beta_2=case.beta_2)
