"""What the command line may say, checked before any backend is started."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from course_utils.runtime import PRECISIONS
from course_utils.train import sources
from course_utils.train.recipes import RECIPES

PROGRAM = "python -m course_utils.train"
LARGEST_SEED = 2**31 - 1
EPILOG = (
    "The same command again goes on where a run was stopped, and --epochs may be raised. Ctrl-C or SIGTERM stops it "
    "after the running step."
)


@dataclass(frozen=True)
class Settings:
    """What distinguishes one run from another; `size` and `latent_dim` may be None."""

    game: str
    dataset: str
    size: int | None
    epochs: int
    batch_size: int
    seed: int
    width: int
    latent_dim: int | None
    every: int
    measure_every: int
    devices: int
    share_fakes: bool = False


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def parse(arguments=None):
    """Settings, the folder of the run, and the wanted precision (None: as the environment says).

    Raises:
        SystemExit: with status 2, after one line on stderr that says what was received and what is expected.
    """
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    out, precision = given.pop("out"), given.pop("precision")
    recipe = RECIPES[given["game"]]
    for name in ("dataset", "epochs", "batch_size", "width"):
        given[name] = getattr(recipe, name) if given[name] is None else given[name]
    if given["latent_dim"] is None:
        given["latent_dim"] = recipe.latent_dim
    elif recipe.latent_dim is None:
        parser.error(f"{given['game']} starts from images and has no latent vectors: leave --latent-dim out")
    try:
        sources.check(given["dataset"], recipe.data)
    except ValueError as error:
        parser.error(f"argument --dataset: {error}")
    if out.exists() and not out.is_dir():
        parser.error(f"argument --out: {out} is a file, and a run needs a folder")
    return Settings(**given), out, precision


def _parser():
    parser = Parser(prog=PROGRAM, description="Train a GAN of the course.", epilog=EPILOG)
    parser.add_argument("game", type=_game, help=", ".join(RECIPES))
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; made if needed")
    every = ", ".join(dict.fromkeys(name for names in sources.NAMES.values() for name in names))
    parser.add_argument("--dataset", help=f"{every}; the lesson's if left out")
    parser.add_argument("--size", type=_whole(8), help="height and width in pixels; the data set's own if left out")
    parser.add_argument("--epochs", type=_whole(1), help="the lesson's if left out")
    parser.add_argument("--batch-size", type=_whole(1), help="images in a batch; the lesson's if left out")
    parser.add_argument("--seed", type=_whole(0, LARGEST_SEED), default=0, help="fixes everything that is drawn")
    parser.add_argument("--width", type=_whole(1), help="of the networks; the lesson's if left out")
    parser.add_argument("--latent-dim", type=_whole(1), help="numbers of noise; the lesson's if left out")
    parser.add_argument("--precision", choices=PRECISIONS, help="auto: what suits this machine")
    parser.add_argument("--every", type=_whole(1), default=10, help="epochs between two sample sheets")
    parser.add_argument("--measure-every", type=_whole(0), default=10, help="epochs between two measures; 0: never")
    parser.add_argument("--share-fakes", action="store_true", help="one batch of generated images for both turns")
    parser.add_argument("--devices", type=_whole(1), default=1, help="how many to spread each batch over")
    return parser


def _game(text):
    if text not in RECIPES:
        guess = sources.meant(text, RECIPES)
        raise argparse.ArgumentTypeError(f"unknown. Received: {text!r}.{guess} Known: {', '.join(RECIPES)}.")
    return text


def _whole(least, most=None):
    """Type of a whole number from `least` to `most`."""
    expected = f"from {least} to {most}" if most is not None else f"of at least {least}"

    def read(text):
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"must be a whole number {expected}. Received: {text!r}.")
        return value

    return read
