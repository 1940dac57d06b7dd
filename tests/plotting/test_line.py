import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import plotting

X = np.linspace(-3, 3, 61)
P = np.exp(-(X**2) / 2) / np.sqrt(2 * np.pi)


def test_curves_keep_their_names_and_axis_settings():
    figure = plotting.curves(X, {"a": P, "b": 2 * P}, "x", "density", yscale="log")
    (axis,) = figure.axes
    assert [line.get_label() for line in axis.lines] == ["a", "b"]
    assert axis.get_yscale() == "log"
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("x", "density")
    assert axis.lines[1].get_ydata() == pytest.approx(2 * P)


def test_game_shows_the_value_on_its_scale():
    figure = plotting.game(X, P, P, np.full_like(X, 0.5), -np.log(4) + 0.4, 0.2)
    scale = figure.axes[1]
    assert scale.get_ylim() == pytest.approx((-np.log(4), 0))
    assert scale.patches[0].get_height() == pytest.approx(0.4)
    assert scale.patches[0].get_y() == pytest.approx(-np.log(4))
    assert "0.400" in scale.get_xlabel()


def test_moments_draw_one_panel_each_with_its_own_curves():
    seen = {f"step {i}": {"p_g": P * i, "D": {"D": P * i / 9, "D*": P / 2}} for i in range(5)}
    figure = plotting.moments(X, P, seen)
    panels = [axis for axis in figure.axes if axis.get_title()]
    assert [axis.get_title() for axis in panels] == list(seen)
    assert all(axis.get_ylim() == pytest.approx((0, 1.05 * 4 * P.max())) for axis in panels)
    discriminators = [axis for axis in figure.axes if axis.lines and axis.get_ylim() == pytest.approx((-0.02, 1.02))]
    assert len(discriminators) == 5
    assert discriminators[3].lines[0].get_ydata() == pytest.approx(P * 3 / 9)
    assert [text.get_text() for text in figure.legends[0].texts] == [r"$p_\mathrm{data}$", "$p_g$", "D", "D*"]


def test_figures_are_closed_for_pyplot():
    plt.close("all")
    plotting.curves(X, {"a": P}, "x", "y")
    plotting.moments(X, P, {"start": {"p_g": P, "D": {"D": P}}})
    assert plt.get_fignums() == []
