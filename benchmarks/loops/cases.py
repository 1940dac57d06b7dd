"""What is trained in every loop: sizes, data and optimiser of each model. Knows no backend."""

from dataclasses import dataclass, field

from course_utils import data


@dataclass(frozen=True)
class Case:
    """One model's settings, as its lesson or example has them.

    Attributes:
        shape: `(height, width, channels)` of the images.
        batch_size: images of one step; `turns` of the critic share them.
        sizes: arguments of the networks.
        learning_rate, beta_1, beta_2: of Adam, on both sides.
        epochs: how many make one timed round.
        weight: of the L1 distance (Pix2Pix) or of the cycle (CycleGAN).
        compile: what the lesson passes to `compile`.
        threads: what is passed to `runtime.start`: 1 where the game is faster with one thread an operation.
    """

    shape: tuple
    batch_size: int
    sizes: dict
    learning_rate: float
    beta_1: float = 0.5
    beta_2: float = 0.999
    turns: int = 1
    epochs: int = 1
    weight: float = 0.0
    compile: dict = field(default_factory=dict)
    threads: int | None = None


# DCGAN at twice the width and three times the pixels of lesson 05, in its batches; the other games are their lessons'.
CASES = {
    "dcgan": Case(
        (28, 28, 1), 64, {"latent_dim": 64, "width": 64}, 2e-4, epochs=4, compile={"steps_per_execution": 22}
    ),
    "wgan_gp": Case((16, 16, 1), 320, {"latent_dim": 64, "width": 32}, 1e-4, 0.0, 0.9, turns=5, epochs=4, threads=1),
    "pix2pix": Case(
        (32, 32, 3),
        16,
        {"width": 16, "depth": 4, "steps": 1, "dropout": 0.5},
        5e-4,
        epochs=2,
        weight=30.0,
        compile={"steps_per_execution": 32},
        threads=1,
    ),
    "cyclegan": Case(
        (16, 16, 3),
        16,
        {"width": 8, "blocks": 1, "halvings": 1, "discriminator_width": 16, "steps": 1},
        1e-3,
        epochs=2,
        weight=10.0,
        compile={"jit_compile": "quick_start"},
        threads=1,
    ),
}


def arrays(model, case):
    """The training images of a model: one array, or two for the games that translate; float32 in [-1, 1]."""
    if model == "pix2pix":
        return data.load_pairs("tissue", size=case.shape[0])
    if model == "cyclegan":
        return data.load_unpaired("ink", size=case.shape[0])
    return data.load("digits", size=case.shape[0])[:1]


def steps_an_epoch(model, case):
    """Whole batches in the longest of the arrays."""
    return max(map(len, arrays(model, case))) // case.batch_size
