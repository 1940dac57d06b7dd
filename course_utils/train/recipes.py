"""The table of games that the command trains: a new one is a row here and a builder in `games`.

The numbers are those of the lessons. InfoGAN's lesson turns its continuous codes on when the categories are found; here
they are on from the first step.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """What a game trains on, and its numbers where the command is not told others.

    `data` is a kind of `sources.NAMES`. `latent_dim` counts the numbers of noise; None where the game starts from
    images. `learning_rates` are those of the discriminator's and of the generator's Adam.
    """

    data: str
    dataset: str
    epochs: int
    batch_size: int
    width: int
    latent_dim: int | None
    learning_rates: tuple


RECIPES = {
    "vanilla": Recipe("images", "digits", 150, 64, 128, 64, (4e-4, 4e-4)),
    "dcgan": Recipe("images", "digits", 140, 64, 32, 64, (5e-4, 5e-4)),
    "cgan": Recipe("labelled images", "digits", 100, 64, 32, 64, (5e-4, 5e-4)),
    "infogan": Recipe("images", "digits", 60, 64, 32, 8, (2e-4, 1e-3)),
    "pix2pix": Recipe("pairs of images", "tissue", 12, 16, 16, None, (5e-4, 5e-4)),
    "cyclegan": Recipe("unpaired images", "ink", 10, 16, 8, None, (1e-3, 1e-3)),
}
