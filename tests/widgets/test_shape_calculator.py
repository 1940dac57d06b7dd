"""The shape calculator: sliders, picture, formula and warnings."""

import pytest

from course_utils.widgets import shape_calculator

PNG = b"\x89PNG\r\n"


@pytest.fixture
def shown():
    return shape_calculator.explorer()


def test_it_has_four_labelled_sliders_that_reach_alexnet(shown):
    assert [control.description for control in shown.controls.values()] == [
        "size I",
        "kernel N",
        "stride S",
        "padding P",
    ]
    for name, value in {"size": 227, "kernel": 11, "stride": 4, "padding": 2}.items():
        assert shown.controls[name].min <= value <= shown.controls[name].max


@pytest.mark.parametrize(("name", "value"), [("size", 9), ("kernel", 4), ("stride", 3), ("padding", 2)])
def test_a_moved_slider_changes_picture_and_text(shown, name, value):
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[name].value = value
    assert bytes(shown.picture.value).startswith(PNG)
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_conv1_of_alexnet_by_hand(shown):
    for name, value in {"size": 227, "kernel": 11, "stride": 4}.items():
        shown.controls[name].value = value
    assert shown.text.value == (
        "⌊(227 + 2·0 − 11) / 4⌋ + 1 = ⌊54⌋ + 1 = 55. The division is whole, and every pixel is touched."
    )


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ((224, 11, 4, 0), "⌊53.25⌋ + 1 = 54. Warning: the division is not whole, and 1 of the image's 224"),
        ((224, 11, 4, 2), "⌊54.25⌋ + 1 = 55. Warning: the division is not whole. Only padding is left over"),
        (
            (10, 2, 4, 0),
            "the division is whole, and 4 of the image's 10 columns, and as many rows, are never touched: the stride",
        ),
        ((8, 3, 2, 0), "1 of the image's 8 columns, and as many rows, are never touched: the kernel stops"),
        ((5, 9, 1, 1), "the kernel has 9 pixels a side, the padded input 5 + 2·1 = 7, so it fits nowhere"),
    ],
)
def test_warnings(case, said):
    text = shape_calculator.words(*case)
    assert said in text
    assert "Warning:" in text


def test_an_impossible_kernel_is_drawn_and_explained(shown):
    shown.controls["size"].value, shown.controls["kernel"].value = 2, 16
    assert bytes(shown.picture.value).startswith(PNG)
    assert shown.text.value.startswith("<b>Warning:</b> the kernel has 16 pixels")


@pytest.mark.parametrize("size", [1, 256])
@pytest.mark.parametrize("kernel", [1, 16])
@pytest.mark.parametrize("stride", [1, 8])
def test_the_ends_of_the_sliders_work(size, kernel, stride):
    shown = shape_calculator.explorer(size, kernel, stride, padding=8)
    assert bytes(shown.picture.value).startswith(PNG)
    assert "whole" in shown.text.value or "fits nowhere" in shown.text.value
