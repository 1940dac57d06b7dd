"""Controls above a picture and a line of text."""

import ipywidgets
import matplotlib.pyplot as plt
import pytest

from course_utils.widgets.explorer import Explorer, choice, real, whole

PNG = b"\x89PNG\r\n"


def line(slope, colour):
    figure, axis = plt.subplots()
    axis.plot([0, 1], [0, slope], color=colour)
    axis.set_ylim(-5, 5)
    plt.close(figure)
    return figure, f"slope {slope} in {colour}"


@pytest.fixture
def shown():
    return Explorer(line, slope=whole("slope", 1, -3, 3), colour=choice("colour", ["black", "red"]))


def test_controls_stand_above_picture_and_text(shown):
    assert isinstance(shown, ipywidgets.VBox)
    kinds = [type(child).__name__ for child in shown.children]
    assert kinds == ["IntSlider", "Dropdown", "Image", "HTML", "Spoken"]


def test_it_draws_at_once(shown):
    assert bytes(shown.picture.value).startswith(PNG)
    assert shown.text.value == "slope 1 in black"


@pytest.mark.parametrize(("name", "value"), [("slope", -2), ("colour", "red")])
def test_a_moved_control_changes_picture_and_text(shown, name, value):
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[name].value = value
    assert bytes(shown.picture.value).startswith(PNG)
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_controls_have_names_and_ranges():
    slider = real("epsilon", 0.1, 0.0, 0.5, step=0.01)
    assert (slider.description, slider.min, slider.max, slider.readout_format) == ("epsilon", 0.0, 0.5, ".2f")
    assert real("mean", 0.0, -1.0, 1.0).readout_format == ".1f"
    assert whole("kernel", 3, 1, 7).value == 3
    assert choice("kernel", {"blur": 1, "edges": 2}).value == 1
    assert choice("kernel", {"blur": 1, "edges": 2}, value=2).value == 2
