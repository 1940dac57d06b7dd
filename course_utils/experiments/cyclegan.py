"""CycleGAN with other weights of the cycle, with identity loss, without its history, and with other tasks and networks.

Usage: python -m course_utils.experiments.cyclegan [--runs N]

Lecture 003 trains with lambda 1, 5, 10 and 15. Each of them, and 0, is tried with generators that halve their 16x16
images once, and with others that halve them twice, as the paper's do at 128x128: with those, and some seeds,
the cycle closes over other digits. Three more experiments stand beside those with lambda 10.
Trains each of them with the seeds 0 to 4 and writes `results/cyclegan.json`. What stands in the file with the same
settings is kept, so a command that was stopped goes on where it was; `--runs` says how many trainings one call may do.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from course_utils import autodiff, data, runtime
from course_utils.data import ink
from course_utils.gans.cyclegan import CycleGAN
from course_utils.metrics import FrozenClassifier
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.resnet_generator import resnet_generator

RESULTS = Path(__file__).parent / "results"
SEEDS = range(5)
SHAPE = (16, 16, 3)


@dataclass(frozen=True)
class Experiment:
    """What distinguishes a run: weights and history of `CycleGAN`, the generators' halvings, Y turned by a quarter."""

    cycle_weight: float = 10.0
    identity_weight: float = 0.0
    buffer: int = 50
    halvings: int = 1
    turned: bool = False


LAMBDAS = (0, 1, 5, 10, 15)
EXPERIMENTS = {
    **{f"lambda {weight}": Experiment(float(weight)) for weight in LAMBDAS},
    **{f"lambda {weight}, halved twice": Experiment(float(weight), halvings=2) for weight in LAMBDAS},
    "lambda 10 + identity": Experiment(identity_weight=0.5),
    "lambda 10, no history": Experiment(buffer=0),
    "lambda 10, Y turned": Experiment(turned=True),
}


@dataclass(frozen=True)
class Settings:
    """What all runs of a table share."""

    width: int = 8
    blocks: int = 1
    discriminator_width: int = 16
    batch_size: int = 16
    epochs: int = 10
    learning_rate: float = 1e-3


def build(experiment, settings, seed):
    """A compiled `CycleGAN` between images of `SHAPE`, for one `Experiment`."""
    keras.utils.set_random_seed(seed)
    size = {"width": settings.width, "blocks": settings.blocks, "halvings": experiment.halvings}
    generators = [resnet_generator(SHAPE, **size) for _ in range(2)]
    width = settings.discriminator_width
    discriminators = [patch_discriminator(SHAPE, width, steps=1, normalisation="instance") for _ in range(2)]
    options = {name: getattr(experiment, name) for name in ("cycle_weight", "identity_weight", "buffer")}
    gan = CycleGAN(*generators, *discriminators, seed=seed, **options)
    optimizers = (keras.optimizers.Adam(settings.learning_rate, beta_1=0.5) for _ in range(2))
    gan.compile(*optimizers, jit_compile=autodiff.quick_start())
    return gan


def turn(images):
    """Images `(n, size, size, channels)`, turned to the left by a quarter."""
    return np.rot90(images, axes=(1, 2))


def measure(gan, turned=False):
    """How well a CycleGAN translates the 360 test digits of `data.load_unpaired("ink", "test")`.

    Returns:
        Dict of plain numbers. `error` and `back_error`: mean distance of G(x) and F(y) from the truth, in parts of the
        range from black to white. `cycle_error`: that of F(G(x)) from x. `kept` and `back_kept`: share of translations
        that the frozen classifier takes for the digit that they came from. `changed`: distance of G(y) from y, where
        nothing should change. With `turned`, Y is turned by a quarter,
        `error` is that from the turned truth, and `error_unturned` that from the truth as it stands.
    """
    x, y = data.load_unpaired("ink", "test")
    truth = turn(y) if turned else y
    made, back = gan.translate(x), gan.translate_back(truth)
    measures = {
        "error": distance(made, truth),
        "back_error": distance(back, x),
        "cycle_error": distance(gan.translate_back(made), x),
        "kept": kept(ink.true_inverse(made)),
        "back_kept": kept(back),
        "changed": distance(gan.translate(truth), truth),
    }
    return measures | ({"error_unturned": distance(made, y)} if turned else {})


def distance(a, b):
    """Mean distance of images in [-1, 1], in parts of the range from black to white."""
    return float(np.abs(a - b).mean() / 2)


def kept(grey):
    """Share of 360 grey images, in the order of the test digits, that the frozen classifier takes for those."""
    _, labels = data.load("digits", "test")
    return float((FrozenClassifier("digits").answers(grey).argmax(axis=1) == labels).mean())


def read_table(folder=RESULTS):
    """The table that the command wrote.

    Returns:
        `(settings, rows)`: the `Settings`, and a dict from each experiment to a dict from each measure to its values,
        an array with one for each seed.
    """
    saved = json.loads((folder / "cyclegan.json").read_text())
    values = {name: {} for name in EXPERIMENTS}
    for run in saved["runs"]:
        for name in run.keys() - {"experiment", "seed"}:
            values[run["experiment"]].setdefault(name, []).append(run[name])
    rows = {name: {key: np.array(numbers) for key, numbers in of.items()} for name, of in values.items()}
    return Settings(**saved["settings"]), rows


def run_missing(settings, limit=None, folder=RESULTS, seeds=SEEDS):
    """Train what the table lacks, at most `limit` runs, and save after each one."""
    x, y = data.load_unpaired("ink")
    runs = _begun(settings, folder)
    done = {(run["experiment"], run["seed"]) for run in runs}
    missing = [(name, seed) for seed in seeds for name in EXPERIMENTS if (name, seed) not in done]
    for name, seed in missing[:limit]:
        experiment = EXPERIMENTS[name]
        gan = build(experiment, settings, seed)
        sides = x, turn(y) if experiment.turned else y
        batches = data.unpaired_batches(*sides, batch_size=settings.batch_size, seed=seed, drop_last=True)
        gan.fit(batches, epochs=settings.epochs, verbose=0)
        runs.append({"experiment": name, "seed": seed, **measure(gan, experiment.turned)})
        _write(settings, runs, folder)
        print(json.dumps(runs[-1]), flush=True)


def _begun(settings, folder):
    """Runs of a table with these settings; none where there is no such table."""
    path = folder / "cyclegan.json"
    saved = json.loads(path.read_text()) if path.exists() else {}
    same = (saved.get("settings"), saved.get("precision")) == (asdict(settings), keras.config.dtype_policy().name)
    return saved["runs"] if same else []


def _write(settings, runs, folder):
    order = list(EXPERIMENTS)
    runs = sorted(runs, key=lambda run: (order.index(run["experiment"]), run["seed"]))
    saved = {"precision": keras.config.dtype_policy().name, "settings": asdict(settings)}
    lines = ",\n".join(f"  {json.dumps(run)}" for run in runs)
    head = json.dumps(saved, indent=1).removesuffix("\n}")
    folder.mkdir(exist_ok=True)
    (folder / "cyclegan.json").write_text(f'{head},\n "runs": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments.cyclegan", description=__doc__)
    parser.add_argument("--runs", type=int, help="how many trainings this call may do; all that are missing by default")
    arguments = parser.parse_args()
    runtime.start(seed=SEEDS[0], threads=1)
    run_missing(Settings(), arguments.runs)
