"""One GAN on two devices: `tf.distribute.MirroredStrategy` on TensorFlow, `keras.distribution.DataParallel` on JAX."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

RUN = Path(__file__).with_name("distributed_run.py")


@pytest.mark.backends
@pytest.mark.slow
@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras distributes on TensorFlow and JAX only")
def test_two_devices_play_one_game():
    environment = os.environ | {"PYTHONPATH": str(RUN.parents[2])}
    done = subprocess.run([sys.executable, RUN], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["devices"] == 2
    assert report["finite"]
    assert all(report["moved"])
    assert report["samples"] == [3, 8, 8, 1]
    # The gradient is a mean over the whole batch, however many devices share it.
    assert report["difference"] < 1e-4
    assert not report["same_noise"]
