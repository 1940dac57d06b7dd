"""The epsilon explorer on a trained classifier of digits."""

import time

import numpy as np
import pytest

from course_utils import data
from course_utils.attacks import FGSM, PGD, Untargeted
from course_utils.widgets import epsilon_explorer
from tests.attacks.models import digits_classifier, two_classes

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def digits():
    images, labels = data.load("digits", "test")
    return digits_classifier(), images[:20], labels[:20]


@pytest.fixture
def shown(digits):
    return epsilon_explorer.explorer(*digits)


@pytest.mark.parametrize(("control", "value"), [("epsilon", 0.6), ("attack", "random signs"), ("image", 3)])
def test_a_moved_control_changes_picture_and_text(control, value, shown):
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[control].value = value
    assert shown.picture.value[:6] == PNG
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_controls_are_labelled(shown):
    assert [control.description for control in shown.controls.values()] == ["epsilon", "attack", "image"]


def test_the_slider_answers_at_once(shown):
    shown.controls["attack"].value = "PGD, 10 steps"
    shown.controls["epsilon"].value = 0.5
    taken = []
    for epsilon in (0.3, 0.4, 0.6):
        begin = time.perf_counter()
        shown.controls["epsilon"].value = epsilon
        taken.append(time.perf_counter() - begin)
    assert min(taken) < 0.5


def test_the_text_says_what_the_attack_does(digits, shown):
    model, images, labels = digits
    shown.controls["image"].value = 4
    shown.controls["epsilon"].value = 0.8
    attacked = FGSM(0.8)(model, images[4:5], Untargeted(labels[4:5]))
    (before,), (after,) = (epsilon_explorer.probabilities(model, x) for x in (images[4:5], attacked.images))
    assert attacked.success.all()
    assert shown.text.value == (
        f"FGSM, epsilon 0.80 (102 of 255 levels): the answer {before.argmax()} with {100 * before.max():.1f}% becomes "
        f"{after.argmax()} with {100 * after.max():.1f}%. The true class {labels[4]} has {100 * after[labels[4]]:.1f}%."
    )


def test_attacks_are_those_of_the_package(digits):
    model, images, labels = digits
    for attack, method in (("FGSM", FGSM(0.3)), ("PGD, 10 steps", PGD(0.3, steps=10))):
        expected = method(model, images[2:3], Untargeted(labels[2:3])).images[0]
        np.testing.assert_allclose(epsilon_explorer.changed(model, images[2], labels[2], 0.3, attack), expected)


def test_random_signs_stay_in_the_ball_and_the_range(digits):
    model, images, labels = digits
    changed = epsilon_explorer.changed(model, images[0], labels[0], 0.3, "random signs")
    assert changed.dtype == np.float32
    assert np.abs(changed).max() <= 1
    size = np.abs(changed - images[0])
    assert size.max() == pytest.approx(0.3, abs=1e-6)
    assert (size == 0).mean() < 0.9


def test_probabilities_by_hand():
    model = two_classes()
    image = np.full((2, 2, 3, 1), 0.5, "float32")
    p = 1 / (1 + np.exp(-(0.5 * (3 - 4 + 0.5 + 1 - 2) + 0.25)))
    np.testing.assert_allclose(epsilon_explorer.probabilities(model, image), [[1 - p, p]] * 2, rtol=1e-5)


def test_static_figure_shows_the_same_as_the_explorer(digits):
    model, images, labels = digits
    picture = epsilon_explorer.figure(model, images[1], labels[1], epsilon=0.5)
    attacked = FGSM(0.5)(model, images[1:2], Untargeted(labels[1:2])).images
    np.testing.assert_allclose(picture.axes[2].images[0].get_array(), (attacked[0, ..., 0] + 1) / 2, atol=1e-6)
    heights = [patch.get_height() for patch in picture.axes[3].patches]
    np.testing.assert_allclose(heights[10:], epsilon_explorer.probabilities(model, attacked)[0], atol=1e-5)


def test_unknown_attack_is_named(digits):
    model, images, labels = digits
    with pytest.raises(ValueError, match="'FGSM'.*Received: attack='DeepFool'"):
        epsilon_explorer.changed(model, images[0], labels[0], 0.1, "DeepFool")
