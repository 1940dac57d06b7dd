"""Pix2Pix with other losses, other patches and without skips: the experiments of lecture 003 and three more.

Usage: python -m course_utils.experiments.pix2pix [--runs N]

Trains each of them with the seeds 0 to 4. Writes the measures to `results/pix2pix.json`, and to
`results/pix2pix.png` what seed 0 made of a few test images. What stands there with the same settings is kept, so a
command that was stopped goes on where it was; `--runs` limits the trainings of one call.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from course_utils import autodiff, data, runtime
from course_utils.gans.pix2pix import Pix2Pix
from course_utils.metrics import pair_quality
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.unet import unet

RESULTS = Path(__file__).parent / "results"
DATASET = "tissue"
# Test images in the picture: evenly spread, not chosen.
SHOWN = slice(0, None, 9)


@dataclass(frozen=True)
class Experiment:
    """What distinguishes a run; `steps` gives the patch (see `patch_discriminator`)."""

    adversarial: str | None
    distance: str | None
    steps: int = 1
    skips: bool = True


EXPERIMENTS = {
    "cross-entropy": Experiment("cross_entropy", None),
    "cross-entropy + L2": Experiment("cross_entropy", "l2"),
    "least squares": Experiment("least_squares", None),
    "least squares + L1": Experiment("least_squares", "l1"),
    "L1 alone": Experiment(None, "l1"),
    "1x1 patches": Experiment("least_squares", "l1", steps=0),
    "34x34 patches": Experiment("least_squares", "l1", steps=2),
    "no skips": Experiment("least_squares", "l1", skips=False),
}
SEEDS = range(5)


@dataclass(frozen=True)
class Settings:
    """What all runs of a table share."""

    width: int = 16
    depth: int = 4
    batch_size: int = 16
    epochs: int = 12
    learning_rate: float = 5e-4
    weight: float = 30.0
    # Without it the tone of a whole image moves from step to step, and L1 measures where the last step was.
    average: float = 0.98


def build(experiment, shape, settings, seed):
    """A compiled `Pix2Pix` from images of `shape` to images of that shape, for one `Experiment`."""
    keras.utils.set_random_seed(seed)
    generator = unet(shape, shape[-1], settings.width, settings.depth, skips=experiment.skips)
    discriminator = patch_discriminator(shape, settings.width, experiment.steps, condition_shape=shape)
    options = {"adversarial": experiment.adversarial, "distance": experiment.distance, "weight": settings.weight}
    gan = Pix2Pix(generator, discriminator, seed=seed, average=settings.average, **options)
    optimizers = (keras.optimizers.Adam(settings.learning_rate, beta_1=0.5) for _ in range(2))
    gan.compile(*optimizers, steps_per_execution=32 if autodiff.runs_several_steps() else 1)
    return gan


def batches(x, y, settings, seed):
    """The training pairs as batches of one size."""
    return data.batches(x, y, batch_size=settings.batch_size, seed=seed, drop_last=True)


def read_table(folder=RESULTS):
    """The table that the command wrote.

    Returns:
        `(settings, rows)`: the `Settings`, and a dict from each experiment to a dict from each measure to its values,
        an array with one for each seed.
    """
    saved = _read_runs(folder)
    values = {name: {} for name in EXPERIMENTS}
    for run in saved["runs"]:
        for measure in run.keys() - {"experiment", "seed"}:
            values[run["experiment"]].setdefault(measure, []).append(run[measure])
    rows = {name: {key: np.array(numbers) for key, numbers in of.items()} for name, of in values.items()}
    return Settings(**saved["settings"]), rows


def read_pictures(folder=RESULTS):
    """What seed 0 of each experiment made of the test images `SHOWN`: a dict from its name to images in [-1, 1]."""
    from PIL import Image

    with Image.open(folder / "pix2pix.png") as file:
        mosaic = np.asarray(file).astype("float32") / np.float32(127.5) - 1
    size = mosaic.shape[0] // len(EXPERIMENTS)
    rows = mosaic.reshape(len(EXPERIMENTS), size, -1, size, 3).swapaxes(1, 2)
    return dict(zip(EXPERIMENTS, rows, strict=True))


def run_missing(settings, limit=None, folder=RESULTS):
    """Train what the table lacks, at most `limit` runs, and save after each one; seed 0 of everything comes first."""
    x, y = data.load_pairs(DATASET)
    test_x, test_y = data.load_pairs(DATASET, "test")
    runs, pictures = _begun(settings, test_y[SHOWN], folder)
    done = {(run["experiment"], run["seed"]) for run in runs}
    missing = [(name, seed) for seed in SEEDS for name in EXPERIMENTS if (name, seed) not in done]
    for name, seed in missing[:limit]:
        gan = build(EXPERIMENTS[name], x.shape[1:], settings, seed)
        gan.fit(batches(x, y, settings, seed), epochs=settings.epochs, verbose=0)
        made = gan.translate(test_x)
        quality = pair_quality(test_y, made, data.labels_of(DATASET, test_x))
        runs.append({"experiment": name, "seed": seed, **quality})
        if seed == 0:
            pictures[name] = made[SHOWN]
        _write(settings, runs, pictures, folder)
        print(json.dumps(runs[-1]), flush=True)


def _read_runs(folder):
    return json.loads((folder / "pix2pix.json").read_text())


def _begun(settings, truth, folder):
    """Runs and pictures of a table with these settings; where there is none, no runs and black pictures."""
    if (folder / "pix2pix.json").exists():
        saved = _read_runs(folder)
        if saved["settings"] == asdict(settings) and saved["precision"] == keras.config.dtype_policy().name:
            return saved["runs"], read_pictures(folder)
    return [], {name: np.full_like(truth, -1) for name in EXPERIMENTS}


def _write(settings, runs, pictures, folder):
    from PIL import Image

    order = list(EXPERIMENTS)
    runs = sorted(runs, key=lambda run: (order.index(run["experiment"]), run["seed"]))
    saved = {"dataset": DATASET, "precision": keras.config.dtype_policy().name, "settings": asdict(settings)}
    lines = ",\n".join(f"  {json.dumps(run)}" for run in runs)
    head = json.dumps(saved, indent=1).removesuffix("\n}")
    (folder / "pix2pix.json").write_text(f'{head},\n "runs": [\n{lines}\n ]\n}}\n')
    mosaic = np.concatenate([np.concatenate(list(pictures[name]), axis=1) for name in order])
    Image.fromarray(np.rint((mosaic + 1) * 127.5).astype("uint8")).save(folder / "pix2pix.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments.pix2pix", description=__doc__)
    parser.add_argument("--runs", type=int, help="how many trainings this call may do; all that are missing by default")
    arguments = parser.parse_args()
    runtime.start(seed=0)
    run_missing(Settings(), arguments.runs)
