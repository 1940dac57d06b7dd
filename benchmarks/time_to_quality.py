"""Seconds of training until the samples are as good as a lesson asks: the course's GANs beside the guide's plain loop.

Usage: python -m benchmarks.time_to_quality [--games dcgan,cgan] [--seeds 5] [--runs N]

Lessons 05 and 06: their networks (instance noise and all), data and batches on both sides. The course trains with what
its lessons add: the number format of this machine, several steps in a call, a smoothed label, an average of G's
weights; as the lessons do, with one batch of generated images for both turns, and with the quick rate below. The plain
loop trains with Adam as Keras's guide to `train_step` has it, with the lessons' Adam, and with the quick rate: what a
loop gains is told apart from what a learning rate gains. After every few epochs 1000 samples are measured, off the
clock; a run ends when all bands of the lesson hold, or after twice the lesson's epochs. Tracing and compiling count.
The loops take turns, seed by seed.

Writes `benchmarks/results/time_to_quality.json` after every run; runs that stand there are not made again, so a command
that was stopped goes on where it was. `--runs` says how many it may do.
"""

import argparse
import json
import statistics
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np

from benchmarks.loops.plain_labels import PlainGAN
from course_utils import autodiff, data, limits, runtime
from course_utils.gans import cgan, dcgan
from course_utils.metrics import FrozenClassifier, quality

RESULT = Path(__file__).parent / "results" / "time_to_quality.json"
SHAPE, LATENT_DIM, WIDTH, CLASSES, BATCH_SIZE = (16, 16, 1), 64, 32, 10, 64
INSTANCE_NOISE = 0.2
# Learning rate and beta_1 of both Adams: the lessons', those of Keras's guide, and a rate that is sooner at the bands.
LESSON, GUIDE, QUICK = (5e-4, 0.5), (3e-4, 0.9), (2e-3, 0.5)
SAMPLES, EPOCHS_BETWEEN = 1000, 5


@dataclass(frozen=True)
class Game:
    """A lesson's game: its class, its networks, how long the lesson trains, and its bands.

    Attributes:
        kind: the course's class.
        networks: function that builds generator and discriminator.
        classes: labels that both networks see, or None.
        epochs: of the lesson.
        kid: most that it may be.
        agreement: least share of samples taken for the digit that was asked for; None without labels.
    """

    kind: type
    networks: callable
    classes: int | None
    epochs: int
    kid: float
    agreement: float | None = None

    def reached(self, measures):
        """Whether all bands hold."""
        even = measures["smallest_share"] >= 0.02 and measures["largest_share"] <= 0.25
        obeys = self.agreement is None or measures["agreement"] >= self.agreement
        return measures["kid"] <= self.kid and measures["modes"] == CLASSES and even and obeys


GAMES = {
    "dcgan": Game(
        dcgan.DCGAN,
        lambda: (
            dcgan.generator(LATENT_DIM, SHAPE, WIDTH),
            dcgan.discriminator(SHAPE, WIDTH, instance_noise=INSTANCE_NOISE),
        ),
        None,
        140,
        0.045,
    ),
    "cgan": Game(
        cgan.CGAN,
        lambda: (
            cgan.generator(LATENT_DIM, CLASSES, SHAPE, WIDTH),
            cgan.discriminator(CLASSES, SHAPE, WIDTH, instance_noise=INSTANCE_NOISE),
        ),
        CLASSES,
        100,
        0.01,
        0.9,
    ),
}


class Ours:
    """The course's class, as its lesson trains it, or with other `rates`."""

    def __init__(self, game, arrays, seed, rates=LESSON, **options):
        self.gan = game.kind(*game.networks(), real_label=0.9, average=0.999, seed=seed, **options)
        steps = len(arrays[0]) // BATCH_SIZE if autodiff.runs_several_steps() else 1
        self.gan.compile(*_adams(*rates), steps_per_execution=steps)
        used = arrays if game.classes else arrays[:1]
        self.batches = data.batches(*used, batch_size=BATCH_SIZE, seed=seed, drop_last=True)
        self.epoch, self.labelled = 0, game.classes is not None

    def run(self, epochs):
        """Train for so many epochs more."""
        self.gan.fit(self.batches, initial_epoch=self.epoch, epochs=self.epoch + epochs, verbose=0)
        self.epoch += epochs

    def sample(self, labels, seed):
        """Images of the averaged generator, as many as labels."""
        return self.gan.sample(len(labels), seed=seed, **({"labels": labels} if self.labelled else {}))


def plain(game, arrays, seed, rates=LESSON):
    """The guide's loop on the same networks, in float32 from the first layer on."""
    keras.config.set_dtype_policy("float32")
    return PlainGAN(*game.networks(), _adams(*rates), arrays, BATCH_SIZE, game.classes)


