import keras
import numpy as np
import pytest

from course_utils import autodiff, data
from course_utils.gans.watch import EndlessEpochs, FiniteLosses, FollowEpoch
from tests.gans.games import POINTS, compiled, values
from tests.gans.table import same

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


class Ending(keras.utils.PyDataset):
    """Batches whose iterator Keras begins anew for each epoch, as nothing tells it what comes after."""

    def __init__(self, batches):
        super().__init__()
        self.batches, self.epoch = batches, 0

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches.batch(self.epoch, index)


@pytest.mark.parametrize("first", [None, 5])
def test_endless_epochs_come_in_the_order_of_each(first):
    batches = data.batches(POINTS, batch_size=8, seed=3)
    endless = EndlessEpochs(batches)
    endless.first = first
    read = [endless[i] for i in range(7)]
    orders = [np.random.default_rng((3, (first or 0) + e)).permutation(24) for e in range(3)]
    expected = POINTS[np.concatenate(orders)].reshape(9, 8, 2)
    assert endless.num_batches is None
    assert all((a == b).all() for a, b in zip(read, expected, strict=False))


@pytest.mark.parametrize("initial", [0, 4])
def test_endless_epochs_train_as_epochs_with_an_end(initial):
    trained = []
    for kind in (lambda batches: batches, Ending):
        gan = compiled()
        gan.fit(kind(data.batches(POINTS, batch_size=8, seed=3)), initial_epoch=initial, epochs=initial + 3, verbose=0)
        trained.append(values(gan.variables))
    assert same(*trained)


@pytest.mark.parametrize("several", [1, 2, 3])
def test_several_steps_a_call_do_not_run_into_the_next_epoch(several):
    if several > 1 and not autodiff.runs_several_steps():
        pytest.skip("This backend runs one step a call.")
    gan = compiled(options={"steps_per_execution": several})
    gan.fit(data.batches(POINTS, batch_size=8), epochs=2, verbose=0)
    assert int(gan.optimizers["generator"].iterations) == 6


@pytest.mark.skipif(not autodiff.iterators_cost(), reason="This backend gains nothing from it.")
def test_one_iterator_serves_all_epochs(monkeypatch):
    begun, whole = [], EndlessEpochs.__getitem__
    monkeypatch.setattr(EndlessEpochs, "__getitem__", lambda self, i: begun.append((self.first, i)) or whole(self, i))
    compiled().fit(data.batches(POINTS, batch_size=8), initial_epoch=1, epochs=4, verbose=0)
    numbers = [i for first, i in begun if first == 1]
    # Some backends read a batch or two ahead.
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= 9
