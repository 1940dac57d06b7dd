"""Where the time of DCGAN's step goes, and what each change would give: variants of one step, timed in turns.

Usage: python -m benchmarks.profile_step [--rounds 7]

All variants train the networks of `benchmarks.step_time` in one process, four epochs a round, one after the other.
Prints a table (median and quartiles in milliseconds a step, and the time over that of the step as it is), and writes
`benchmarks/results/profile_step.json`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from keras import ops

from benchmarks.loops import keras_networks, ours
from benchmarks.loops.cases import CASES
from benchmarks.step_time import processor
from course_utils import limits, runtime
from course_utils.gans.dcgan import DCGAN

RESULT = Path(__file__).parent / "results" / "profile_step.json"
MODEL, EPOCHS = "dcgan", 4


class NewIterators(DCGAN):
    """Keras begins a new iterator over the data for every epoch."""

    def _endless(self, data, options):
        return None


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
    """One change to the step as it is: of its class, its precision (None: this machine's), its arguments, those of
    `compile`, or its networks.
    """

    kind: type = DCGAN
    precision: str | None = None
    arguments: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    networks: Callable = lambda network: network


def with_keras_batch_norm(network):
    """The network, its weights too, with Keras's own batch normalisation."""
    usual = keras.layers.BatchNormalization

    def copied(layer):
        kind = usual if isinstance(layer, usual) else type(layer)
        return kind.from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=copied)
    copy.set_weights(network.get_weights())
    return copy


VARIANTS = {
    "as it is": Variant(),
    "float32": Variant(precision="float32"),
    "jit_compile=True": Variant(options={"jit_compile": True}),
    "float32, jit_compile=True": Variant(precision="float32", options={"jit_compile": True}),
    "steps_per_execution=1": Variant(options={"steps_per_execution": 1}),
    "a new iterator for every epoch": Variant(NewIterators),
    "Keras's batch normalisation": Variant(networks=with_keras_batch_norm),
    "share_fakes=True": Variant(arguments={"share_fakes": True}),
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
    networks = {name: variant.networks(network) for name, network in keras_networks.build(MODEL, case).items()}
    gan = variant.kind(**networks, **variant.arguments)
    gan.compile(**ours.compile_options(case) | variant.options)
    keras.config.set_dtype_policy(usual)
    return gan


def step_ms(gan, batches, epochs=EPOCHS):
    """Milliseconds a step of one call of `fit`."""
    started = time.perf_counter()
    gan.fit(batches, epochs=epochs, verbose=0)
    return 1e3 * (time.perf_counter() - started) / (epochs * len(batches))


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
        first[name] = step_ms(games[name], batches, epochs=1) * len(batches) / 1e3
        step_ms(games[name], batches, epochs=1)
        print(f"{name}: warm, first epoch {first[name]:.1f} s", flush=True)
    times = {name: [] for name in [*games, "cutting batches only"]}
    for _ in range(rounds):
        for name, gan in games.items():
            times[name].append(step_ms(gan, batches))
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
