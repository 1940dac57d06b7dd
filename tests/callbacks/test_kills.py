"""A run that is killed again and again ends as one that never was: 20 SIGKILLs at random moments."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("training_run.py")
KILLS = 20
EPOCHS = 120


def _start(folder, epochs=EPOCHS):
    environment = os.environ | {"PYTHONPATH": str(RUN.parents[2])}
    return subprocess.Popen(
        [sys.executable, RUN, folder, str(epochs)], stdout=subprocess.PIPE, text=True, env=environment
    )


def _finish(folder):
    process = _start(folder)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 0, output
    return next(line for line in output.splitlines() if line.startswith("end"))


def _kill_while_training(folder, wait):
    """Kill one life of the run `wait` seconds after its first step; tells whether it was still training."""
    process = _start(folder)
    for line in process.stdout:
        if line.startswith("training"):
            break
    time.sleep(wait)
    process.kill()
    rest, _ = process.communicate()
    return "end" not in rest


@pytest.mark.backends
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_end_like_no_kill(tmp_path):
    straight = _finish(tmp_path / "straight")
    moments = random.Random(0)
    killed = [_kill_while_training(tmp_path / "killed", moments.uniform(0, 0.12)) for _ in range(KILLS)]
    assert all(killed), "The run ended before the last kill: raise EPOCHS."
    assert _finish(tmp_path / "killed") == straight


@pytest.mark.backends
@pytest.mark.slow
def test_a_checkpoint_that_was_cut_short_gives_way_to_the_one_before(tmp_path):
    straight = _start(tmp_path / "straight", 4).communicate()[0].splitlines()[-1]
    _start(tmp_path / "cut", 3).communicate()
    newest = tmp_path / "cut" / "epoch-000003.weights.h5"
    newest.write_bytes(newest.read_bytes()[:-1000])
    output = _start(tmp_path / "cut", 4).communicate()[0].splitlines()
    assert any(line.startswith("Resumed after epoch 2") for line in output)
    assert output[-1] == straight
