import keras
import numpy as np
import pytest

from course_utils.gans.watch import FiniteLosses, FollowEpoch

pytestmark = pytest.mark.backends


def watching(epoch=0):
    watch = FiniteLosses()
    watch.set_model(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    watch.on_epoch_begin(epoch)
    return watch


def test_finite_losses_pass():
    watch = watching()
    watch.on_train_batch_end(0, {"generator_loss": 1.0, "discriminator_loss": np.float32(0)})
    watch.on_train_batch_end(1, None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32(np.nan)])
def test_the_loss_and_the_step_are_named(value):
    watch = watching(epoch=4)
    watch.on_train_batch_end(0, {"generator_loss": 1.0})
    with pytest.raises(FloatingPointError, match=f"^generator_loss became {float(value)} at step 2 of epoch 5"):
        watch.on_train_batch_end(1, {"discriminator_loss": 1.0, "generator_loss": value})


def test_several_losses_and_steps_are_named():
    watch = watching()
    watch.on_train_batch_end(3, {"d": 1.0, "g": 1.0})
    with pytest.raises(FloatingPointError, match="d became nan and g became inf at one of the steps 5 to 8 of epoch 1"):
        watch.on_train_batch_end(7, {"d": np.nan, "g": np.inf})


def test_each_epoch_counts_its_own_steps():
    watch = watching()
    watch.on_train_batch_end(0, {"g": 1.0})
    watch.on_train_batch_end(1, {"g": 1.0})
    watch.on_epoch_begin(1)
    with pytest.raises(FloatingPointError, match="at step 1 of epoch 2"):
        watch.on_train_batch_end(0, {"g": np.nan})


def test_the_data_follows_the_epoch():
    class Data:
        epoch = 0

    follow = FollowEpoch(Data)
    follow.on_epoch_begin(7)
    assert Data.epoch == 7
