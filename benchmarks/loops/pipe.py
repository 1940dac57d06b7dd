"""The parent's end of a worker: start it, wait until it is warm, ask it for a round."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """A process of `benchmarks.loops.worker`; use it in a `with` block.

    Args:
        python: interpreter of the environment that has the loop's library.
        model, loop: which one.
        environment: variables to set, such as `KERAS_BACKEND`.

    Raises:
        RuntimeError: where it ends before it answers; with what it wrote to stderr.
    """

    def __init__(self, python, model, loop, **environment):
        self.loop = loop
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the worker
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.loops.worker", model, loop],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def ready(self):
        """What the worker says of itself, once it is warm."""
        return self._read()

    def ask(self, **question):
        """The answer to one question; the worker computes only between the two."""
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self._read()

    def timed(self, **question):
        """The answer, with `elsewhere`: the share of the machine's cores that others had meanwhile."""
        started, busy, own = time.perf_counter(), _busy_seconds(), self._own_seconds()
        reply = self.ask(**question)
        others = _busy_seconds() - busy - (self._own_seconds() - own)
        return reply | {"elsewhere": max(0.0, others / (time.perf_counter() - started) / psutil.cpu_count())}

    def _own_seconds(self):
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def _read(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.process.wait()
        self.errors.seek(0)
        told = self.errors.read().strip().splitlines()[-15:]
        raise RuntimeError(f"The loop {self.loop} stopped with status {self.process.returncode}:\n" + "\n".join(told))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def _busy_seconds():
    """Seconds that all cores together have worked since the machine started."""
    times = psutil.cpu_times()
    # Windows counts no work of lower priority apart.
    return times.user + times.system + getattr(times, "nice", 0.0)


def has_library(python, library):
    """Whether an interpreter is there and finds a library."""
    command = [python, "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({library!r}) is None)"]
    return Path(python).exists() and subprocess.run(command, check=False).returncode == 0


def this_python():
    """The interpreter of the course's own environment."""
    return sys.executable
