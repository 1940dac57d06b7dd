import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.attacks import PGD, Hooks, Linf, Targeted, Untargeted, run
from tests.attacks.models import SHAPE, W, images, labels_by_hand, logistic, logits_by_hand, three_classes

pytestmark = pytest.mark.backends

X = images()


def walk(steps, size=0.01):
    """Every pixel moves by `size` along the sign of the gradient, without a ball."""
    return Hooks(
        start=ops.convert_to_tensor,
        step=lambda x, gradient: x + size * ops.sign(gradient),
        project=lambda x, images: ops.clip(x, -1.0, 1.0),
        steps=steps,
    )


def positive(n=12):
    x = images(200)
    return x[labels_by_hand(x) == 1][:n]


def steps_by_hand(x, size, steps):
    """Steps until the logit is no longer positive, each pixel walking against the sign of its weight."""
    walked = [np.clip(x - k * size * np.sign(W).reshape(SHAPE), -1, 1) for k in range(steps + 1)]
    fooled = np.stack([logits_by_hand(y) <= 0 for y in walked])
    return np.where(fooled.any(axis=0), fooled.argmax(axis=0), steps), fooled.any(axis=0)


def test_counts_the_steps_as_by_hand():
    x = positive()
    steps, success = steps_by_hand(x, 0.05, 8)
    assert 0 < success.mean() < 1
    result = run(logistic(), x, Untargeted(np.ones(len(x), int)), walk(8, 0.05), Linf())
    assert result.success.tolist() == success.tolist()
    assert result.steps.tolist() == steps.tolist()
    assert result.success_rate == pytest.approx(success.mean())


@pytest.mark.parametrize("batch_size", [1, 5, 12, 100])
@pytest.mark.parametrize("stop_early", [False, True])
def test_results_do_not_depend_on_the_batch_size(batch_size, stop_early):
    goal = Untargeted(np.ones(12, int))
    one, other = (
        run(logistic(), positive(), goal, walk(8, 0.05), Linf(), stop_early=stop_early, batch_size=size)
        for size in (12, batch_size)
    )
    np.testing.assert_allclose(one.images, other.images, atol=1e-6)
    assert one.steps.tolist() == other.steps.tolist()


def test_stopping_early_keeps_the_first_image_that_serves():
    x = positive()
    steps, _ = steps_by_hand(x, 0.05, 8)
    early, late = (
        run(logistic(), x, Untargeted(np.ones(len(x), int)), walk(8, 0.05), Linf(), stop_early=stop)
        for stop in (True, False)
    )
    assert early.steps.tolist() == late.steps.tolist() == steps.tolist()
    assert early.success.tolist() == late.success.tolist()
    np.testing.assert_allclose(early.size, 0.05 * steps, atol=1e-6)
    np.testing.assert_allclose(late.size, 0.4, atol=1e-6)


def test_success_holds_for_the_very_images_that_are_returned():
    for stop_early in (False, True):
        result = run(three_classes(), X, Targeted(2), walk(6, 0.1), Linf(), stop_early=stop_early)
        answers = ops.convert_to_numpy(three_classes()(result.images)).argmax(axis=1)
        assert result.success.tolist() == (answers == 2).tolist()
        assert 0 < result.success_rate < 1


def test_an_image_that_meets_the_goal_is_never_led_away_from_it():
    x = positive()
    wrong = Untargeted(np.zeros(len(x), int))
    backwards = Hooks(ops.convert_to_tensor, lambda x, g: x - 2 * ops.sign(g), lambda x, _: ops.clip(x, -1.0, 1.0), 1)
    result = run(logistic(), x, wrong, backwards, Linf())
    assert result.success.all()
    assert not result.steps.any()
    np.testing.assert_array_equal(result.images, x)


def test_restarts_take_up_what_failed_only_and_count_all_steps():
    x, begun = positive(40), []
    shifts = [0.2 * restart * np.sign(W).reshape(SHAPE).astype("float32") for restart in range(3)]

    def start(images):
        begun.append(len(images))
        return ops.convert_to_tensor(np.clip(images - shifts[len(begun) - 1], -1, 1))

    result = run(
        logistic(), x, Untargeted(np.ones(len(x), int)), Hooks(start, lambda x, g: x, lambda x, _: x, 2), Linf(), 3
    )
    steps, success = steps_by_hand(x, 0.2, 2)
    assert begun == [len(x), len(x), (~success | (steps == 2)).sum()]
    assert begun[2] < len(x)
    assert result.steps.tolist() == np.where(success, 2 * steps, 6).tolist()


def test_zero_gradients_are_reported():
    blind = keras.Sequential([keras.Input(SHAPE), layers.Lambda(ops.round), three_classes()])
    labels = ops.convert_to_numpy(blind(X)).argmax(axis=1)
    with pytest.warns(RuntimeWarning, match="exactly zero for 12 of the 12 images"):
        result = PGD(0.3, random_start=False)(blind, X, Untargeted(labels))
    assert not result.success.any()
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        PGD(0.3)(three_classes(), X, Untargeted(labels))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": X[0]}, r"\(n, height, width, channels\), at least one. Received: shape \(2, 3, 1\)"),
        ({"images": X[:0]}, r"Received: shape \(0, 2, 3, 1\)"),
        ({"images": X + 1}, "pixel range -1 to 1. Received: values from .* to 2.0"),
        ({"images": X * np.nan}, "Received: values from nan"),
        ({"pixel_range": (1, 1)}, r"\(smallest, largest\). Received: pixel_range=\(1, 1\)"),
        ({"restarts": 0}, "Received: restarts=0"),
        ({"batch_size": 2.5}, "Received: batch_size=2.5"),
        ({"goal": Untargeted([0, 1])}, "Received: 2 classes for 12 images"),
        ({"goal": Targeted(3)}, "classes 0 to 2. Received: Targeted with classes from 3 to 3"),
    ],
)
def test_bad_arguments_are_refused_by_name(change, message):
    arguments = {"images": X, "goal": Targeted(1), "hooks": walk(1), "norm": Linf()}
    with pytest.raises(ValueError, match=message):
        run(three_classes(), **arguments | change)
