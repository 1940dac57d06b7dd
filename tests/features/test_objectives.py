import numpy as np
import pytest
from keras import ops

from course_utils import features
from course_utils.features.checks import first_passage
from course_utils.features.objective import Objective
from tests.features import networks

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(0).uniform(-1, 1, (2, 4, 4, 1)).astype("float32")
MAPS = np.maximum(np.concatenate([IMAGES, -2 * IMAGES], axis=-1), 0)


def values(objective, model=None):
    return ops.convert_to_numpy(objective(first_passage(model or networks.nested(), IMAGES)))


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (features.unit("positive", 1), MAPS[:, 2, 2, 1]),
        (features.unit("positive", 0, row=0, column=3), MAPS[:, 0, 3, 0]),
        (features.unit("positive", [0, 1]), [MAPS[0, 2, 2, 0], MAPS[1, 2, 2, 1]]),
        (features.unit("mean", 1), MAPS[..., 1].mean(axis=(1, 2))),
        (features.channel("body/positive", 1), MAPS[..., 1].mean(axis=(1, 2))),
        (features.channel("positive", [1, 0]), [MAPS[0, ..., 1].mean(), MAPS[1, ..., 0].mean()]),
        (features.layer("positive"), (MAPS**2).mean(axis=(1, 2, 3))),
        (features.layer("mean"), (MAPS.mean(axis=(1, 2)) ** 2).mean(axis=1)),
        (features.direction("positive", [3.0, -1.0]), (3 * MAPS[..., 0] - MAPS[..., 1]).mean(axis=(1, 2))),
        (features.class_logit(1), MAPS.mean(axis=(1, 2)) @ networks.HEAD[:, 1]),
        (features.class_logit([1, 0]), np.diag(MAPS.mean(axis=(1, 2)) @ networks.HEAD[:, [1, 0]])),
    ],
)
def test_values_worked_by_hand(objective, expected):
    np.testing.assert_allclose(values(objective), expected, rtol=1e-5, atol=1e-7)


def test_a_class_is_scored_before_the_softmax():
    logits = values(features.class_logit(1), networks.nested("softmax"))
    np.testing.assert_allclose(logits, MAPS.mean(axis=(1, 2)) @ networks.HEAD[:, 1], rtol=1e-5)


A, B = features.class_logit(0), features.channel("positive", 1)


@pytest.mark.parametrize(
    ("combined", "by_hand"),
    [
        (lambda: A + B, lambda a, b: a + b),
        (lambda: 2 * A, lambda a, b: 2 * a),
        (lambda: A * 2 - B, lambda a, b: 2 * a - b),
        (lambda: -A + 1, lambda a, b: 1 - a),
        (lambda: 3 - A, lambda a, b: 3 - a),
        (lambda: A - 0.5, lambda a, b: a - 0.5),
        (lambda: sum([A, B, A]), lambda a, b: 2 * a + b),
        (lambda: 2 * (A - 0.1 * B), lambda a, b: 2 * a - 0.2 * b),
    ],
)
def test_objectives_add_and_scale(combined, by_hand):
    np.testing.assert_allclose(values(combined()), by_hand(values(A), values(B)), rtol=1e-5, atol=1e-6)


def test_says_what_it_is_about():
    assert repr(features.class_logit(3)) == "class_logit(3)"
    assert repr(2 * features.channel("a", [0, 1])) == "2 * (channel('a', [0, 1]))"
    assert features.channel("a", [0, 1]).count == 2
    assert (features.class_logit(0) - 0.1 * features.unit("a", [0, 1, 2])).count == 3
    assert features.layer("a").count == 1


def test_objectives_about_other_numbers_of_images_do_not_add():
    with pytest.raises(ValueError, match=r"Received: 2 for class_logit\(\[0, 1\]\) and 3 for"):
        features.class_logit([0, 1]) + features.class_logit([0, 1, 1])


@pytest.mark.parametrize("combine", [lambda: A + "b", lambda: A * B, lambda: "b" - A, lambda: A - None])
def test_what_does_not_combine_is_a_type_error(combine):
    with pytest.raises(TypeError):
        combine()


@pytest.mark.parametrize("index", [1.0, "1", True, [], [[0, 1]], None])
def test_an_index_that_is_no_number_is_refused(index):
    for make in (features.class_logit, lambda i: features.unit("a", i), lambda i: features.channel("a", i)):
        with pytest.raises(TypeError, match="must be a whole number, or one for each image. Received:"):
            make(index)


@pytest.mark.parametrize(
    ("objective", "said"),
    [
        (features.class_logit(2), r"numbers 0 to 1. Received: \[2\]"),
        (features.channel("positive", -1), r"'positive' has the numbers 0 to 1. Received: \[-1\]"),
        (features.channel("positive", [0, 1, 1]), "Received: 3 for 2 images"),
        (features.unit("positive", 0, row=4), "rows 0 to 3. Received: row=4"),
        (features.unit("positive", 0, column=-1), "columns 0 to 3. Received: column=-1"),
        (features.direction("positive", np.ones(3)), "has 2 channels. Received: a direction of 3"),
        (features.channel("conv9", 0), "Received: 'conv9'"),
    ],
)
def test_what_the_model_does_not_have_is_named(objective, said):
    with pytest.raises(ValueError, match=said):
        values(objective)


@pytest.mark.parametrize("make", [lambda: features.unit("answer", 0), lambda: features.layer("answer")])
def test_units_behind_the_final_softmax_are_refused(make):
    with pytest.raises(ValueError, match=r"'answer' ends in a softmax or sigmoid.*Use class_logit"):
        values(make(), networks.nested("softmax"))
    assert values(make()).shape == (2,)


@pytest.mark.parametrize("vector", [np.ones((2, 2)), [np.nan, 1.0], 3.0])
def test_a_direction_is_a_vector(vector):
    with pytest.raises(ValueError, match=r"shape \(channels,\). Received: shape"):
        features.direction("positive", vector)


def test_an_objective_of_ones_own():
    mine = Objective(lambda passage: ops.max(passage["positive"], axis=(1, 2, 3)), "max")
    np.testing.assert_allclose(values(mine), MAPS.max(axis=(1, 2, 3)), rtol=1e-6)
