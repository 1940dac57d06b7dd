"""`Batches` inside Keras's own `fit`, which looks ahead, looks twice and calls the hooks in its own order."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data

pytestmark = pytest.mark.backends

N = 20
IMAGES = np.arange(N, dtype=np.float32).reshape(N, 1)


class Recorder(keras.Model):
    """Writes the number of every image that it is trained on into a variable, in order of arrival."""

    def __init__(self, room):
        super().__init__()
        self.slope = self.add_weight(shape=(), initializer="ones", name="slope")
        self.arrived = self.add_weight(shape=(room,), initializer="zeros", trainable=False, name="arrived")
        self.count = self.add_weight(shape=(), initializer="zeros", dtype="int32", trainable=False, name="count")

    def call(self, inputs):
        return inputs * self.slope

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        if training:
            arrived, count = ops.convert_to_tensor(self.arrived), ops.convert_to_tensor(self.count)
            self.arrived.assign(ops.slice_update(arrived, ops.reshape(count, (1,)), x[:, 0]))
            self.count.assign(self.count + ops.shape(x)[0])
        return ops.mean(y_pred)


class SetEpoch(keras.callbacks.Callback):
    """What a trainer does that wants a resumed run to continue the order."""

    def __init__(self, dataset):
        super().__init__()
        self.dataset = dataset

    def on_epoch_begin(self, epoch, logs=None):
        self.dataset.epoch = epoch


def orders(dataset, epochs, initial_epoch=0, built=True, **options):
    """Trains and returns the order of arrival, one row an epoch."""
    model = Recorder((epochs - initial_epoch) * N)
    model.compile("sgd")
    if built:
        model.build((None, 1))
    model.fit(dataset, epochs=epochs, initial_epoch=initial_epoch, verbose=0, **options)
    return ops.convert_to_numpy(model.arrived).astype(int).reshape(-1, N).tolist()


def expected(epochs, seed=3):
    return [np.random.default_rng((seed, epoch)).permutation(N).tolist() for epoch in epochs]


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("batch_size", [3, 5, 10])
def test_plain_fit_sees_a_new_order_each_epoch(batch_size, built):
    dataset = data.batches(IMAGES, batch_size=batch_size, seed=3)
    assert orders(dataset, 3, built=built, shuffle=False) == expected(range(3))


def test_a_second_fit_goes_on_where_the_first_ended():
    dataset = data.batches(IMAGES, batch_size=5, seed=3)
    orders(dataset, 2, shuffle=False)
    assert orders(dataset, 2, shuffle=False) == expected([2, 3])


@pytest.mark.parametrize("batch_size", [3, 5, 10, 20])
def test_a_resumed_run_continues_the_order(batch_size):
    dataset = data.batches(IMAGES, batch_size=batch_size, seed=3)
    assert orders(dataset, 5, initial_epoch=3, shuffle=False, callbacks=[SetEpoch(dataset)]) == expected([3, 4])


def test_a_straight_run_with_the_epoch_set_is_the_same_run():
    dataset = data.batches(IMAGES, batch_size=5, seed=3)
    assert orders(dataset, 3, shuffle=False, callbacks=[SetEpoch(dataset)]) == expected(range(3))


def test_the_same_data_for_validation_does_not_disturb_the_order():
    dataset, held_out = (data.batches(IMAGES, batch_size=5, seed=3) for _ in range(2))
    assert orders(dataset, 3, shuffle=False, validation_data=held_out) == expected(range(3))


def test_with_its_own_shuffling_keras_reorders_whole_batches_only():
    dataset = data.batches(IMAGES, batch_size=5, seed=3)
    seen = np.array(orders(dataset, 2, shuffle=True)).reshape(2, 4, 5)
    wanted = np.array(expected(range(2))).reshape(2, 4, 5)
    for epoch in range(2):
        assert {tuple(batch) for batch in seen[epoch]} == {tuple(batch) for batch in wanted[epoch]}


class Disagreement(Recorder):
    """Its loss is the largest difference between an image's number and its label."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.max(ops.abs(x[:, 0] - ops.cast(y, "float32"))) + 0 * ops.mean(y_pred)


@pytest.mark.parametrize(("labels", "loss"), [(np.arange(N), 0.0), (np.arange(N) + 2, 2.0)])
def test_images_and_labels_reach_the_model_together(labels, loss):
    model = Disagreement(N)
    model.compile("sgd")
    history = model.fit(data.batches(IMAGES, labels, batch_size=6), epochs=2, verbose=0).history
    assert history["loss"] == [loss, loss]
