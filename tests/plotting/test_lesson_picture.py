"""The map's picture: what stands on it, where, and that the committed file is this one."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from course_utils.lessons import LESSONS, minutes
from course_utils.plotting import lesson_picture as picture

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
EDGES = [(parent, lesson.number) for lesson in LESSONS for parent in lesson.builds_on]


@pytest.fixture(scope="module")
def tree():
    return ElementTree.fromstring(picture.svg())


def luminance(colour):
    """Relative luminance of a colour such as `#0072b2`, after WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_committed_file_is_up_to_date():
    committed = (ROOT / "docs" / "images" / "map.svg").read_text(encoding="utf-8")
    assert committed == picture.svg(), "run `make map`"


def test_every_lesson_has_a_place_of_its_own():
    assert set(picture.PLACES) == {lesson.number for lesson in LESSONS}
    assert len(set(picture.PLACES.values())) == len(LESSONS)


@pytest.mark.parametrize(("parent", "child"), EDGES)
def test_arrows_cross_no_box(parent, child):
    # Between two neighbouring rows there is nothing but arrows.
    assert picture.PLACES[child][1] == picture.PLACES[parent][1] + 1


def test_there_is_an_arrow_for_everything_that_is_built_on(tree):
    lines = [path.get("d") for path in tree.iter(f"{SVG}path") if path.get("fill") == "none"]
    ends = []
    for line in lines:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", line)]
        ends.append((box_at(*numbers[:2]), box_at(numbers[-2], numbers[-1] + 11)))
    assert sorted(ends) == sorted(EDGES)


def box_at(x, y):
    """Return the lesson in whose box, edges included, a point lies."""
    for number in picture.PLACES:
        left, top = picture.corner(number)
        if left <= x <= left + picture.BOX_WIDTH and top <= y <= top + picture.BOX_HEIGHT:
            return number
    raise AssertionError(f"No box at {x}, {y}.")


def test_each_box_tells_number_time_and_name(tree):
    texts = " ".join(text.text for text in tree.iter(f"{SVG}text"))
    for lesson in LESSONS:
        assert f"{lesson.number:02} {minutes(lesson.seconds)} {lesson.name}" in texts


def test_text_stays_inside_its_box(tree):
    frames = [[float(rect.get(key)) for key in ("x", "y", "width", "height")] for rect in tree.iter(f"{SVG}rect")]
    for text in tree.iter(f"{SVG}text"):
        # DejaVu Sans, which comes with matplotlib, is wider than what most systems show.
        font = FontProperties(family="DejaVu Sans", weight="bold" if text.get("font-weight") else "normal")
        width = TextPath((0, 0), text.text, size=float(text.get("font-size")), prop=font).get_extents().width
        anchor = {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        left, base = float(text.get("x")) - anchor * width, float(text.get("y"))
        assert any(x <= left and left + width <= x + w and y + 10 <= base <= y + h - 4 for x, y, w, h in frames), (
            f"{text.text!r} leaves its box"
        )


def test_nothing_lies_outside_the_picture(tree):
    width, height = picture.size()
    assert tree.get("viewBox") == f"0 0 {width} {height}"
    for rect in tree.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        assert 0 < x < x + w < width
        assert 0 < y < y + h < height


def test_it_has_a_text_alternative(tree):
    assert tree.get("role") == "img"
    named = [tree.find(f"*[@id='{name}']") for name in tree.get("aria-labelledby").split()]
    assert [element.tag for element in named] == [f"{SVG}title", f"{SVG}desc"]
    assert named[1].text == picture.words()


def test_words_tell_every_lesson_and_arrow():
    assert "10 Feature visualisation: builds on 03 and 05." in picture.words()
    assert "04 The vanilla GAN: a place to start." in picture.words()


def test_colours_stand_off_in_light_and_dark():
    assert contrast(picture.INK, picture.PAPER) >= 7
    for ground in ("#ffffff", "#111111"):
        assert contrast(picture.ARROW, ground) >= 3


def test_letters_are_readable_at_phone_width(tree):
    # 360 points across, less what a page keeps at its edges.
    smallest = min(float(text.get("font-size")) for text in tree.iter(f"{SVG}text"))
    assert smallest * 340 / picture.size()[0] >= 10
