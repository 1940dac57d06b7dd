"""The programs in docs/scaling.md run as they stand there, for one epoch, on virtual devices and in two processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from tests.gans.test_distributed_processes import free_address, outputs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
BACKEND = keras.backend.backend()
SPREAD, LOGICAL, MACHINES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for text in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in text.splitlines()]
SETTINGS = dict(word.split("=", 1) for line in COMMANDS for word in line.split() if "=" in word)

pytestmark = pytest.mark.backends


def program(folder, name, text):
    """A program of the page, cut to one epoch, in a folder of its own."""
    assert text.count("epochs=10") == 1
    path = folder / name
    path.write_text(text.replace("epochs=10", "epochs=1"), encoding="utf-8")
    return path


def environment(*names):
    """This process's environment with the page's settings of these names."""
    kept = {k: v for k, v in os.environ.items() if k not in SETTINGS or k == "KERAS_BACKEND"}
    return kept | {name: SETTINGS[name] for name in names} | {"PYTHONPATH": str(ROOT)}


@pytest.mark.slow
@pytest.mark.skipif(BACKEND == "torch", reason="Keras distributes on TensorFlow and JAX only")
def test_the_program_for_several_devices(tmp_path):
    text = LOGICAL + SPREAD if BACKEND == "tensorflow" else SPREAD
    command = [sys.executable, program(tmp_path, "spread.py", text)]
    (said,) = outputs([command], environment("XLA_FLAGS"), tmp_path)
    assert said.splitlines()[-1] == "(16, 16, 16, 1)"


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "jax", reason="Keras joins processes on JAX only")
def test_the_program_for_several_machines(tmp_path):
    path = program(tmp_path, "machines.py", MACHINES)
    names = ("JAX_CPU_COLLECTIVES_IMPLEMENTATION", "KERAS_DISTRIBUTION_NUM_PROCESSES")
    shared = environment(*names) | {"KERAS_DISTRIBUTION_JOB_ADDRESSES": free_address()}
    both = [["env", f"KERAS_DISTRIBUTION_PROCESS_ID={i}", sys.executable, path] for i in range(2)]
    first, second = outputs(both, shared, tmp_path)
    assert first.splitlines()[-1] == "(16, 16, 16, 1)"
    assert "(16, 16, 16, 1)" not in second
    assert sorted(p.name for p in (tmp_path / "runs" / "dcgan").iterdir()) == [
        "epoch-000001.weights.h5",
        "epoch-000001.weights.json",
    ]


def test_the_checkpoint_is_the_one_whose_resuming_is_tested():
    tested = Path(__file__).with_name("distributed_processes_run.py").read_text(encoding="utf-8")
    (source,) = re.findall(r"(class FirstWrites.*?)\n\n\n", MACHINES, re.DOTALL)
    assert source in tested


def test_the_command_takes_the_options_that_the_page_gives():
    (command,) = re.findall(r"`python -m (course_utils\.train [^`]+)`", PAGE)
    module, *options = command.split()
    done = subprocess.run([sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(option in done.stdout for option in options if option.startswith("--"))
