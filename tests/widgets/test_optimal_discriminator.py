import numpy as np
import pytest

from course_utils.widgets import optimal_discriminator

PNG = b"\x89PNG\r\n"


def test_it_has_two_labelled_sliders():
    shown = optimal_discriminator.explorer()
    assert [control.description for control in shown.controls.values()] == ["mean of p_g", "spread of p_g"]


@pytest.mark.parametrize("slider", ["mean", "spread"])
def test_a_moved_slider_changes_picture_and_numbers(slider):
    shown = optimal_discriminator.explorer(mean=0.0, spread=1.0)
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[slider].value = 2.0
    assert shown.picture.value[:6] == PNG
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_equal_densities_give_the_equilibrium():
    shown = optimal_discriminator.explorer(mean=2.0, spread=0.5)
    shown.controls["mean"].value, shown.controls["spread"].value = 0.0, 1.0
    assert shown.text.value == "JSD = 0.0000 nats, V = −log 4 + 2 JSD = -1.3863 nats"


def test_the_printed_numbers_agree_with_drawn_samples():
    shown = optimal_discriminator.explorer(mean=1.5, spread=0.7)
    random = np.random.default_rng(0)
    real, fake = random.normal(0, 1, 400_000), random.normal(1.5, 0.7, 400_000)

    def answers(x):
        p_data = np.exp(-(x**2) / 2)
        p_g = np.exp(-(((x - 1.5) / 0.7) ** 2) / 2) / 0.7
        return p_data / (p_data + p_g)

    value = np.mean(np.log(answers(real))) + np.mean(np.log(1 - answers(fake)))
    printed = [float(part.split()[0]) for part in shown.text.value.split("= ") if part[0] in "-0123456789"]
    assert printed == pytest.approx([(value + np.log(4)) / 2, value], abs=4e-3)


@pytest.mark.parametrize(("mean", "spread"), [(-3.0, 0.3), (3.0, 0.3), (3.0, 2.0), (-3.0, 2.0)])
def test_the_ends_of_the_sliders_are_finite_and_consistent(mean, spread):
    divergence, value = optimal_discriminator.numbers(mean, spread)
    assert 0 < divergence < np.log(2)
    assert value == pytest.approx(-np.log(4) + 2 * divergence, abs=1e-6)


def test_the_picture_holds_both_densities_and_the_discriminator():
    figure = optimal_discriminator.figure(1.5, 0.7)
    left, right, twin = figure.axes
    assert (left.get_xlabel(), left.get_ylabel(), twin.get_ylabel()) == ("x", "density", "D(x)")
    optimal = twin.lines[0]
    at_zero = optimal.get_ydata()[np.argmin(np.abs(optimal.get_xdata()))]
    p_g = np.exp(-((1.5 / 0.7) ** 2) / 2) / 0.7
    assert at_zero == pytest.approx(1 / (1 + p_g), abs=1e-6)
    bar = right.patches[0]
    assert bar.get_height() == pytest.approx(2 * optimal_discriminator.numbers(1.5, 0.7)[0], abs=1e-6)
