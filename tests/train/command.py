"""The smallest run of the command, in this process or in one of its own."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

from course_utils.train.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--size", "8", "--width", "4", "--batch-size", "256", "--precision", "float32")


def arguments(out, epochs=2, *more, game="dcgan"):
    return [game, "--out", str(out), "--epochs", str(epochs), *SMALL, *more]


def run(out, epochs=2, *more, game="dcgan"):
    """Exit status of a run in this process."""
    return main(arguments(out, epochs, *more, game=game))


def start(out, epochs, *more, **environment):
    """A run in a process of its own, whose output is read as it comes."""
    command = [sys.executable, "-m", "course_utils.train", *arguments(out, epochs, *more)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])} | environment
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, cwd=ROOT, **streams)


def read_until(process, text):
    """Read a process's output up to the line that begins with `text`; the lines."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(text):
            return lines
    raise AssertionError(f"no line begins with {text!r}: {lines} {process.stderr.read()}")


def rows(out):
    """Rows of `metrics.csv` without what a clock measured."""
    with (Path(out) / "metrics.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    return [{name: value for name, value in row.items() if "second" not in name} for row in table]


def weights(out, epoch):
    """Every array of an epoch's checkpoint, by name: weights, averages, optimisers and seeds."""
    found = {}
    with h5py.File(Path(out) / "checkpoints" / f"epoch-{epoch:06d}.weights.h5") as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def same_end(a, b, epoch):
    """Whether two runs have the same rows, and the same checkpoint to the bit."""
    first, second = weights(a, epoch), weights(b, epoch)
    equal = first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)
    return bool(first) and equal and rows(a) == rows(b)
