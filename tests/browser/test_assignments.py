"""An assignment in JupyterLab: a student answers and validates it, an instructor sees its marks."""

import re

import nbformat
import pytest

from tools.badges import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FILE = "hw1_shapes_and_losses/hw1_shapes_and_losses.ipynb"
FAILED = "The following cell failed:"
SUCCESS = "Success! Your notebook passes all the tests."
FIRST_ANSWER = [
    "places = (size + 2 * padding - kernel) // stride + 1",
    "if places > 0: return places",
    'raise ValueError(f"a kernel of {kernel} does not fit")',
]


def cells(folder, kind):
    """Code cells of hw1 by their number among the code cells, for those that nbgrader calls a `solution` or `grade`."""
    code = [cell for cell in nbformat.read(ROOT / folder / FILE, 4).cells if cell.cell_type == "code"]
    return {i: cell for i, cell in enumerate(code) if cell.metadata.nbgrader[kind]}


def answered(cell):
    """A solution as a student would hand it in."""
    return "\n".join(line for line in cell.source.splitlines() if not re.match(r"\s*### (BEGIN|END) SOLUTION", line))


def complaints(lab):
    """What the terminal shows beyond information and the address: not the news that a notebook is not trusted yet."""
    lines = re.findall(r"^\[(?:[WEC] |.*WARNING).*", lab.log.read_text(), re.MULTILINE)
    return [line for line in lines if not line.endswith(("is not trusted", "ServerApp] "))]


def test_a_student_answers_and_validates(open_notebook, lab):
    page = open_notebook(f"assignments/{FILE}")
    answers, tests = cells("solutions", "solution"), cells("assignments", "grade")
    first = min(answers)
    page.run(0)
    page.run(first)
    page.run(first + 1)
    assert "NotImplementedError" in page.errors(first + 1)[0]

    page.type_over(first, 2, FIRST_ANSWER)
    page.run(first)
    page.run(first + 1)
    page.run(first + 2)
    assert [page.errors(first + i) for i in range(3)] == [[], [], []]

    told = page.validate()
    unanswered = [cell.source for i, cell in tests.items() if i > first + 2]
    assert told.count(FAILED) == len(unanswered) == len(tests) - 2
    assert all(source.splitlines()[0] in told for source in unanswered)
    page.dismiss()

    for number, cell in answers.items():
        page.write(number, answered(cell))
    assert page.validate().strip() == SUCCESS
    page.dismiss()
    assert page.complaints == []
    assert page.refused == []
    assert complaints(lab) == []


def test_an_instructor_sees_marks(open_notebook, lab):
    notebook = nbformat.read(ROOT / "solutions" / FILE, 4)
    page = open_notebook(f"solutions/{FILE}")
    page.menu("Nbgrader", "Create assignment")
    panel = page.page.locator(".nbgrader-NotebookPanelWidget")
    panel.locator(".nbgrader-CellWidget").last.wait_for()
    told = [cell.metadata.nbgrader for cell in notebook.cells]
    names = [box.input_value() for box in panel.locator(".nbgrader-CellId input").all()]
    marks = [box.input_value() for box in panel.locator(".nbgrader-CellPoints input").all()]
    assert names == [cell.grade_id for cell in told]
    assert marks == [f"{cell.points if cell.grade else 0}" for cell in told]
    assert panel.locator(".nbgrader-TotalPointsInput").input_value() == "20"
    assert page.complaints == []


def test_the_menu_offers_nothing_that_needs_an_exchange(open_notebook):
    page = open_notebook(f"assignments/{FILE}").page
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    shown = [entry for entry in page.locator(".lm-Menu-itemLabel").all() if entry.is_visible()]
    assert [entry.inner_text() for entry in shown] == ["Formgrader", "Create assignment"]


def test_formgrader_lists_every_assignment(open_notebook, course):
    page = open_notebook(f"solutions/{FILE}")
    page.menu("Nbgrader", "Formgrader")
    rows = page.page.frame_locator("iframe").locator("table tbody tr td:first-child")
    rows.nth(5).wait_for(timeout=60_000)
    assert rows.all_inner_texts() == sorted(path.name for path in (course / "solutions").iterdir())
