"""Games on two devices: `tf.distribute.MirroredStrategy` on TensorFlow, `keras.distribution.DataParallel` on JAX."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

BACKEND = keras.backend.backend()
RUN = Path(__file__).with_name("distributed_run.py")
# A loss keeps about 7 digits in float32; the largest differences that two devices made were 1.9e-7 and 1.2e-7.
LOSS, WEIGHT = 2e-6, 1e-6

pytestmark = [
    pytest.mark.backends,
    pytest.mark.slow,
    pytest.mark.skipif(BACKEND == "torch", reason="Keras distributes on TensorFlow and JAX only"),
]


@functools.cache
def report(case):
    environment = os.environ | {"PYTHONPATH": str(RUN.parents[2])}
    command = [sys.executable, RUN, case]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def agree(differences):
    loss, weight = differences
    return loss < LOSS and weight < WEIGHT


@pytest.mark.parametrize("game", ["still", "dcgan"])
def test_losses_and_weights_are_those_of_one_device(game):
    assert agree(report("losses")[game]), report("losses")


def test_several_steps_in_one_call_are_for_jax_only():
    found = report("losses")["several_steps"]
    assert agree(found) if BACKEND == "jax" else "with several devices, runs one step an execution" in found, found


def test_batch_norm_sees_its_own_part_on_tensorflow_and_the_whole_batch_on_jax():
    found = report("norm")
    if BACKEND == "jax":
        assert agree(found["norm"]), found
    else:
        assert found["norm"][1] > 100 * WEIGHT, found
        assert agree(found["synchronized"]), found


def test_no_two_devices_draw_the_same_noise():
    assert not report("noise")["halves_alike"]


def test_noise_is_cut_from_one_draw_on_jax_and_drawn_by_each_device_on_tensorflow():
    found = report("noise")["whole_batch"]
    assert agree(found) if BACKEND == "jax" else found[1] > 100 * WEIGHT, found


@pytest.mark.parametrize("last", ["dropped", "even"])
def test_a_last_batch_that_divides_changes_nothing(last):
    assert agree(report("last_batch")[last]), report("last_batch")


@pytest.mark.parametrize(("last", "size"), [("odd", 13), ("single", 1)])
def test_a_last_batch_that_does_not_divide_is_refused(last, size):
    found = report("last_batch")[last]
    assert f"Each of the 2 devices takes an equal part of every batch. Received: a batch of {size}." in found, found


def test_everything_moves_and_stays_finite():
    assert report("training")["finite"]
    assert all(report("training")["moved"])


def test_a_run_that_was_cut_resumes_to_the_bit():
    assert report("training")["same_losses"]
    assert report("training")["same_weights"]


def test_spread_sets_a_distribution_and_takes_it_back():
    found = report("scope")
    assert found["inside"] == [{"tensorflow": "MirroredStrategy", "jax": "DataParallel"}[BACKEND], 2]
    assert found["devices"] == 2
    assert (
        found["after"] == found["alone"] == (["_DefaultDistributionStrategy", 1] if BACKEND == "tensorflow" else None)
    )


def test_spread_over_another_number_is_refused_on_tensorflow_only():
    found = report("scope")["3"]
    assert found == ["DataParallel", 3] if BACKEND == "jax" else "Received: devices=3 after 2. Start Python" in found


def test_spread_over_more_than_there_are_says_how_to_get_them():
    found = report("scope")["4"]
    assert "Received: devices=4, expected at most 3: [" in found
    flag = (
        "XLA_FLAGS=--xla_force_host_platform_device_count=4"
        if BACKEND == "jax"
        else "LogicalDeviceConfiguration()] * 4"
    )
    assert flag in found
