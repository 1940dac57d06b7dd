"""Where the time of DCGAN's step goes, and what each change would give: variants of one step, timed in turns.

Usage: python -m benchmarks.profile_step [--rounds 7]

All variants train the networks of `benchmarks.step_time` in one process, an epoch a round, one after the other. Prints
a table (median and quartiles in milliseconds a step, and the time over that of the step as it is), and writes
`benchmarks/results/profile_step.json`.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from benchmarks.loops import keras_networks, ours
from benchmarks.loops.cases import CASES
from benchmarks.step_time import processor
from course_utils import limits, losses, runtime
from course_utils.gans.dcgan import DCGAN

RESULT = Path(__file__).parent / "results" / "profile_step.json"
MODEL = "dcgan"


class SharedFake(DCGAN):
    """One batch of generated images serves both turns; its gradient is taken after the discriminator has moved."""

    def play(self, data):
        D, G, x = self.discriminator, self.generator, self._unpack(data)
        weights = [v.value for v in self.variables_of("generator")]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            fake = G(self.noise(x), training=True)
        shown = ops.stop_gradient(fake)
        self._take_turn(
            "discriminator", lambda batch: losses.minimax(D(batch, training=True), D(shown, training=True)), x
        )
        with tf.GradientTape(watch_accessed_variables=False) as judged:
            judged.watch(fake)
            loss = losses.non_saturating(D(fake, training=True))
        slope = judged.gradient(loss, fake)
        self.optimizer.take("generator", tape.gradient(fake, weights, output_gradients=slope))
        self.trackers["generator_loss"].update_state(loss)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    train_step = play


class Unmoved(keras.metrics.Mean):
    """A mean that takes no note."""

    def update_state(self, values, sample_weight=None):
        """Nothing."""


class WithoutMetrics(DCGAN):
    """No mean of the losses is kept; the log shows zeros."""

    def compile(self, *arguments, **options):
        super().compile(*arguments, **options)
        self.trackers = {name: Unmoved(name=name) for name in self.trackers}


class WithoutMoves(DCGAN):
    """Gradients are taken, and added to the log so that the compiler keeps them, but no weight moves."""

    def compile(self, *arguments, **options):
        super().compile(*arguments, **options)
        self.optimizer.take = self._only_noted

    def _only_noted(self, side, gradients):
        self.trackers[f"{side}_loss"].update_state(sum(ops.sum(ops.cast(g, "float32")) for g in gradients))


class ForwardOnly(DCGAN):
    """Both losses, no gradients."""

    def play(self, data):
        x = self._unpack(data)
        for side in ("discriminator", "generator"):
            self.trackers[f"{side}_loss"].update_state(getattr(self, f"{side}_loss")(x))
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    train_step = play


class Empty(DCGAN):
    """No game: what `fit`, the data and the log cost."""

    def play(self, data):
        self.trackers["generator_loss"].update_state(ops.mean(self._unpack(data)))
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    train_step = play


@dataclass(frozen=True)
class Variant:
    """One change to the step as it is: of its class, its precision (None: this machine's) or of `compile`."""

    kind: type = DCGAN
    precision: str | None = None
    options: dict = field(default_factory=dict)


VARIANTS = {
    "as it is": Variant(),
    "float32": Variant(precision="float32"),
    "jit_compile=True": Variant(options={"jit_compile": True}),
    "float32, jit_compile=True": Variant(precision="float32", options={"jit_compile": True}),
    "steps_per_execution=1": Variant(options={"steps_per_execution": 1}),
    "one fake batch for both turns": Variant(SharedFake),
    "without the losses' means": Variant(WithoutMetrics),
    "without the optimisers": Variant(WithoutMoves),
    "forward passes only": Variant(ForwardOnly),
    "empty step": Variant(Empty),
}


def build(variant):
    """A compiled GAN of one variant, and the dtype policy that it was built in."""
    keras.utils.set_random_seed(0)
    usual = keras.config.dtype_policy().name
    keras.config.set_dtype_policy(variant.precision or usual)
    case = CASES[MODEL]
    gan = variant.kind(**keras_networks.build(MODEL, case))
    gan.compile(**ours.compile_options(case) | variant.options)
    keras.config.set_dtype_policy(usual)
    return gan


def epoch_ms(gan, batches):
    """Milliseconds a step of one epoch of `fit`."""
    started = time.perf_counter()
    gan.fit(batches, verbose=0)
    return 1e3 * (time.perf_counter() - started) / len(batches)


def cutting_ms(batches):
    """Milliseconds a batch that the data set takes to hand out an epoch, and nothing else."""
    started = time.perf_counter()
    for i in range(len(batches)):
        batches[i]
    return 1e3 * (time.perf_counter() - started) / len(batches)


def measure(rounds):
    """Dict from a variant's name to its row."""
    batches = ours.batches(MODEL, CASES[MODEL])
    games, first = {}, {}
    for name, variant in VARIANTS.items():
        games[name] = build(variant)
        first[name] = epoch_ms(games[name], batches) * len(batches) / 1e3
        epoch_ms(games[name], batches)
        print(f"{name}: warm, first epoch {first[name]:.1f} s", flush=True)
    times = {name: [] for name in [*games, "cutting batches only"]}
    for _ in range(rounds):
        for name, gan in games.items():
            times[name].append(epoch_ms(gan, batches))
        times["cutting batches only"].append(cutting_ms(batches))
    usual = np.median(times["as it is"])
    return [
        {
            "variant": name,
            "ms": round(float(np.median(values)), 2),
            "quartiles_ms": [round(float(q), 2) for q in np.percentile(values, [25, 75])],
            "over_as_it_is": round(float(np.median(values) / usual), 3),
            "first_epoch_s": round(first[name], 2) if name in first else None,
        }
        for name, values in times.items()
    ]


def main():
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    machine = runtime.start(seed=0)
    rows = measure(given.rounds)
    for row in rows:
        low, high = row["quartiles_ms"]
        first = "" if row["first_epoch_s"] is None else f"  first epoch {row['first_epoch_s']:5.1f} s"
        print(f"{row['variant']:32} {row['ms']:7.2f} [{low:.2f}, {high:.2f}]  x{row['over_as_it_is']:.3f}{first}")
    head = {"model": MODEL, "precision": machine.precision, "rounds": given.rounds}
    told = head | {"cores": limits.cores(), "machine": processor(), "rows": rows}
    given.out.write_text(json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
