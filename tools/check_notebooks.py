"""Checks that the lessons are committed clean and keep to the course's measure.

Usage: python -m tools.check_notebooks FOLDER

Each check is a generator over one notebook that yields (cell number or None, what is wrong and what to do).
Cells count from 1. A page whose number is 00 leads to the lessons and is none: what measures a lesson spares it.
"""

import json
import re
import statistics
import sys
from pathlib import Path

import nbformat

from tools.badges import badge_address, repository, rewrite

ROOT = Path(__file__).resolve().parent.parent
RUN = "run `make notebooks LESSON={}`"
CELLS = range(40, 66)
LONGEST_CELL = 30
MEDIAN_CELL = 10
MOST_CODE = 400
MOST_CODE_CELLS_IN_A_ROW = 2
MACHINE_PATH = re.compile(rf"(?:/home/|/Users/|/root/|/tmp/|[A-Z]:\\+Users\\|{re.escape(str(ROOT))})[^\s\"']*")
CODE_OR_ADDRESS = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)
PLACEHOLDER = re.compile(r"\b(?:TODO|[A-Z]{2,}_[A-Z_]{2,})\b")
IMAGE_WITHOUT_TEXT = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=[\"'][^\"'])[^>]*>")


def code_cells(notebook):
    """Yield (number, cell) of every code cell that holds code."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def code_lines(cell):
    """Count the lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def check_widgets(notebook, name):
    """Saved widget state makes a page that code-hosting sites refuse to show."""
    if "widgets" in notebook.metadata:
        yield None, f"metadata holds widget state: {RUN.format(name)}, which leaves it out"


def check_outputs(notebook, name):
    """A committed lesson ran without errors and without warnings."""
    for number, cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield number, f"ended in {output.ename}: {output.evalue}; mend the cell and {RUN.format(name)}"
            if output.output_type == "stream" and output.name == "stderr":
                yield number, f"wrote to stderr: {output.text.strip()[:80]!r}; remove the cause and {RUN.format(name)}"


def check_counts(notebook, name):
    """Execution counts 1..n prove one run from top to bottom."""
    for expected, (number, cell) in enumerate(code_cells(notebook), 1):
        if cell.execution_count != expected:
            yield number, f"has execution count {cell.execution_count}, expected {expected}: {RUN.format(name)}"
            return


def is_lesson(name):
    """Tell whether a notebook is a lesson by its number: these count from 01."""
    return not name.startswith("00_")


def check_length(notebook, name):
    """Forty to sixty-five cells make a lesson."""
    if is_lesson(name) and len(notebook.cells) not in CELLS:
        yield None, f"has {len(notebook.cells)} cells: {CELLS[0]} to {CELLS[-1]} make a lesson"


def check_code(notebook, name):
    """Little code, and little in each cell."""
    sizes = []
    for number, cell in code_cells(notebook):
        sizes.append(code_lines(cell))
        if sizes[-1] > LONGEST_CELL:
            yield number, f"has {sizes[-1]} lines of code: divide it, {LONGEST_CELL} are the most"
    if sum(sizes) > MOST_CODE:
        yield None, f"has {sum(sizes)} lines of code: move some to course_utils, {MOST_CODE} are the most"
    if sizes and statistics.median(sizes) > MEDIAN_CELL:
        median = statistics.median(sizes)
        yield None, f"has a median of {median:g} lines per code cell: divide the longer, {MEDIAN_CELL} is the most"


def check_prose(notebook, name):
    """Code never runs on without a word in between."""
    in_a_row = 0
    for number, cell in enumerate(notebook.cells, 1):
        in_a_row = in_a_row + 1 if cell.cell_type == "code" else 0
        if in_a_row == MOST_CODE_CELLS_IN_A_ROW + 1:
            yield (
                number,
                f"is code cell {in_a_row} in a row: put prose before it, {MOST_CODE_CELLS_IN_A_ROW} are the most",
            )


def check_alternative_text(notebook, name):
    """A picture says in words what it shows; a figure of `course_utils.plotting` brings its text with it."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown" and IMAGE_WITHOUT_TEXT.search(cell.source):
            yield number, "shows a picture without alternative text: say in its alt text what is seen"
        for output in cell.get("outputs", []):
            described = output.get("metadata", {}).get("image/png", {}).get("alt")
            if "image/png" in output.get("data", {}) and not described:
                yield number, "shows a figure without alternative text: make it by a function of course_utils.plotting"


def check_placeholders(notebook, name):
    """Nothing in prose still waits for its text or its number."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown" and (found := PLACEHOLDER.search(CODE_OR_ADDRESS.sub("", cell.source))):
            yield number, f"holds the placeholder {found[0]}: write what belongs there"


def printed(cell):
    """Return the text of a cell's outputs and metadata, without pictures."""
    parts = [json.dumps(cell.metadata)]
    for output in cell.get("outputs", []):
        parts.append(output.get("text", ""))
        parts.extend(str(value) for kind, value in output.get("data", {}).items() if not kind.startswith("image/"))
    return "\n".join(parts)


def check_machine_paths(notebook, name):
    """Nothing tells on whose machine the lesson ran."""
    if path := MACHINE_PATH.search(json.dumps(notebook.metadata)):
        yield None, f"metadata holds the path {path[0]}: {RUN.format(name)}, which leaves it out"
    for number, cell in enumerate(notebook.cells, 1):
        if path := MACHINE_PATH.search(printed(cell)):
            yield number, f"holds the path {path[0]} of one machine: print a relative path"


def check_addresses(notebook, name):
    """The badge stands at the top, and every address is the repository's."""
    owner_and_name = repository()
    for number, cell in enumerate(notebook.cells, 1):
        if rewrite(cell.source, owner_and_name) != cell.source:
            yield number, f"holds another repository's address than {owner_and_name}: run `make badges`"
    address = badge_address(name, owner_and_name)
    if not notebook.cells or address not in rewrite(notebook.cells[0].source, owner_and_name):
        yield 1, f"has no Colab badge: link {address}"


CHECKS = (
    check_widgets,
    check_outputs,
    check_counts,
    check_length,
    check_code,
    check_prose,
    check_alternative_text,
    check_placeholders,
    check_machine_paths,
    check_addresses,
)


def problems(path):
    """Return one line for everything that is wrong with one notebook."""
    notebook = nbformat.read(path, as_version=4)
    found = [problem for check in CHECKS for problem in check(notebook, path.name)]
    return [f"{path}: {'' if cell is None else f'cell {cell} '}{what}" for cell, what in found]


def main(folder):
    """Check a folder's notebooks; leave with 1 where anything is wrong or nothing is there."""
    paths = sorted(Path(folder).glob("*.ipynb"))
    if not paths:
        sys.exit(f"No notebook in {folder}: expected the lessons there.")
    found = [line for path in paths for line in problems(path)]
    if found:
        sys.exit("\n".join(found))
    print(f"{len(paths)} notebooks are clean.")


if __name__ == "__main__":
    main(sys.argv[1])
