import numpy as np
import pytest

from course_utils.attacks import EightBitSign, Targeted, Untargeted, from_8_bit, quantum, to_8_bit
from tests.attacks.models import SHAPE, W, digits_classifier, images, labels_by_hand, logistic

pytestmark = pytest.mark.backends

X = from_8_bit(to_8_bit(images()))
LABELS = labels_by_hand(X)
RANGES = [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0)]


def levels(images, pixel_range=(-1.0, 1.0)):
    return to_8_bit(images, pixel_range).astype(int)


def test_one_level_is_0_0078():
    assert quantum() == pytest.approx(2 / 255)
    assert quantum((0, 255)) == 1


@pytest.mark.parametrize("pixel_range", RANGES)
def test_all_256_levels_survive_the_way_there_and_back(pixel_range):
    every = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)
    there = from_8_bit(every, pixel_range)
    assert there.dtype == np.float32
    assert (there.min(), there.max()) == pixel_range
    np.testing.assert_array_equal(to_8_bit(there, pixel_range), every)


def test_rounds_to_the_nearest_level():
    nearly = from_8_bit(np.full((1, 1, 1, 1), 7, "uint8")) + np.float32(0.4 * quantum())
    assert to_8_bit(nearly).item() == 7


@pytest.mark.parametrize("pixel_range", RANGES)
@pytest.mark.parametrize("targeted", [False, True])
def test_each_pixel_moves_by_one_level_along_the_sign(pixel_range, targeted):
    x = from_8_bit(to_8_bit(images()), pixel_range)
    labels = labels_by_hand(x)
    goal = Targeted(1 - labels) if targeted else Untargeted(labels)
    result = EightBitSign(pixel_range=pixel_range)(logistic(), x, goal)
    away = np.where(labels == 1, -1, 1)[:, None, None, None] * np.sign(W).astype(int).reshape(SHAPE)
    expected = np.clip(levels(x, pixel_range) + away, 0, 255)
    np.testing.assert_array_equal(levels(result.images, pixel_range), expected)
    np.testing.assert_array_equal(from_8_bit(to_8_bit(result.images, pixel_range), pixel_range), result.images)
    np.testing.assert_allclose(result.size, quantum(pixel_range), rtol=1e-5)


def test_more_steps_move_by_more_levels():
    result = EightBitSign(steps=5)(logistic(), X, Untargeted(LABELS))
    moved = levels(result.images) - levels(X)
    away = np.where(LABELS == 1, -1, 1)[:, None, None, None] * np.sign(W).astype(int).reshape(SHAPE)
    np.testing.assert_array_equal(moved, np.clip(levels(X) + 5 * away, 0, 255) - levels(X))
    assert np.abs(moved).max() == 5


def test_a_few_levels_fool_a_classifier_of_digits():
    from course_utils import data

    x, y = data.load("digits", "test")
    x, y = from_8_bit(to_8_bit(x[:40])), y[:40]
    model = digits_classifier()
    rates = [EightBitSign(steps)(model, x, Untargeted(y)).success_rate for steps in (1, 16)]
    assert rates[0] < rates[1]
    assert rates[1] > 0.3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: EightBitSign()(logistic(), images(), Untargeted(0)), "8-bit levels. Received: pixels up to 0.00"),
        (lambda: EightBitSign(0), "Received: steps=0"),
        (lambda: to_8_bit(X * 2), "pixel range -1 to 1. Received: values from -2"),
        (lambda: EightBitSign()(logistic(), X[0], Untargeted(0)), r"Received: shape \(2, 3, 1\)"),
    ],
)
def test_bad_images_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
