from types import SimpleNamespace

import numpy as np
import pytest
from keras import ops
from scipy.ndimage import convolve1d

from course_utils import features

pytestmark = pytest.mark.backends

RAMP = np.arange(12, dtype="float32").reshape(1, 3, 4, 1) / 12
EVEN = np.full((1, 5, 5, 1), 0.5, "float32")
CHECKERS = np.indices((8, 8)).sum(axis=0).reshape(1, 8, 8, 1) % 2 * 2 - 1.0


def value(term, images):
    passage = SimpleNamespace(images=ops.convert_to_tensor(images.astype("float32")))
    return ops.convert_to_numpy(term(passage))


def test_decay_is_the_mean_square():
    assert value(features.decay(), RAMP) == pytest.approx([(RAMP**2).mean()])


def test_total_variation_of_a_ramp():
    # Each row is 4/12 brighter than the one above, each column 1/12 brighter than the one before.
    assert value(features.total_variation(), RAMP) == pytest.approx([4 / 12 + 1 / 12])


@pytest.mark.parametrize("term", [features.total_variation(), features.high_frequencies()])
def test_an_even_image_costs_nothing(term):
    assert value(term, EVEN) == pytest.approx([0], abs=1e-12)


def test_high_frequencies_are_what_a_blur_takes_away():
    random = np.random.default_rng(0).uniform(-1, 1, (2, 5, 6, 3))
    blurred = random
    for axis in (1, 2):
        blurred = convolve1d(blurred, [0.25, 0.5, 0.25], axis=axis, mode="nearest")
    expected = ((random - blurred) ** 2).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(value(features.high_frequencies(), random), expected, rtol=1e-5)


def test_a_checkerboard_is_all_high_frequency_inside():
    inside = CHECKERS[:, 1:-1, 1:-1]
    wide = value(features.high_frequencies(), np.tile(CHECKERS, (1, 8, 8, 1)))
    assert wide == pytest.approx([(inside**2).mean()], rel=0.05)


def test_the_blur_is_due_every_few_steps():
    blur = features.Blur(sigma=1.0, every=3)
    assert blur(CHECKERS, 1) is None
    assert blur(CHECKERS, 2) is None
    blurred = blur(CHECKERS, 3)
    assert blurred.shape == CHECKERS.shape
    assert np.abs(blurred[:, 2:-2, 2:-2]).max() < 0.02


def test_the_blur_leaves_images_and_channels_apart():
    images = np.zeros((2, 9, 9, 2))
    images[0, 4, 4, 1] = 1.0
    blurred = features.Blur(sigma=1.0, every=1)(images, 1)
    assert blurred[1].max() == blurred[0, ..., 0].max() == 0
    assert blurred[0, ..., 1].sum() == pytest.approx(1)
    assert blurred[0, 4, 4, 1] == pytest.approx(1 / (2 * np.pi), rel=0.02)


@pytest.mark.parametrize("arguments", [{"sigma": 0}, {"sigma": -1.0}, {"sigma": float("nan")}, {"every": 0}])
def test_a_blur_that_is_none_is_refused(arguments):
    with pytest.raises(ValueError, match="Received: sigma="):
        features.Blur(**arguments)
