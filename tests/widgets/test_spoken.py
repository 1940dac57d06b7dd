"""Names for screen readers: what stands in the page. tests/browser looks at what they do there."""

from html.parser import HTMLParser

import pytest

from course_utils.widgets import optimal_discriminator
from course_utils.widgets.spoken import SCRIPT, Spoken


class Elements(HTMLParser):
    """The attributes of every element."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.mark.parametrize("text", ["Figure: one panel.", 'a "quoted" <b>title</b> & more', "it's"])
def test_a_text_arrives_as_it_is(text):
    spoken = Spoken()
    spoken.tell(text)
    [(tag, attributes)] = Elements(spoken.value).found
    assert tag == "img"
    assert attributes["data-picture"] == text
    assert attributes["onload"] == SCRIPT
    assert attributes["alt"] == ""
    assert "hidden" in attributes


def test_an_explorer_tells_of_the_picture_that_it_shows():
    shown = optimal_discriminator.explorer(mean=1.5)
    before = shown.spoken.value
    assert "Figure: " in before
    shown.controls["mean"].value = 0.0
    assert shown.spoken.value != before


def test_nothing_of_it_takes_room():
    assert optimal_discriminator.explorer().spoken.layout.display == "none"
