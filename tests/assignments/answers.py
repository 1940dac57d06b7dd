"""Submissions of the real assignments: full, blank, and wrong in ways that students are wrong."""

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
    """Wrong answers of an assignment: {what is wrong: (number of the cell, its code, tests that it loses)}.

    Each replaces the answer cell that defines the first name it defines.
    """
    found, cells = {}, full(name).cells
    for part in (WRONG / f"{name}.txt").read_text().split("# %% ")[1:]:
        head, code = part.split("\n", 1)
        what, lost = head.split(": loses ")
        defined = re.search(r"^(?:def|class) (\w+)|^(\w+) =", code, re.M)
        start = next(group for group in defined.groups() if group)
        pattern = re.compile(rf"^(?:def|class) {start}\b|^{start} =", re.M)
        places = [i for i, cell in enumerate(cells) if told(cell).get("solution") and pattern.search(cell.source)]
        assert len(places) == 1, f"{what}: {len(places)} answer cells define {start}"
        found[what] = (places[0], code.strip(), set(lost.split()))
    return found


def answered(name, *mistakes):
    """The full answers with some of `wrong(name)` in their place: a notebook, and the tests that it loses."""
    notebook, lost = full(name), set()
    for place, code, costs in mistakes:
        notebook.cells[place].source = code
        lost |= costs
    return notebook, lost


def together(name):
    """Wrong answers in as few groups as serve: in a group, all are to other questions, lose other tests, and none calls
    what another defines.

    A kernel with Keras takes seconds to start, so a hundred wrong answers take minutes one by one.
    """
    groups = []
    for what, mistake in wrong(name).items():
        free = (group for group in groups if all(_apart(mistake, other) for other in group.values()))
        group = next(free, None)
        if group is None:
            groups.append(group := {})
        group[what] = mistake
    return groups


def _apart(one, other):
    (place, code, lost), (other_place, other_code, other_lost) = one, other
    calls = any(
        re.search(rf"\b{name}\b", b) for a, b in ((code, other_code), (other_code, code)) for name in _defined(a)
    )
    return place != other_place and not lost & other_lost and not calls


def _defined(code):
    return re.findall(r"^(?:def|class) (\w+)", code, re.M)
