import numpy as np
import pytest
from keras import ops

from course_utils.attacks import linear_path
from tests.attacks.models import SHAPE, W, images, logistic, logits_by_hand, three_classes

pytestmark = pytest.mark.backends

X = images(5)
DIRECTION = 0.1 * np.sign(W).reshape(SHAPE)


def test_a_linear_model_is_linear_along_the_path():
    scales, logits = linear_path(logistic("sigmoid"), X, DIRECTION)
    assert (scales[0], scales[-1], len(scales)) == (-10, 10, 81)
    assert logits.shape == (5, 81, 2)
    expected = logits_by_hand(X)[:, None] + 0.1 * np.abs(W).sum() * scales
    np.testing.assert_allclose(logits[:, :, 1], expected, atol=1e-4)


@pytest.mark.parametrize("batch_size", [2, 5, 64])
def test_each_image_may_have_its_own_direction(batch_size):
    directions = np.random.default_rng(0).normal(size=X.shape)
    _, logits = linear_path(three_classes(), X, directions, scales=[2.0], batch_size=batch_size)
    expected = three_classes()(X + 2 * directions.astype("float32"))
    np.testing.assert_allclose(logits[:, 0], ops.convert_to_numpy(expected), rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], DIRECTION), r"Received: shapes \(2, 3, 1\) and \(2, 3, 1\)"),
        ((X, DIRECTION[None]), r"Received: shapes \(5, 2, 3, 1\) and \(1, 2, 3, 1\)"),
        ((X, DIRECTION, [[1.0]]), r"\(k,\). Received: shape \(1, 1\)"),
        ((X, DIRECTION, []), r"Received: shape \(0,\)"),
    ],
)
def test_bad_shapes_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        linear_path(logistic(), *arguments)
