"""A small course for the grader's tests: one assignment of two questions, and submissions to it."""

import copy
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "hw0_powers"
SQUARE = "def square(x):\n    return x * x"
CUBE = "def cube(x):\n    return x**3"
HOSTILE = Path(__file__).parent / "hostile"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def told(name, **given):
    """nbgrader's metadata of a cell."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": plain | given}


def solved(code):
    """An answer's code with the marks by which nbgrader takes it out."""
    head, *body = code.split("\n")
    return "\n".join([head, "    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"])


def source():
    """The assignment's source notebook: `square` for 2 marks, `cube` for 3."""
    hidden = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
    square = "assert float(square(2)) == 4, 'square(2) is 4'\n" + hidden.format(
        "assert float(square(3)) == 9, 'try an odd number'"
    )
    cube = "assert float(cube(2)) == 8\n" + hidden.format("assert float(cube(-3)) == -27")
    cells = [
        new_markdown_cell("# Powers", metadata=told("title", locked=True)),
        new_code_cell("import numpy as np", metadata=told("imports", locked=True)),
        new_code_cell(solved(SQUARE), metadata=told("square", solution=True)),
        new_code_cell(square, metadata=told("test_square", grade=True, locked=True, points=2)),
        new_code_cell(solved(CUBE), metadata=told("cube", solution=True)),
        new_code_cell(cube, metadata=told("test_cube", grade=True, locked=True, points=3)),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def make_course(root):
    """Write the course's source into a folder."""
    folder = Path(root) / "solutions" / NAME
    folder.mkdir(parents=True)
    nbformat.write(source(), folder / f"{NAME}.ipynb")
    return Path(root)


def answered(square=SQUARE, cube=CUBE):
    """A submission as a student would hand it in, without the hidden tests."""
    notebook = copy.deepcopy(source())
    notebook.cells[2].source, notebook.cells[4].source = square, cube
    for cell in (notebook.cells[3], notebook.cells[5]):
        cell.source = cell.source.split("\n###")[0]
    return notebook


def hand_in(root, student, notebook, name=f"{NAME}.ipynb"):
    """Put a notebook, or a text that is none, where the grader looks for it; returns the file's path."""
    folder = Path(root) / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def hostile():
    """Hostile submissions by name: (answers, marks that they earn honestly, a word of what the instructor reads)."""
    found = {}
    for path in sorted(HOSTILE.glob("*.txt")):
        head, *cells = path.read_text(encoding="utf-8").split("# %%\n")
        lines = dict(line.removeprefix("# ").split(": ", 1) for line in head.strip().split("\n"))
        marks = tuple(float(mark) for mark in lines["Earns"].split(" and "))
        found[path.stem] = (cells, marks, lines["Reads"])
    return found
