"""Runs lessons as on Google Colab: its packages, an empty folder, no repository, the course from the first cell.

Usage: python -m tools.colab [--imports] [--cell-seconds N] ENVIRONMENT FOLDER [LESSON]

ENVIRONMENT holds Colab's packages (`make setup-colab`). The notebooks stay as they are. With --imports only the first
two code cells run: the installation and the imports. Prints each lesson's seconds and peak memory, the slowest first.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from tools.colab.machine import Machine, publish
from tools.run_notebooks import LessonError, PeakMemory, choose, execute, named, run_each

# IPython adds this to every `%pip`, whatever was installed.
NOTE = "Note: you may need to restart the kernel to use updated packages."
# The course needs a newer Keras than Colab has; all else is taken as it is there.
INSTALLED = ["course_utils", "keras"]
# Of the 12.7 GB of Colab's free machines a GB is taken before a notebook starts.
MOST_BYTES = 11.7e9


def code_cells(notebook):
    """Return the indices of the cells that hold code."""
    return [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]


def keep_imports(notebook):
    """Cut a notebook off behind its second code cell; the first installs the course, the second imports it."""
    notebook.cells = notebook.cells[: code_cells(notebook)[1] + 1]


def said(cell):
    """Return what an installing cell printed beside IPython's usual note: pip's warnings and errors."""
    lines = "".join(output.get("text", "") for output in cell.outputs).splitlines()
    return "\n".join(line for line in lines if line.strip() and line != NOTE)


def run(path, machine, cell_seconds, imports):
    """Run one notebook on a new machine; return (seconds, peak bytes). Raise LessonError where anything is not well."""
    notebook = nbformat.read(path, as_version=4)
    if imports:
        keep_imports(notebook)
    first = code_cells(notebook)[0]
    started = time.perf_counter()
    try:
        with PeakMemory() as memory:
            execute(notebook, machine.content, cell_seconds, machine.kernels(), machine.environ)
    finally:
        if problem := said(notebook.cells[first]):
            print(f"{path.name}: {named(notebook, first)} printed:\n{problem}", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - started
    if problem:
        raise LessonError("the installation must be silent.")
    if machine.installed() != INSTALLED:
        raise LessonError(f"the first cell must install {INSTALLED}, and it installed {machine.installed()}.")
    if memory.peak > MOST_BYTES:
        raise LessonError(f"it took {memory.peak / 1e9:.1f} GB of memory: Colab's free machines have less.")
    return seconds, memory.peak


def main(arguments=None):
    """Run the chosen lessons, each on a new machine; leave with 1 where one fails, after all have run."""
    parser = argparse.ArgumentParser(description="Run lessons as on Google Colab.")
    parser.add_argument("--imports", action="store_true", help="only install and import, lesson by lesson")
    parser.add_argument("--cell-seconds", type=int, default=240, help="longest time one cell may take")
    parser.add_argument("environment", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("lesson", nargs="?", default="")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        published = Path(temporary).resolve() / "published.git"
        publish(published)

        def on_a_new_machine(path):
            folder = published.with_name(path.stem)
            folder.mkdir()
            machine = Machine(folder, chosen.environment.resolve(), published)
            machine.prepare()
            return run(path, machine, chosen.cell_seconds, chosen.imports)

        failed = run_each(choose(chosen.folder, chosen.lesson), on_a_new_machine)
    if failed:
        sys.exit(f"Failed as on Colab: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
