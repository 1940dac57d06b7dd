"""Two real processes that play one game over the loopback, joined by JAX's start for several hosts."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

RUN = Path(__file__).with_name("distributed_processes_run.py")
SECONDS = 240
# As in test_distribution.py.
LOSS, WEIGHT = 2e-6, 1e-6

pytestmark = [
    pytest.mark.backends,
    pytest.mark.slow,
    pytest.mark.skipif(keras.backend.backend() != "jax", reason="Keras joins processes on JAX only"),
]


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def outputs(commands, environment, folder):
    """What each of several programs printed that run at the same time in one folder."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, env=environment, cwd=folder, **pipes) for command in commands]
    try:
        said = [process.communicate(timeout=SECONDS) for process in started]
    finally:
        # One that failed leaves the others waiting for it.
        for process in started:
            process.kill()
    for process, (_, errors) in zip(started, said, strict=True):
        assert process.returncode == 0, errors
    return [out for out, _ in said]


def reports(processes, folder):
    """What each of so many processes reports, in their order."""
    # One device each, whatever the tests around were given.
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"} | {"PYTHONPATH": str(RUN.parents[2])}
    address = free_address()
    commands = [[sys.executable, RUN, str(i), str(processes), address, folder] for i in range(processes)]
    return [json.loads(out.splitlines()[-1]) for out in outputs(commands, environment, folder)]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return reports(1, tmp_path_factory.mktemp("alone"))[0]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return reports(2, tmp_path_factory.mktemp("both"))


def flat(lists):
    return np.concatenate([np.ravel(values) for values in lists])


def test_both_processes_take_part(both):
    assert [report["processes"] for report in both] == [2, 2]


def test_losses_and_weights_are_those_of_one_process(alone, both):
    losses = np.array(alone["straight"]["losses"])
    assert np.max(np.abs(np.array(both[0]["straight"]["losses"]) - losses) / losses) < LOSS
    assert np.abs(flat(both[0]["straight"]["weights"]) - flat(alone["straight"]["weights"])).max() < WEIGHT


def test_both_processes_hold_the_same_to_the_bit(both):
    assert both[0]["straight"] == both[1]["straight"]


def test_a_run_whose_checkpoints_the_first_process_wrote_resumes_to_the_bit_on_both(both):
    assert both[0]["writers"] == both[1]["writers"]
    for report in both:
        assert report["resumed"]["weights"] == report["straight"]["weights"]
        assert report["resumed"]["losses"] == [loss[-1:] for loss in report["straight"]["losses"]]
