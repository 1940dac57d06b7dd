"""The map in a notebook: the picture with a link on every box."""

import base64
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_utils.lessons import LESSONS
from course_utils.plotting.lesson_map import lesson_map
from course_utils.plotting.lesson_picture import BOX_HEIGHT, BOX_WIDTH, corner, size, svg, words

ROOT = Path(__file__).resolve().parents[2]


class Tags(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return [attributes for tag, attributes in self.found if tag == name]


def tags(folder=""):
    return Tags(lesson_map(folder)._repr_html_())


def test_every_box_leads_to_its_notebook():
    assert [link["href"] for link in tags().named("a")] == [lesson.file for lesson in LESSONS]
    assert all((ROOT / "notebooks" / link["href"]).is_file() for link in tags().named("a"))


def test_the_folder_comes_before_the_names():
    assert tags("https://example.org/a/").named("a")[0]["href"] == "https://example.org/a/01_cnn_operations.ipynb"


@pytest.mark.parametrize("folder", ["notebooks", "https://example.org/a"])
def test_a_folder_without_its_slash_is_refused(folder):
    with pytest.raises(ValueError, match=f"folder must be empty or end in a slash. Received: folder='{folder}'"):
        lesson_map(folder)


def test_a_link_lies_on_its_box():
    width, height = size()
    for lesson, link in zip(LESSONS, tags().named("a"), strict=True):
        place = {key: float(value) for key, value in re.findall(r"(left|top|width|height): ([\d.]+)%", link["style"])}
        x, y = corner(lesson.number)
        assert place["left"] * width / 100 == pytest.approx(x, abs=0.1)
        assert place["top"] * height / 100 == pytest.approx(y, abs=0.1)
        assert place["width"] * width / 100 == pytest.approx(BOX_WIDTH, abs=0.1)
        assert place["height"] * height / 100 == pytest.approx(BOX_HEIGHT, abs=0.1)


def test_a_link_has_a_name():
    text = unescape(re.sub(r"<[^>]*>", "\n", lesson_map()._repr_html_()))
    for lesson in LESSONS:
        assert f"{lesson.number:02} {lesson.title}, " in text


def test_the_picture_is_the_committed_one_with_its_words():
    (image,) = tags().named("img")
    assert image["alt"] == f"Map of the lessons. {words()}"
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == svg()
