import numpy as np
import pytest

from course_utils import data
from course_utils.data.tanks import digit_pixels

# Between the roughness of brick and that of grass.
THRESHOLD = 0.056
SPLITS = {"train": 1437, "test": 360, "swapped": 360, "balanced": 1437}


def background(images, split):
    """How rough each image is away from its digit: grass is rougher than brick."""
    outside = ~(digit_pixels(split)[:, :, 1:] | digit_pixels(split)[:, :, :-1])
    steps = np.abs(np.diff(images[..., 0], axis=2))
    # Brick has few steep edges and much that is flat.
    return np.array([np.median(step[part]) for step, part in zip(steps, outside, strict=True)])


@pytest.mark.parametrize(("split", "n"), SPLITS.items())
def test_shapes_ranges_and_labels(split, n):
    images, labels = data.load("tanks", split)
    assert images.shape == (n, 32, 32, 1)
    assert images.dtype == np.float32
    assert labels.dtype == np.int32
    assert np.abs(images).max() <= 1
    names = data.load("digits", "train" if n == 1437 else "test")[1]
    np.testing.assert_array_equal(labels, names % 2)


@pytest.mark.parametrize(("split", "least", "most"), [("train", 0.95, 1), ("test", 0.95, 1), ("swapped", 0, 0.05)])
def test_the_texture_betrays_the_class_or_its_opposite(split, least, most):
    images, labels = data.load("tanks", split)
    rough = background(images, split)
    guessed = rough > THRESHOLD
    assert least <= (guessed == labels).mean() <= most


def test_in_balanced_the_texture_says_nothing():
    images, labels = data.load("tanks", "balanced")
    guessed = background(images, "balanced") > THRESHOLD
    assert (guessed == labels).mean() == pytest.approx(0.5, abs=0.05)
    assert guessed.mean() == pytest.approx(0.5, abs=0.05)


def test_swapped_shows_the_digits_of_test():
    test, swapped = (data.load("tanks", split) for split in ("test", "swapped"))
    np.testing.assert_array_equal(test[1], swapped[1])
    ink = data.load("digits", "test", size=32)[0] > 0.99
    np.testing.assert_allclose(test[0][ink], swapped[0][ink], atol=0.02)
    assert not np.allclose(test[0], swapped[0], atol=0.1)


def test_the_digit_is_brighter_than_any_texture():
    images, _ = data.load("tanks", "test")
    pixels = digit_pixels("test")
    assert images[..., 0][pixels].mean() > images[..., 0][~pixels].mean() + 0.5
    assert 0.1 < pixels.mean() < 0.4


def test_loading_twice_gives_the_same_arrays():
    for first, second in zip(data.load("tanks", "balanced"), data.load("tanks", "balanced"), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("split", ["validation", None, 0])
def test_an_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match="'train', 'test', 'swapped', 'balanced'. Received: split="):
        data.load("tanks", split)
    with pytest.raises(ValueError, match="'train', 'test', 'swapped', 'balanced'. Received: split="):
        digit_pixels(split)


def test_other_data_sets_have_no_swapped_split():
    with pytest.raises(ValueError, match="'train', 'test'. Received: split='swapped'"):
        data.load("digits", "swapped")
