import numpy as np
import pytest
from keras import ops

from course_utils.metrics.images import prepare, resizing_matrix

pytestmark = pytest.mark.backends


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (16, 16), (28, 28), (32, 20), (16, 28), (9, 64)])
def test_equals_keras_resizing_with_antialiasing(height, width):
    given = images(3, height, width, 1)
    expected = ops.image.resize(given, (16, 16), interpolation="bilinear", antialias=True)
    np.testing.assert_allclose(ops.convert_to_numpy(prepare(given, 16)), ops.convert_to_numpy(expected), atol=1e-5)


def test_halving_worked_by_hand():
    # Antialiased halving weighs the four nearest pixels 1 3 3 1; at the border the weights that remain are 3 3 1.
    np.testing.assert_allclose(resizing_matrix(4, 2), [[3 / 7, 3 / 7, 1 / 7, 0], [0, 1 / 7, 3 / 7, 3 / 7]], atol=1e-6)


def test_colour_is_averaged_to_grey():
    given = images(2, 16, 16, 3)
    np.testing.assert_allclose(ops.convert_to_numpy(prepare(given, 16))[..., 0], given.mean(axis=-1), atol=1e-6)


def test_integers_and_halves_become_float32():
    grey = prepare(ops.cast(np.ones((1, 8, 8, 1)), "bfloat16"), 16)
    np.testing.assert_array_equal(ops.convert_to_numpy(grey), np.ones((1, 16, 16, 1), np.float32))


@pytest.mark.parametrize("shape", [(16, 16, 1), (2, 16, 16), (2, 16, 16, 2), (2, 7, 16, 1), (2, 16, 7, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"1 or 3 channels.*Received: shape"):
        prepare(np.zeros(shape, np.float32), 16)
