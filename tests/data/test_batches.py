import keras
import numpy as np
import pytest

from course_utils import data

IMAGES = np.arange(10, dtype=np.float64).reshape(10, 1, 1, 1)


def values(batch):
    return batch[:, 0, 0, 0].astype(int).tolist()


def whole_epoch(dataset):
    return [value for batch in dataset for value in values(batch)]


def test_is_a_keras_data_set():
    dataset = data.batches(IMAGES)
    assert isinstance(dataset, keras.utils.PyDataset)
    assert (dataset.batch_size, dataset.num_samples, dataset.epoch) == (64, 10, 0)


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
def test_the_last_partial_batch(drop_last, sizes):
    dataset = data.batches(IMAGES, batch_size=4, drop_last=drop_last)
    assert len(dataset) == dataset.num_batches == len(sizes)
    assert [len(batch) for batch in dataset] == sizes


def test_without_shuffling_the_order_is_the_arrays():
    dataset = data.batches(IMAGES, batch_size=4, shuffle=False)
    assert [values(batch) for batch in dataset] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


@pytest.mark.parametrize(("seed", "epoch"), [(0, 0), (0, 1), (7, 0), (7, 300)])
def test_the_order_depends_only_on_seed_and_epoch(seed, epoch):
    dataset = data.batches(IMAGES, batch_size=4, seed=seed)
    dataset.epoch = 5
    list(dataset)
    dataset.epoch = epoch
    assert whole_epoch(dataset) == np.random.default_rng((seed, epoch)).permutation(10).tolist()


def test_batches_can_be_asked_in_any_order_and_twice():
    dataset = data.batches(IMAGES, batch_size=4)
    straight = [values(batch) for batch in dataset]
    assert [values(dataset[i]) for i in (2, 0, 0, 1)] == [straight[i] for i in (2, 0, 0, 1)]


def test_images_are_float32_and_labels_stay_whole_numbers():
    images, labels = data.batches(IMAGES, np.arange(10), batch_size=4)[0]
    assert images.dtype == np.float32
    assert labels.dtype == np.int32
    assert values(images) == labels.tolist()


def test_pairs_of_images_stay_together():
    first, second = data.batches(IMAGES, -IMAGES, batch_size=4)[1]
    assert first.dtype == second.dtype == np.float32
    np.testing.assert_array_equal(first, -second)


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_beyond_the_last_batch_is_refused(index):
    with pytest.raises(IndexError, match=f"from 0 to 2. Received: {index}"):
        data.batches(IMAGES, batch_size=4)[index]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": np.arange(9)}, "same length. Received: 10 and 9"),
        ({"images": np.zeros((0, 8, 8, 1))}, r"at least one image. Received: shapes \[\(0, 8, 8, 1\)\]"),
        ({"images": np.float32(1)}, r"at least one image. Received: shapes \[\(\)\]"),
        ({"batch_size": 0}, "Received: batch_size=0"),
        ({"batch_size": 2.0}, "Received: batch_size=2.0"),
        ({"batch_size": True}, "Received: batch_size=True"),
        ({"batch_size": 11, "drop_last": True}, "Received: batch_size=11 with 10 images"),
        ({"seed": -1}, "Received: seed=-1"),
        ({"seed": None}, "Received: seed=None"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.batches(**({"images": IMAGES} | arguments))


@pytest.mark.parametrize("epoch", [-1, 1.5, None])
def test_a_bad_epoch_is_refused(epoch):
    dataset = data.batches(IMAGES)
    with pytest.raises(ValueError, match=f"Received: epoch={epoch}"):
        dataset.epoch = epoch


def test_all_labels_can_be_seen_in_the_arrays_own_order():
    batches = data.batches(np.zeros((5, 2)), [4, 3, 2, 1, 0], batch_size=2)
    assert batches.labels.tolist() == [4, 3, 2, 1, 0]
    assert data.batches(np.zeros((5, 2))).labels is None
