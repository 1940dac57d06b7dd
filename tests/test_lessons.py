"""The catalogue of lessons agrees with the notebooks and with the README."""

import json
import re
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from course_utils import lessons
from course_utils.lessons import LESSONS
from course_utils.plotting.lesson_picture import words

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e-?\d+)?")
# A page was timed in other runs than the catalogue, on a machine that is never quite idle.
TOLERANCE = 0.25

by_number = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: f"{lesson.number:02}")


def cells(lesson):
    # As JSON: the other backends' environment has no notebooks.
    return json.loads((ROOT / "notebooks" / lesson.file).read_text(encoding="utf-8"))["cells"]


def head(lesson):
    return "".join(cells(lesson)[0]["source"])


def printed(lesson):
    """Return all text that a lesson's committed run printed."""
    outputs = (output for cell in cells(lesson) for output in cell.get("outputs", []))
    return "\n".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


def stated(source):
    """Return a page's own times in seconds, as a list, and its memory in GB."""
    line = re.search(r"^\*\*Time and memory:\*\*(.*? GB)\b", source, re.MULTILINE)[1]
    *seconds, gigabytes = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", line))
    return seconds, gigabytes


def cycle_free(catalogue):
    """Return the numbers in an order in which each comes after what it builds on; a cycle is an error."""
    return list(TopologicalSorter({lesson.number: lesson.builds_on for lesson in catalogue}).static_order())


def agrees(claim, number):
    """Tell whether a number as it was printed rounds to one as it is claimed, "97%" or "0.041"."""
    scale = 100 if claim.endswith("%") else 1
    digits = len(claim.rstrip("%").partition(".")[2])
    return abs(scale * number - float(claim.rstrip("%"))) <= 0.5001 * 10**-digits


def unfounded(shows, text):
    """Return the numbers in a sentence that no number of a text rounds to."""
    known = [float(number) for number in NUMBER.findall(text)]
    claims = re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?:e-\d+)?%?", shows)
    exact = {number for number in claims if "e" in number and float(number) in known}
    return [claim for claim in claims if claim not in exact and not any(agrees(claim, number) for number in known)]


def test_every_lesson_is_in_the_catalogue_in_order():
    files = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert files == ["00_start_here.ipynb", *(lesson.file for lesson in LESSONS)]
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert all(lesson.file.startswith(f"{lesson.number:02}_") for lesson in LESSONS)


@by_number
def test_title_is_the_notebooks(lesson):
    assert head(lesson).splitlines()[0] == f"# {lesson.number:02} · {lesson.title}"


@by_number
def test_a_lesson_builds_on_earlier_ones(lesson):
    assert all(1 <= number < lesson.number for number in lesson.builds_on)


def test_no_lesson_builds_on_itself_by_a_detour():
    assert sorted(cycle_free(LESSONS)) == [lesson.number for lesson in LESSONS]
    with pytest.raises(ValueError, match="cycle"):
        cycle_free([replace(LESSONS[0], builds_on=(2,)), LESSONS[1]])


@by_number
def test_time_and_memory_are_the_pages_own(lesson):
    seconds, gigabytes = stated(head(lesson))
    assert (1 - TOLERANCE) * min(seconds) <= lesson.seconds <= (1 + TOLERANCE) * max(seconds)
    assert gigabytes == pytest.approx(lesson.megabytes / 1000, abs=0.1001)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("about 15 seconds on two CPU cores, and 0.8 GB. Nothing in 3 s.", ([15], 0.8)),
        ("55 to 85 seconds on two CPU cores, depending, and 1.1 GB.", ([55, 85], 1.1)),
        ("70 to 90 seconds on two CPU cores; 1.1 GB of memory at the most.", ([70, 90], 1.1)),
        ("51 seconds on two idle CPU cores, up to 134 with other work, and 1.3 GB.", ([51, 134], 1.3)),
    ],
)
def test_stated_reads_every_wording(line, expected):
    assert stated(f"# A\n\n**Time and memory:** {line}") == expected


@by_number
def test_what_a_lesson_shows_was_printed_by_its_run(lesson):
    assert unfounded(lesson.shows, printed(lesson)) == []


def test_a_number_that_was_not_printed_is_found():
    assert unfounded("97% and 0.041, at most 1e-05, 12 of 3", "0.9691 0.0409 1e-05 3") == ["12"]
    assert unfounded("98%", "0.969") == ["98%"]


@by_number
def test_readme_has_its_row(lesson):
    number, place = f"{lesson.number:02}", f"notebooks/{lesson.file}"
    start = f"| [{number} {lesson.title}]({place}): {lesson.teaches} ([Colab]("
    rows = [line for line in README.splitlines() if line.startswith(start)]
    assert len(rows) == 1
    assert re.search(rf'\| <img src="docs/images/{number}\.png" width="260" alt="[^"]+"> \|', rows[0])
    assert rows[0].endswith(f"| {lessons.minutes(lesson.seconds)} | {lesson.shows} |")


def test_readme_shows_the_map_and_says_what_is_on_it():
    assert f"![Map of the lessons. {words()}](docs/images/map.svg)" in README


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1, "½ min"), (30, "½ min"), (31, "1 min"), (84, "1½ min"), (600, "10 min"), (601, "11 min"), (3000, "50 min")],
)
def test_minutes_are_rounded_up(seconds, text):
    assert lessons.minutes(seconds) == text


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must be over 0. Received:"):
        lessons.minutes(seconds)
