import numpy as np
import pytest
from keras import ops

from course_utils import autodiff
from course_utils.attacks import Targeted, Untargeted
from course_utils.attacks.goals import log_odds

pytestmark = pytest.mark.backends

LOGITS = np.log([[0.7, 0.2, 0.1], [0.05, 0.05, 0.9]]).astype("float32")


def test_log_odds_by_hand():
    odds = ops.convert_to_numpy(log_odds(LOGITS, np.array([0, 1])))
    np.testing.assert_allclose(odds, [np.log(0.7 / 0.3), np.log(0.05 / 0.95)], rtol=1e-5)


def test_log_odds_of_two_classes_are_the_difference():
    logits = np.array([[1.0, 4.0]], "float32")
    assert float(log_odds(logits, np.array([1]))[0]) == pytest.approx(3)


def test_their_gradient_is_that_of_the_cross_entropy_turned_and_never_zero():
    classes = np.array([0, 2])

    def cross_entropy(logits):
        return -ops.sum(ops.log_softmax(logits) * ops.one_hot(classes, 3))

    ours = ops.convert_to_numpy(autodiff.gradient(lambda z: ops.sum(log_odds(z, classes)), LOGITS))
    theirs = ops.convert_to_numpy(autodiff.gradient(cross_entropy, LOGITS))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a / np.linalg.norm(a), -b / np.linalg.norm(b), atol=1e-5)
    sure = LOGITS * 1000
    assert not ops.convert_to_numpy(autodiff.gradient(cross_entropy, sure)).any()
    ours = ops.convert_to_numpy(autodiff.gradient(lambda z: ops.sum(log_odds(z, classes)), sure))
    np.testing.assert_allclose(ours[0], [1, -1, 0], atol=1e-6)


def test_which_goals_are_met():
    assert Untargeted([0, 0]).met(LOGITS, np.array([0, 0])).tolist() == [False, True]
    assert Targeted([0, 0]).met(LOGITS, np.array([0, 0])).tolist() == [True, False]


@pytest.mark.parametrize(("confidence", "met"), [(0.69, True), (0.71, False)])
def test_a_target_may_have_to_be_sure(confidence, met):
    goal = Targeted([0, 0], confidence)
    assert goal.met(LOGITS, np.array([0, 0])).tolist() == [met, False]


def test_one_class_serves_all_images():
    assert Targeted(2).for_images(3, 3).tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Untargeted([[1], [2]]), r"Untargeted takes.*Received: shape \(2, 1\) of type int"),
        (lambda: Targeted([0.5]), r"Received: shape \(1,\) of type float64"),
        (lambda: Targeted([True]), "of type bool"),
        (lambda: Targeted(np.zeros(0, int)), r"Received: shape \(0,\)"),
        (lambda: Targeted([1], confidence=1), "between 0 and 1. Received: confidence=1"),
        (lambda: Targeted([1, 2]).for_images(3, 10), "Received: 2 classes for 3 images"),
        (
            lambda: Untargeted([1, 10]).for_images(2, 10),
            "classes 0 to 9. Received: Untargeted with classes from 1 to 10",
        ),
        (lambda: Untargeted([-1, 3]).for_images(2, 10), "classes from -1 to 3"),
    ],
)
def test_bad_classes_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
