import numpy as np
import pytest

from course_utils import data
from course_utils.data.textures import BAND, bands_of, crop_places, texture_crops


@pytest.mark.parametrize(("split", "n"), [("train", 2400), ("test", 600)])
def test_shapes_ranges_and_labels(split, n):
    images, labels = data.load("textures", split)
    assert images.shape == (n, 32, 32, 1)
    assert images.dtype == np.float32
    assert labels.dtype == np.int32
    assert np.bincount(labels).tolist() == [n // 6] * 6
    assert np.abs(images).max() == 1


def test_brightness_and_contrast_do_not_give_the_class_away():
    images, labels = data.load("textures")
    means = [images[labels == k].mean() for k in range(6)]
    deviations = [images[labels == k].std() for k in range(6)]
    # Clipping the few brightest pixels is what is left: of galaxies, and of words on paper.
    assert np.ptp(means) < 0.05
    assert min(deviations) > 0.65 * max(deviations)


@pytest.mark.parametrize("width", [384, 512, 700, 1000])
def test_the_bands_of_the_two_splits_share_no_pixel(width):
    columns = {
        split: {column for left in bands_of(split, width) for column in range(left, left + BAND)}
        for split in ("train", "test")
    }
    assert columns["train"] & columns["test"] == set()
    assert max(columns["train"] | columns["test"]) < width
    assert len(columns["train"]) + len(columns["test"]) == width // BAND * BAND
    assert len(columns["test"]) >= BAND * 2


@pytest.mark.parametrize("split", ["train", "test"])
def test_crops_lie_in_their_bands_and_reach_every_place(split):
    places = crop_places(split, (40, 200), 5000, np.random.default_rng(0))
    # 200 columns hold four bands; the fourth, from 144, is kept for testing.
    lefts = {"train": [*range(17), *range(48, 65), *range(96, 113)], "test": [*range(144, 161)]}[split]
    assert set(places[:, 0]) == set(range(9))
    assert set(places[:, 1]) == set(lefts)


def test_no_test_image_stands_among_the_training_images():
    train, test = (data.load("textures", split)[0] for split in ("train", "test"))
    seen = {image.tobytes() for image in train}
    assert not any(image.tobytes() in seen for image in test)


def test_the_crops_are_always_the_same():
    first, again = (data.load("textures", "test")[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    # A new NumPy that drew other places would change every measured number of the lessons.
    np.testing.assert_allclose(first[[0, 100, 599], 5, 7, 0], [0.26747, 0.27263, 0.09278], atol=1e-3)


def test_an_unknown_texture_is_refused():
    with pytest.raises(ValueError, match="'galaxies'. Received: name='sand'"):
        texture_crops("sand", "train", 1, np.random.default_rng(0))


@pytest.mark.parametrize("split", ["swapped", "validation"])
def test_an_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match="'train', 'test'. Received: split="):
        data.load("textures", split)


def test_other_sizes_are_resized():
    assert data.load("textures", "test", size=16)[0].shape == (600, 16, 16, 1)
