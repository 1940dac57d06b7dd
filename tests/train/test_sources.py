"""Data of each kind."""

import numpy as np
import pytest

from course_utils.data import pairs, unpaired
from course_utils.train import sources


def test_the_names_are_those_of_the_package():
    assert (*pairs._SOURCES,) == sources.PAIRS
    assert (*unpaired._SOURCES,) == sources.UNPAIRED


def test_images_come_without_labels_and_labelled_ones_with_them():
    plain = sources.load("images", "digits", 8, 100, seed=3)
    assert plain.batches[0].shape == (100, 8, 8, 1)
    assert (len(plain.batches), plain.batches.seed) == (14, 3)
    assert (plain.shape, plain.classes) == ((8, 8, 1), 10)
    images, labels = sources.load("labelled images", "digits", 8, 100).batches[0]
    assert (images.shape, labels.shape) == ((100, 8, 8, 1), (100,))
    assert [len(array) for array in plain.test] == [360, 360]


@pytest.mark.parametrize(("kind", "name"), [("pairs of images", "tissue"), ("unpaired images", "ink")])
def test_second_images_stand_beside_the_first(kind, name):
    source = sources.load(kind, name, 16, 32)
    x, y = source.batches[0]
    assert x.shape == y.shape == (32, 16, 16, 3)
    assert (source.shape, source.classes) == ((16, 16, 3), None)
    assert source.test[0].shape[1:] == (16, 16, 3)
    assert not np.array_equal(x, y)


def test_more_images_in_a_batch_than_there_are_are_refused():
    with pytest.raises(ValueError, match="batch_size=2000 with 1437 images"):
        sources.load("images", "digits", 8, 2000)


def test_nothing_close_is_not_guessed():
    assert sources.meant("zzz", ["digits"]) == ""
