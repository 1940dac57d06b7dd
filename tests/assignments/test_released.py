"""What students get: made from the sources, whole, and without what they may not see."""

import ast
import filecmp
import re

import pytest

from course_utils.grading.release import release
from tests.assignments.answers import NAMES, ROOT, points, released, source, told


def code_lines(text):
    return {line.strip() for line in text.split("\n") if line.strip() and not line.strip().startswith("#")}


def regions(text, what):
    return "\n".join(re.findall(rf"### BEGIN {what}\n(.*?)### END {what}", text, re.S))


def test_regenerating_changes_nothing(tmp_path):
    assert release(ROOT, tmp_path / "assignments") == NAMES
    compared = filecmp.dircmp(tmp_path / "assignments", ROOT / "assignments")
    assert compared.left_only == compared.right_only == []
    for name in NAMES:
        made, kept = (folder / "assignments" / name / f"{name}.ipynb" for folder in (tmp_path, ROOT))
        assert made.read_text() == kept.read_text(), f"{name}: run `make assignments`"


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_and_no_hidden_test_is_in_it(name):
    secret = set()
    for cell in source(name).cells:
        secret |= code_lines(regions(cell.source, "SOLUTION")) | code_lines(regions(cell.source, "HIDDEN TESTS"))
    shown = set().union(*(code_lines(cell.source) for cell in released(name).cells))
    # A line that students see elsewhere anyway, such as `else:`, is no secret.
    open_lines = set().union(*(code_lines(_without_regions(cell.source)) for cell in source(name).cells))
    assert secret
    assert (secret & shown) - open_lines == set()
    text = (ROOT / "assignments" / name / f"{name}.ipynb").read_text()
    assert "BEGIN HIDDEN" not in text
    assert "BEGIN SOLUTION" not in text


def _without_regions(text):
    return re.sub(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1", "", text, flags=re.S)


@pytest.mark.parametrize("name", NAMES)
def test_it_states_marks_effort_and_hints(name):
    words = [cell.source for cell in released(name).cells if cell.cell_type == "markdown"]
    assert re.search(r"\*\*Effort:\*\* about", words[0])
    stated = [int(number) for number in re.findall(r"^## .*\((\d+) marks?\)", "\n".join(words), re.M)]
    assert sum(stated) == sum(points(name).values())
    assert f"**Marks:** {sum(stated)}." in words[0]
    questions = [text for text in words if text.startswith("## ")]
    assert all(text.count("<details><summary>Hint") >= 2 for text in questions)


@pytest.mark.parametrize("name", NAMES)
def test_every_test_has_a_visible_and_a_hidden_part_with_hints(name):
    for cell in source(name).cells:
        if not told(cell).get("grade"):
            continue
        hidden = regions(cell.source, "HIDDEN TESTS")
        assert hidden, told(cell)["grade_id"]
        assert code_lines(_without_regions(cell.source)), told(cell)["grade_id"]
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Assert):
                assert isinstance(node.msg, ast.Constant), f"{told(cell)['grade_id']}: {ast.unparse(node)} has no hint"


@pytest.mark.parametrize("name", NAMES)
def test_it_needs_nothing_beside_it(name):
    assert [path.name for path in (ROOT / "assignments" / name).iterdir()] == [f"{name}.ipynb"]
    assert all(cell.get("outputs", []) == [] for cell in released(name).cells)
