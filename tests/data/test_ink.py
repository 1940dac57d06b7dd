import numpy as np
import pytest

from course_utils import data
from course_utils.data import ink


def test_the_two_sides_of_training_show_every_digit_once_and_together_all():
    a, b = data.load_unpaired("ink")
    assert (a.shape, b.shape) == ((719, 16, 16, 3), (718, 16, 16, 3))
    assert a.dtype == b.dtype == np.float32
    grey = np.concatenate([a, ink.true_inverse(b)])[..., :1]
    digits, _ = data.load("digits")
    order = lambda images: images[np.lexsort(images.reshape(len(images), -1).round(3).T)]  # noqa: E731
    np.testing.assert_allclose(order(grey), order(digits), atol=1e-4)


def test_both_sides_hold_all_classes_alike():
    digits, labels = data.load("digits")
    known = digits.reshape(len(digits), -1)
    for side in data.load_unpaired("ink")[0], ink.true_inverse(data.load_unpaired("ink")[1]):
        rows = [np.abs(known - image[..., :1].reshape(1, -1)).sum(axis=1).argmin() for image in side]
        shares = np.bincount(labels[rows], minlength=10) / len(side)
        assert 0.07 < shares.min() <= shares.max() < 0.13


def test_no_digit_is_on_both_sides():
    a, b = data.load_unpaired("ink")
    flat = ink.true_inverse(b).reshape(len(b), -1)
    assert min(np.abs(flat - image.ravel()).max(axis=1).min() for image in a[:100]) > 0.05


def test_the_sides_of_the_test_split_are_partners_in_the_order_of_the_labels():
    a, b = data.load_unpaired("ink", "test")
    digits, _ = data.load("digits", "test")
    np.testing.assert_array_equal(a, np.repeat(digits, 3, axis=-1))
    np.testing.assert_array_equal(b, ink.true_map(a))


def test_the_map_at_its_ends_and_half_way():
    stroke = np.array([-1.0, 1.0, 0.0])[:, None] * np.ones(3)
    paper, full, half = (ink.true_map(stroke) + 1) / 2
    np.testing.assert_allclose(paper, [0.98, 0.90, 0.68], atol=1e-6)
    np.testing.assert_allclose(full, [0.08, 0.20, 0.50], atol=1e-6)
    # Half a stroke lets the square root of a full one's share through.
    np.testing.assert_allclose(half, np.sqrt([0.98 * 0.08, 0.90 * 0.20, 0.68 * 0.50]), atol=1e-6)


def test_the_inverse_undoes_the_map():
    grey = np.linspace(-1, 1, 41, dtype="float32")[:, None, None] * np.ones((1, 1, 3), "float32")
    np.testing.assert_allclose(ink.true_inverse(ink.true_map(grey)), grey, atol=1e-5)


@pytest.mark.parametrize(("colour", "stroke"), [((1, 1, 1), -1), ((-1, -1, -1), 1)])
def test_colours_that_no_stroke_has_are_taken_for_the_nearest(colour, stroke):
    np.testing.assert_array_equal(ink.true_inverse(np.array(colour)), np.full(3, stroke, "float32"))


@pytest.mark.parametrize("function", [ink.true_map, ink.true_inverse])
def test_images_without_three_channels_are_refused(function):
    with pytest.raises(ValueError, match=r"Received: shape \(2, 8, 8, 1\)"):
        function(np.zeros((2, 8, 8, 1)))
