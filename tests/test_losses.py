import keras
import numpy as np
import pytest
from keras import ops

from course_utils import losses

pytestmark = pytest.mark.backends

# D(x) and D(G(z)) of lecture 001's worked example, and of its hands-on homework.
LECTURE = ([0.6, 0.7, 0.8], [0.1, 0.2, 0.3])
HOMEWORK = (
    [0.56, 0.67, 0.64, 0.98, 0.89, 0.96, 0.48, 0.65, 0.56, 0.78],
    [0.12, 0.24, 0.23, 0.42, 0.36, 0.32, 0.16, 0.18, 0.27, 0.56],
)


def logit(probabilities):
    p = np.array(probabilities)
    return np.log(p / (1 - p)).astype("float32")


def value(loss):
    assert loss.shape == ()
    assert keras.backend.standardize_dtype(loss.dtype) == "float32"
    return float(ops.convert_to_numpy(loss))


@pytest.mark.parametrize(
    ("answers", "real_part", "fake_part", "whole", "generator"),
    [(LECTURE, 0.3635, 0.2284, 0.5919, 1.7053), (HOMEWORK, 0.3597, 0.3549, 0.7146, 1.3482)],
    ids=["lecture", "homework"],
)
def test_worked_example_with_natural_logarithms(answers, real_part, fake_part, whole, generator):
    real, fake = map(logit, answers)
    assert value(losses.cross_entropy(real, 1.0)) == pytest.approx(real_part, abs=5e-5)
    assert value(losses.cross_entropy(fake, 0.0)) == pytest.approx(fake_part, abs=5e-5)
    assert value(losses.minimax(real, fake)) == pytest.approx(whole, abs=5e-5)
    assert value(losses.saturating(fake)) == pytest.approx(-fake_part, abs=5e-5)
    assert value(losses.non_saturating(fake)) == pytest.approx(generator, abs=5e-5)


@pytest.mark.parametrize("label", [0.0, 0.1, 0.9, 1.0])
def test_cross_entropy_is_keras_binary_cross_entropy(label):
    logits = np.random.default_rng(0).normal(0, 4, (7, 5)).astype("float32")
    keras_loss = keras.losses.BinaryCrossentropy(from_logits=True)(np.full((7, 5), label, "float32"), logits)
    assert value(losses.cross_entropy(logits, label)) == pytest.approx(float(keras_loss), rel=1e-6)


def test_label_smoothing_moves_the_real_target_only():
    real, fake = map(logit, LECTURE)
    expected = -(0.9 * np.log(LECTURE[0]) + 0.1 * np.log(1 - np.array(LECTURE[0]))).mean() + 0.2284
    assert value(losses.minimax(real, fake, real_label=0.9)) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("logit", "as_real", "as_fake"), [(1000.0, 0.0, 1000.0), (-1000.0, 1000.0, 0.0)])
def test_extreme_logits_stay_finite_and_exact(logit, as_real, as_fake):
    logits = np.full((4, 1), logit, "float32")
    assert value(losses.non_saturating(logits)) == as_real
    assert value(losses.saturating(logits)) == -as_fake
    assert value(losses.minimax(logits, logits)) == 1000.0


def test_low_precision_logits_are_averaged_in_float32():
    # In bfloat16, 8 significant bits, a sum of 1000 values stops growing long before its end.
    logits = ops.cast(np.full((1000, 1), 0.5, "float32"), "bfloat16")
    assert value(losses.non_saturating(logits)) == pytest.approx(np.log1p(np.exp(-0.5)), rel=1e-6)


def test_least_squares_by_hand():
    real, fake = np.array([[1.0, 0.5], [2.0, -1.0]], "float32"), np.array([0.0, 2.0, -1.0], "float32")
    # (0 + 0.25 + 1 + 4) / 4 / 2 + (0 + 4 + 1) / 3 / 2, and (1 + 1 + 4) / 3 / 2.
    assert value(losses.least_squares(real, fake)) == pytest.approx(0.65625 + 5 / 6, rel=1e-6)
    assert value(losses.least_squares_generator(fake)) == pytest.approx(1.0, rel=1e-6)


def test_least_squares_is_zero_at_its_targets():
    one, zero = np.ones((2, 3, 3, 1), "float32"), np.zeros((2, 3, 3, 1), "float32")
    assert value(losses.least_squares(one, zero)) == 0.0
    assert value(losses.least_squares_generator(one)) == 0.0


def test_least_squares_of_low_precision_logits_is_averaged_in_float32():
    logits = ops.cast(np.full((1000, 1), 0.5, "float32"), "bfloat16")
    assert value(losses.least_squares_generator(logits)) == pytest.approx(0.125, rel=1e-6)
