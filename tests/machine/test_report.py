"""The check's tables."""

from dataclasses import replace
from html.parser import HTMLParser

from course_utils.lessons import LESSONS, minutes
from course_utils.machine.advice import Remark, remarks
from course_utils.machine.probe import REFERENCE_SECONDS, Probe
from course_utils.machine.report import Report
from tests.machine.examples import GOOD, QUIET


class Cells(HTMLParser):
    """Collects the text of every cell of a table, and the names of unclosed or wrongly closed tags."""

    def __init__(self, text):
        super().__init__()
        self.open, self.cells = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def report(facts=GOOD, probe=QUIET):
    return Report(facts, probe, tuple(remarks(facts, probe)))


def test_a_good_machine_is_ready():
    assert report().ready
    assert str(report()).startswith("Ready: this machine runs the lessons.\nnote  No GPU")


def test_one_that_lacks_something_is_not():
    poor = report(replace(GOOD, free=10**9))
    assert not poor.ready
    assert str(poor).startswith("Not ready yet: see to what is marked LOOK.\nLOOK  Only 1.0 GB")
    assert "<strong>LOOK:</strong> Only 1.0 GB" in poor._repr_html_()


def test_text_and_html_tell_the_same():
    text, cells = str(report()), Cells(report()._repr_html_()).cells
    for name, value in report().rows():
        assert f"{name:14} {value}" in text
        assert cells[cells.index(name) + 1] == value
    for lesson, row in zip(LESSONS, report().expectations(), strict=True):
        assert f"{lesson.number:02} {lesson.name[:29]}" in text
        at = cells.index(f"{lesson.number:02} {lesson.name}")
        assert cells[at + 1 : at + 3] == list(row[2:])


def test_a_machine_at_half_the_speed_needs_twice_the_time():
    rows = report(probe=Probe((2 * REFERENCE_SECONDS,) * 3)).expectations()
    assert [row[3] for row in rows] == [minutes(2 * lesson.seconds) for lesson in LESSONS]
    assert [row[2] for row in rows] == [minutes(lesson.seconds) for lesson in LESSONS]


def test_speed_tells_median_quartiles_and_number():
    speed = dict(report(probe=Probe((0.1, 0.3, 0.2, 0.4, 0.0))).rows())["speed"]
    assert speed.endswith("200 ms a repetition, half of the 5 between 100 and 300")
    assert speed.startswith(f"{REFERENCE_SECONDS / 0.2:.2g} times the reference machine's")


def test_where_nothing_starts_the_tables_say_so():
    broken = report(replace(GOOD, here=None, missing="No module named 'x'", free=None), None)
    rows = dict(broken.rows())
    assert rows["backend"] == "does not start"
    assert rows["free memory"] == "unknown"
    assert rows["speed"] == "not measured"
    assert {row[3] for row in broken.expectations()} == {"unknown"}


def test_html_is_escaped():
    shown = replace(report(), remarks=(Remark(True, "<b> & more"),))._repr_html_()
    assert "&lt;b&gt; &amp; more" in shown
