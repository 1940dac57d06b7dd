import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.attacks import BIM, FGSM, L2, PGD, Linf, Targeted, Untargeted
from course_utils.attacks.logits import logits_of
from tests.attacks.models import SHAPE, W, digits_classifier, images, labels_by_hand, logistic, three_classes

pytestmark = pytest.mark.backends

# Far from the edges, so that only the ball limits the change.
INNER = images(20, low=-0.4, high=0.4)
LABELS = labels_by_hand(INNER)
AWAY = np.where(LABELS == 1, -1.0, 1.0)[:, None]
SIGN, UNIT = np.sign(W), W / np.linalg.norm(W)


def change(result, of=INNER):
    return (result.images - of).reshape(len(of), -1)


@pytest.mark.parametrize(("norm", "direction"), [(Linf(), SIGN), (L2(), UNIT)])
@pytest.mark.parametrize("activation", [None, "sigmoid"])
def test_fgsm_on_logistic_regression(norm, direction, activation):
    result = FGSM(0.3, norm)(logistic(activation), INNER, Untargeted(LABELS))
    np.testing.assert_allclose(change(result), 0.3 * AWAY * direction, atol=1e-5)
    np.testing.assert_allclose(result.size, 0.3, rtol=2e-5)


@pytest.mark.parametrize(("norm", "direction"), [(Linf(), SIGN), (L2(), UNIT)])
@pytest.mark.parametrize("attack", [PGD, BIM])
def test_pgd_on_logistic_regression(norm, direction, attack):
    # A pixel without weight stays where the random start put it, and L2 turns slowly: enough steps, no start.
    result = attack(0.3, norm, steps=40, random_start=False)(logistic(), INNER, Untargeted(LABELS))
    np.testing.assert_allclose(change(result), 0.3 * AWAY * direction, atol=1e-5)


@pytest.mark.parametrize("norm", [Linf(), L2()])
def test_a_target_is_approached(norm):
    result = FGSM(0.3, norm)(logistic(), INNER, Targeted(1 - LABELS))
    np.testing.assert_allclose(change(result), change(FGSM(0.3, norm)(logistic(), INNER, Untargeted(LABELS))))


@settings(max_examples=40, deadline=None)
@given(
    attack=st.sampled_from([FGSM, BIM, PGD]),
    norm=st.sampled_from([Linf(), L2()]),
    epsilon=st.floats(0, 3),
    pixel_range=st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0), (0.1, 0.7)]),
    targeted=st.booleans(),
    seed=st.integers(0, 99),
)
def test_never_leaves_the_ball_or_the_pixel_range(attack, norm, epsilon, pixel_range, targeted, seed):
    low, high = (np.float32(edge) for edge in pixel_range)
    x = np.clip(images(8, seed, *pixel_range), low, high)
    epsilon *= float(high - low)
    options = {"pixel_range": pixel_range} | ({} if attack is FGSM else {"steps": 4})
    goal = Targeted(seed % 3) if targeted else Untargeted(np.arange(8) % 3)
    result = attack(epsilon, norm, **options)(MODEL, x, goal)
    assert low <= result.images.min()
    assert result.images.max() <= high
    assert norm.size(result.images.astype("float64") - x).max() <= epsilon
    np.testing.assert_array_equal(result.size, norm.size(result.images.astype("float64") - x))


MODEL = three_classes()


def test_the_step_size_is_two_and_a_half_balls_in_all():
    step = PGD(0.4, steps=10).hooks(SHAPE, None).step
    first = step(ops.zeros((1, *SHAPE)), ops.ones((1, *SHAPE)))
    np.testing.assert_allclose(ops.convert_to_numpy(first), 0.1, rtol=1e-6)


@pytest.mark.parametrize("norm", [Linf(), L2()])
def test_the_start_is_random_and_fixed_by_the_seed(norm):
    def starts(**options):
        attack = PGD(0.3, norm, steps=1, step_size=0.0, **options)
        return change(attack(logistic(), INNER, Untargeted(LABELS)))

    assert np.abs(starts()).min() > 0
    np.testing.assert_array_equal(starts(seed=4), starts(seed=4))
    assert np.abs(starts(seed=4) - starts(seed=5)).max() > 0.05
    assert np.abs(starts()[0] - starts()[1]).max() > 0.05


@pytest.fixture(scope="module")
def digits():
    from course_utils import data

    images, labels = data.load("digits", "test")
    return digits_classifier(), images[:60], labels[:60]


@pytest.mark.parametrize(("norm", "epsilon"), [(Linf(), 0.16), (L2(), 1.2)])
def test_more_work_fools_more_digits(norm, epsilon, digits):
    model, x, y = digits
    attacks = [FGSM(epsilon, norm), PGD(epsilon, norm, steps=6), PGD(epsilon, norm, steps=6, restarts=3)]
    one, many, again = (attack(model, x, Untargeted(y)) for attack in attacks)
    assert 0.05 < one.success_rate < many.success_rate <= again.success_rate < 1
    # Restarts leave alone what the first start fooled.
    np.testing.assert_array_equal(again.images[many.success], many.images[many.success])
    assert again.steps.max() == 18


def test_the_traced_attack_is_the_same_attack(digits):
    model, x, y = digits
    attack = BIM(0.2, steps=3)
    traced = attack.perturb(logits_of(model), ops.convert_to_tensor(x), y, None)
    whole = attack(model, x, Untargeted(y))
    kept = whole.steps != 0
    np.testing.assert_allclose(ops.convert_to_numpy(traced)[kept], whole.images[kept], atol=1e-5)


@pytest.mark.parametrize("attack", [FGSM(0.2, L2()), BIM(0.1, steps=3), PGD(0.3, restarts=2, pixel_range=(0.0, 1.0))])
def test_a_saved_attack_is_the_same(attack):
    assert keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(attack)) == attack


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: PGD(-0.1), ValueError, "epsilon must be a finite number.*Received: epsilon=-0.1"),
        (lambda: FGSM(float("nan")), ValueError, "Received: epsilon=nan"),
        (lambda: PGD("0.1"), ValueError, "Received: epsilon='0.1'"),
        (lambda: PGD(0.1, steps=0), ValueError, "Received: steps=0"),
        (lambda: PGD(0.1, step_size=-1), ValueError, "Received: step_size=-1"),
        (lambda: PGD(0.1, restarts=True), ValueError, "Received: restarts=True"),
        (lambda: BIM(0.1, restarts=2), ValueError, "every restart is the same. Received: restarts=2"),
        (lambda: PGD(0.1, pixel_range=(1, 0)), ValueError, r"Received: pixel_range=\(1, 0\)"),
        (lambda: PGD(0.1, "linf"), TypeError, r"Linf\(\) or L2\(\). Received: norm='linf'"),
        (lambda: FGSM(0.1, steps=3), TypeError, "steps"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