LOOPS = {
    "ours": Ours,
    "ours_shared": partial(Ours, share_fakes=True),
    "ours_quick": partial(Ours, rates=QUICK),
    "plain_guide": partial(plain, rates=GUIDE),
    "plain_tf": plain,
    "plain_quick": partial(plain, rates=QUICK),
}
COMPARED = [("ours", "plain_guide"), ("ours", "plain_tf"), ("ours_quick", "plain_quick")]


def _adams(rate, beta_1):
    return [keras.optimizers.Adam(rate, beta_1=beta_1) for _ in range(2)]


def train(build, game, arrays, seed, measure, most):
    """Train until the bands hold: a dict of seconds, epochs, whether they did, and the last measures."""
    policy = keras.config.dtype_policy()
    keras.utils.set_random_seed(seed)
    seconds, epochs, measures, reached = 0.0, 0, {}, False
    try:
        loop = build(game, arrays, seed)
        while epochs < most and not reached:
            started = time.perf_counter()
            loop.run(EPOCHS_BETWEEN)
            seconds += time.perf_counter() - started
            epochs += EPOCHS_BETWEEN
            measures = measure(loop)
            reached = game.reached(measures)
    finally:
        keras.config.set_dtype_policy(policy)
    return {"seconds": round(seconds, 2), "epochs": epochs, "reached": reached, **measures}


def measured(loop, held_out, classifier):
    """Measures of samples, a tenth of them for each label."""
    labels = np.repeat(np.arange(CLASSES), SAMPLES // CLASSES)
    images = loop.sample(labels, seed=2)
    found = quality(held_out, images, classifier)
    agreement = float((classifier.answers(images).argmax(axis=1) == labels).mean())
    kept = ("kid", "modes", "smallest_share", "largest_share")
    return {name: round(float(found[name]), 4) for name in kept} | {"agreement": agreement}


def run_missing(games, seeds, limit, path=RESULT, most=None):
    """Make the runs that the file lacks, and save after each."""
    arrays = data.load("digits", size=SHAPE[0])
    held_out, classifier = data.load("digits", split="test", size=SHAPE[0])[0], FrozenClassifier("digits")
    saved = json.loads(path.read_text()) if path.exists() else {"runs": []}
    done = {(run["game"], run["loop"], run["seed"]) for run in saved["runs"]}
    wanted = [(game, loop, seed) for game in games for seed in range(seeds) for loop in LOOPS]
    for name, loop, seed in [one for one in wanted if one not in done][:limit]:
        game = GAMES[name]
        found = train(
            LOOPS[loop], game, arrays, seed, lambda made: measured(made, held_out, classifier), most or 2 * game.epochs
        )
        saved["runs"].append({"game": name, "loop": loop, "seed": seed, **found})
        path.parent.mkdir(exist_ok=True)
        path.write_text(_text(saved["runs"]))
        print(json.dumps(saved["runs"][-1]), flush=True)
    return saved["runs"]


def _text(runs):
    told = {"precision of ours": keras.config.dtype_policy().name, "cores": limits.cores()}
    lines = ",\n".join(f"  {json.dumps(run)}" for run in runs)
    return json.dumps(told, indent=1).removesuffix("\n}") + f',\n "runs": [\n{lines}\n ]\n}}\n'


def table(runs):
    """Lines of text: for each game and loop the median and range of seconds, and how much sooner ours is there."""
    lines = []
    for name in dict.fromkeys(run["game"] for run in runs):
        rows = {loop: [run for run in runs if (run["game"], run["loop"]) == (name, loop)] for loop in LOOPS}
        lines += [f"{name:6} {loop:11} {_spread(made)}" for loop, made in rows.items() if made]
        lines += [
            f"{name:6} {ours} is {_times(rows[ours], rows[other])} as soon as {other} (medians)"
            for ours, other in COMPARED
            if rows[ours] and rows[other]
        ]
    return lines


def _spread(runs):
    seconds, epochs = ([run[key] for run in runs] for key in ("seconds", "epochs"))
    spread = f"{statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"
    after = f"after {statistics.median(epochs):g} epochs ({min(epochs)} to {max(epochs)})"
    return f"{spread:24} {after}, bands held in {sum(run['reached'] for run in runs)} of {len(runs)} runs"


def _times(ours, others):
    # A run that ended before its bands held would have taken longer.
    least = "" if all(run["reached"] for run in others) else "at least "
    median, other = (statistics.median(run["seconds"] for run in runs) for runs in (ours, others))
    return f"{least}{other / median:.2f} times"


def main():
    """Run what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", default=",".join(GAMES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--runs", type=int, help="how many runs this call may make; all that are missing by default")
    given = parser.parse_args()
    if unknown := set(given.games.split(",")) - set(GAMES):
        parser.error(f"unknown games {sorted(unknown)}; known: {', '.join(GAMES)}")
    runtime.start(seed=0)
    print("\n".join(table(run_missing(given.games.split(","), given.seeds, given.runs))))


if __name__ == "__main__":
    main()
