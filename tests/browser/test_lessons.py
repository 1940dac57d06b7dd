"""The lessons in JupyterLab: they run clean from top to bottom, and the keyboard moves their explorers."""

import nbformat
import pytest

from tools.badges import ROOT

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SECONDS = 300

pytestmark = [pytest.mark.browser, pytest.mark.timeout(2 * SECONDS)]


@pytest.fixture(params=LESSONS)
def lesson(request):
    return request.param


def committed(lesson):
    """The lesson's code cells, with the outputs that are committed."""
    return [cell for cell in nbformat.read(ROOT / "notebooks" / lesson, 4).cells if cell.cell_type == "code"]


def pictures(cell):
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


def explorers(cell):
    return sum("Explorer(" in output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def test_a_lesson_runs_and_its_explorers_move(open_notebook, lesson, capsys):
    cells = committed(lesson)
    page = open_notebook(f"notebooks/{lesson}")
    seconds, milliseconds = page.run_all(SECONDS), []
    assert page.numbers() == list(range(1, len(cells) + 1))
    assert page.errors() == []
    assert page.complaints == []
    shown = page.pictures()
    assert [seen["most"] for seen in shown] == [pictures(cell) for cell in cells]
    if any("SampleGrid(" in cell.source for cell in cells):
        # One display for a whole training, and several pictures in it, one after the other.
        assert max(seen["different"] / seen["most"] for seen in shown if seen["most"]) >= 3

    found = page.explorers()
    assert len(found) == sum(map(explorers, cells))
    for explorer in found:
        assert explorer.unnamed() == []
        assert explorer.reached_by_tab() == explorer.controls()
        before = explorer.look()
        milliseconds.append(explorer.move())
        after = explorer.look()
        assert after.text != before.text
        assert after.pixels != before.pixels
        assert after.alternative.startswith("Figure")
    assert page.errors() == []
    assert page.complaints == []
    with capsys.disabled():
        print(f"\n{lesson}: {seconds:.0f} s, and from a key to the new picture {[round(ms) for ms in milliseconds]} ms")
