"""Small notebooks for the tests of the tools."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.badges import badge_address, repository

NAME = "01_lesson.ipynb"


def code(source, count=None, outputs=()):
    """Return a code cell; `outputs` are notebook outputs."""
    return new_code_cell(source, execution_count=count, outputs=list(outputs))


def prose(source="Why this is done."):
    """Return a cell of prose."""
    return new_markdown_cell(source)


def stream(text, name="stdout"):
    """Return what a cell printed."""
    return new_output("stream", name=name, text=text)


def clean_lesson():
    """Return a lesson of 41 cells that every check accepts."""
    cells = [prose(f"# A lesson\n[![Open in Colab](badge.svg)]({badge_address(NAME, repository())})")]
    for count in range(1, 21):
        cells += [code(f"print({count})", count, [stream(f"{count}\n")]), prose()]
    return new_notebook(cells=cells)


def write(folder, notebook, name=NAME):
    """Write a notebook into a folder and return its path."""
    path = folder / name
    nbformat.write(notebook, path)
    return path
