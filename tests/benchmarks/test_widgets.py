"""What the benchmark of the explorers moves, and that it refuses an explorer that does not answer."""

import ipywidgets
import matplotlib.pyplot as plt
import pytest

from benchmarks.widgets import moved, timed
from course_utils.widgets.explorer import Explorer, whole


@pytest.fixture
def explorer():
    def draw(n):
        figure, axis = plt.subplots(figsize=(1, 1))
        axis.plot([0, n])
        plt.close(figure)
        return figure, f"n = {n}"

    return Explorer(draw, n=whole("n", 1, 0, 3))


@pytest.mark.parametrize(
    ("control", "value"),
    [
        (ipywidgets.IntSlider(value=3, min=0, max=4), 4),
        (ipywidgets.IntSlider(value=4, min=1, max=4), 1),
        (ipywidgets.Dropdown(options=[("a", 1), ("b", 2)], value=2), 1),
    ],
)
def test_the_next_value_comes_round(control, value):
    assert moved(control) == value


def test_every_move_is_timed(explorer):
    seconds = timed(explorer, 5)
    assert len(seconds) == 5
    assert min(seconds) > 0
    assert explorer.controls["n"].value == 2


def test_an_explorer_that_draws_nothing_is_named(explorer, monkeypatch):
    monkeypatch.setattr(type(explorer.picture), "value", property(lambda self: b"", lambda self, value: None))
    with pytest.raises(RuntimeError, match="moved to 2, and nothing was drawn"):
        timed(explorer, 1)
