"""Checkpoints from which a run continues exactly."""

import json

import keras
import numpy as np
import pytest

from course_utils import data
from course_utils.callbacks import Checkpoint
from course_utils.gans import dcgan

pytestmark = pytest.mark.backends

SHAPE = (8, 8, 1)
IMAGES = np.tanh(np.random.default_rng(0).normal(size=(40, *SHAPE))).astype("float32")


def build(width=4, **options):
    keras.utils.set_random_seed(0)
    discriminator = dcgan.discriminator(SHAPE, width=width, dropout=0.2, instance_noise=0.1)
    gan = dcgan.DCGAN(dcgan.generator(4, SHAPE, width=width), discriminator, **options)
    gan.compile(run_eagerly=True)
    return gan


def train(gan, folder, epochs, batches=None, **options):
    checkpoint = Checkpoint(folder, **options)
    batches = data.batches(IMAGES, batch_size=20, seed=5) if batches is None else batches
    gan.fit(batches, epochs=epochs, verbose=0, callbacks=[checkpoint])
    return checkpoint


def state(gan):
    return [np.array(keras.ops.convert_to_numpy(v)) for v in (*gan.variables, *gan.optimizer.variables)]


def assert_same(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_resumed_run_ends_like_a_straight_one(tmp_path):
    straight, resumed = build(average=0.9), build(average=0.9)
    whole = train(straight, tmp_path / "straight", epochs=4)
    train(build(average=0.9), tmp_path / "resumed", epochs=2)
    rest = train(resumed, tmp_path / "resumed", epochs=4)
    assert rest.history == whole.history
    assert len(rest.history["generator_loss"]) == 4
    assert_same(state(resumed), state(straight))


def test_a_finished_run_trains_no_further(tmp_path):
    first, second = build(), build()
    train(first, tmp_path, epochs=2)
    train(second, tmp_path, epochs=2)
    assert_same(state(second), state(first))


def test_a_second_fit_without_the_checkpoint_starts_at_its_own_epoch(tmp_path):
    gan = build()
    train(gan, tmp_path, epochs=2)
    assert len(gan.fit(IMAGES, epochs=1, verbose=0).history["generator_loss"]) == 1


def test_only_the_last_epochs_are_kept(tmp_path):
    train(build(), tmp_path, epochs=4, keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "epoch-000003.weights.h5",
        "epoch-000003.weights.json",
        "epoch-000004.weights.h5",
        "epoch-000004.weights.json",
    ]


@pytest.mark.parametrize("broken", ["weights", "record", "missing"])
def test_a_broken_checkpoint_gives_way_to_the_one_before(tmp_path, broken):
    straight, resumed = build(), build()
    train(straight, tmp_path / "straight", epochs=4)
    train(build(), tmp_path / "broken", epochs=3)
    weights, record = (tmp_path / "broken" / f"epoch-000003.weights.{ending}" for ending in ("h5", "json"))
    if broken == "weights":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif broken == "record":
        record.write_text(record.read_text()[:50])
    else:
        weights.unlink()
    with pytest.warns(UserWarning, match="cut short; the one before it is used"):
        checkpoint = train(resumed, tmp_path / "broken", epochs=4)
    assert len(checkpoint.history["generator_loss"]) == 4
    assert_same(state(resumed), state(straight))


def test_drafts_of_a_killed_run_are_ignored(tmp_path):
    (tmp_path / "draft-epoch-000009.weights.h5").write_bytes(b"half")
    gan = build()
    train(gan, tmp_path, epochs=1)
    assert json.loads((tmp_path / "epoch-000001.weights.json").read_text())["epoch"] == 1


def test_another_model_is_refused(tmp_path):
    train(build(), tmp_path, epochs=1)
    with pytest.raises(ValueError, match="belong to another model"):
        train(build(width=8), tmp_path, epochs=2)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop"])
def test_another_optimiser_is_refused(tmp_path, optimizer):
    train(build(), tmp_path, epochs=1)
    gan = build()
    gan.compile(generator_optimizer=optimizer)
    with pytest.raises(ValueError, match="(?s)belong to another model.*optimizer"):
        train(gan, tmp_path, epochs=2)


def test_a_model_that_is_no_gan_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="needs a GAN of this course, which saves its seeds. Received: Sequential"):
        model.fit(np.zeros((4, 2)), np.zeros(4), verbose=0, callbacks=[Checkpoint(tmp_path)])


def test_other_data_is_refused(tmp_path):
    train(build(), tmp_path, epochs=1)
    with pytest.raises(ValueError, match="run on other data.*Received"):
        train(build(), tmp_path, epochs=2, batches=data.batches(IMAGES, batch_size=10, seed=5))


def test_arrays_are_refused_because_their_order_cannot_be_restored(tmp_path):
    with pytest.raises(ValueError, match="Exact resuming needs data.*Received: ndarray"):
        train(build(), tmp_path, epochs=1, batches=IMAGES)


@pytest.mark.parametrize("keep", [1, 0, True, 2.0])
def test_a_bad_keep_is_refused(tmp_path, keep):
    with pytest.raises(ValueError, match="keep must be an integer of at least 2"):
        Checkpoint(tmp_path, keep=keep)
