"""Submissions of the real assignments: full, blank, and wrong in ways that students are wrong."""

import copy
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
WRONG = Path(__file__).parent / "wrong"
NAMES = sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))


def source(name):
    return nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", 4)


def released(name):
    return nbformat.read(ROOT / "assignments" / name / f"{name}.ipynb", 4)


def told(cell):
    return cell.metadata.get("nbgrader", {})


def points(name):
    """Most marks of each test of an assignment."""
    return {told(cell)["grade_id"]: told(cell)["points"] for cell in source(name).cells if told(cell).get("grade")}


def full(name):
    """The released assignment with every solution filled in."""
    notebook = released(name)
    solutions = {told(cell)["grade_id"]: cell.source for cell in source(name).cells if told(cell).get("solution")}
    for cell in notebook.cells:
        if told(cell).get("solution"):
            cell.source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", solutions[told(cell)["grade_id"]], flags=re.M)
    return notebook


def wrong(name):
    """Wrong answers of an assignment: {what is wrong: (notebook, tests that it loses)}.

    Each replaces the answer cell that defines the first name it defines; all else is right.
    """
    found = {}
    for part in (WRONG / f"{name}.txt").read_text().split("# %% ")[1:]:
        head, code = part.split("\n", 1)
        what, lost = head.split(": loses ")
        notebook = copy.deepcopy(full(name))
        defined = re.search(r"^(?:def|class) (\w+)|^(\w+) =", code, re.M)
        start = next(group for group in defined.groups() if group)
        pattern = re.compile(rf"^(?:def|class) {start}\b|^{start} =", re.M)
        cells = [c for c in notebook.cells if told(c).get("solution") and pattern.search(c.source)]
        assert len(cells) == 1, f"{what}: {len(cells)} answer cells define {start}"
        cells[0].source = code.strip()
        found[what] = (notebook, set(lost.split()))
    return found
