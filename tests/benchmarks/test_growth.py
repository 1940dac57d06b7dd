"""How the growth benchmark fits and draws."""

import numpy as np
import pytest

from benchmarks import growth
from benchmarks.loops import keras_networks
from benchmarks.loops.floor import step_multiply_adds
from course_utils.plotting.words import alternative_text


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_is_that_of_a_power_law(power):
    work = np.array([1e6, 1e7, 3e8])
    assert growth.exponent(work, 5 * work**power) == pytest.approx(power)


def test_twice_the_batch_is_twice_the_work_and_twice_the_width_about_four_times():
    cases = growth.cases()
    assert cases["batch size"][64] == cases["width"][32] == cases["image size"][32] == growth.USUAL
    work = {
        name: [step_multiply_adds("dcgan", case, keras_networks.build("dcgan", case)) for case in list(of.values())[:2]]
        for name, of in cases.items()
    }
    assert work["batch size"][1] == 2 * work["batch size"][0]
    assert 2 < work["width"][1] / work["width"][0] < 4


def test_the_figure_names_every_curve_with_its_exponent():
    rows = [{"multiply_adds": 10**6 * n, "ms": 2.0 * n} for n in (1, 4)]
    results = {
        name: {"exponent": 1.0, "rows": [row | {name: 8 * (i + 1)} for i, row in enumerate(rows)]}
        for name in growth.cases()
    }
    axis = growth.figure(results).axes[0]
    labels = [text.get_text() for text in axis.get_legend().get_texts()]
    assert labels[0] == "batch size, 8 to 16: exponent 1.00"
    assert len(labels) == 4
    np.testing.assert_allclose(axis.lines[-1].get_ydata(), [2, 8])
    assert "multiply-adds a step" in alternative_text(growth.figure(results))
