import numpy as np
import pytest

from course_utils import data

X, Y = np.arange(10, dtype=np.float64)[:, None], 100 + np.arange(4, dtype=np.float64)[:, None]


def epoch_of(dataset):
    """Numbers of both sides, in the order of a whole epoch."""
    batches = list(dataset)
    return [np.concatenate([batch[side] for batch in batches]).ravel().astype(int).tolist() for side in (0, 1)]


def expected(n, seed, epoch, side, length):
    random = np.random.default_rng((seed, epoch, side))
    return np.concatenate([random.permutation(n) for _ in range(-(-length // n))])[:length].tolist()


@pytest.mark.parametrize(("seed", "epoch"), [(0, 0), (0, 1), (7, 30)])
def test_each_side_has_an_order_of_its_own(seed, epoch):
    dataset = data.unpaired_batches(X, Y, batch_size=4, seed=seed)
    dataset.epoch = epoch
    first, second = epoch_of(dataset)
    assert first == expected(10, seed, epoch, 0, 10)
    assert second == [100 + n for n in expected(4, seed, epoch, 1, 10)]


def test_the_longer_side_comes_once_and_the_shorter_as_often_as_it_must():
    for sides in ((X, Y), (Y, X)):
        counts = [np.unique(side, return_counts=True)[1] for side in epoch_of(data.unpaired_batches(*sides))]
        longer, shorter = sorted(counts, key=len, reverse=True)
        assert (longer == 1).all()
        assert sorted(shorter) == [2, 2, 3, 3]


def test_partners_change_from_epoch_to_epoch():
    dataset = data.unpaired_batches(np.arange(20), np.arange(20), batch_size=20, seed=1)
    pairs = []
    for epoch in range(2):
        dataset.epoch = epoch
        pairs.append(set(zip(*epoch_of(dataset), strict=True)))
    # A pair is the same again with a chance of 1 in 20.
    assert len(pairs[0] & pairs[1]) < 6
    assert sum(a == b for a, b in pairs[0]) < 6


def test_without_shuffling_the_sides_come_as_they_are():
    first, second = epoch_of(data.unpaired_batches(X, Y, batch_size=4, shuffle=False))
    assert first == list(range(10))
    assert second == [100, 101, 102, 103, 100, 101, 102, 103, 100, 101]


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
def test_both_sides_of_a_batch_have_one_size(drop_last, sizes):
    dataset = data.unpaired_batches(Y, X, batch_size=4, drop_last=drop_last)
    assert len(dataset) == len(sizes)
    assert [[len(side) for side in batch] for batch in dataset] == [[size, size] for size in sizes]
    assert all(side.dtype == np.float32 for batch in dataset for side in batch)


def test_a_whole_epoch_moves_on_to_the_next():
    dataset = data.unpaired_batches(X, Y, batch_size=4)
    dataset.on_epoch_begin()
    list(dataset)
    dataset.on_epoch_end()
    assert (dataset.epoch, dataset.num_samples, dataset.batch_size) == (1, 10, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y": np.zeros((0, 1))}, r"at least one image. Received: shapes \[\(10, 1\), \(0, 1\)\]"),
        ({"x": np.float32(1)}, r"Received: shapes \[\(\), \(4, 1\)\]"),
        ({"batch_size": 0}, "Received: batch_size=0"),
        ({"batch_size": 11, "drop_last": True}, "Received: batch_size=11 with 10 images"),
        ({"seed": -1}, "Received: seed=-1"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.unpaired_batches(**({"x": X, "y": Y} | arguments))
