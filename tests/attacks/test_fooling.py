import keras
import numpy as np
import pytest
from keras import ops

from course_utils.attacks import L2, fooling_image
from tests.attacks.models import digits_classifier, two_classes

pytestmark = pytest.mark.backends


@pytest.mark.parametrize("norm", [None, L2()])
def test_noise_becomes_what_the_classifier_is_sure_of(norm):
    model = digits_classifier()
    classes = np.array([3, 8, 0, 5])
    # A step of 1% of the pixel range takes many pixels at once under Linf.
    result = fooling_image(model, classes, confidence=0.99, norm=norm)
    assert result.images.shape == (4, 16, 16, 1)
    assert np.abs(result.images).max() <= 1
    probabilities = ops.convert_to_numpy(ops.softmax(model(result.images)))
    assert (probabilities[np.arange(4), classes] > 0.99).tolist() == result.success.tolist()
    assert result.success.all()
    assert (result.steps > 0).all()


def test_it_stops_at_the_first_step_that_is_sure_enough():
    model = two_classes()
    steps = {}
    for confidence in (0.9, 0.99):
        result = fooling_image(model, [0, 1], confidence, step_size=0.005)
        odds = np.diff(ops.convert_to_numpy(model(result.images)), axis=1).ravel() * [-1, 1]
        bound = np.log(confidence / (1 - confidence))
        # One step of 0.005 moves the logit by at most 0.005 times the sum of the weights, 10.5.
        assert ((odds > bound) & (odds <= bound + 0.005 * 10.5 + 1e-5)).all()
        steps[confidence] = result.steps
    assert (steps[0.9] < steps[0.99]).all()


def test_the_seed_fixes_the_noise():
    first, same, other = (fooling_image(two_classes(), [1], seed=seed).images for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).max() > 0.1


def test_the_noise_lies_around_the_middle_of_the_pixel_range():
    model = keras.Sequential([keras.Input((40, 40, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    result = fooling_image(model, [0, 1], steps=1, step_size=0.0, pixel_range=(0.0, 255.0))
    assert result.images.mean() == pytest.approx(127.5, abs=2)
    assert result.images.std() == pytest.approx(25.5, rel=0.05)


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        (
            keras.Sequential([keras.Input((None, None, 1)), keras.layers.GlobalMaxPooling2D()]),
            {},
            r"input_shape=\(None",
        ),
        (two_classes(), {"steps": 0}, "Received: steps=0"),
        (two_classes(), {"confidence": 99}, "Received: confidence=99"),
        (two_classes(), {"step_size": -1.0}, "Received: step_size=-1.0"),
    ],
)
def test_bad_arguments_are_refused_by_name(model, options, message):
    with pytest.raises(ValueError, match=message):
        fooling_image(model, [0], **options)
