"""Carries the repository's address from pyproject.toml, the one place where it stands, into lessons and README.

Usage: python -m tools.badges FILE_OR_FOLDER ...
"""

import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
COLAB = "https://colab.research.google.com/github/"
ADDRESSES = re.compile(rf"({re.escape(COLAB)}|git\+https://github\.com/)[\w.-]+/[\w-]+")


def repository():
    """Return the repository's "owner/name"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].removeprefix("https://github.com/")


def badge_address(notebook, owner_and_name):
    """Return the address that opens a lesson on Colab."""
    return f"{COLAB}{owner_and_name}/blob/main/notebooks/{notebook}"


def rewrite(text, owner_and_name):
    """Return the text with every Colab and `pip install git+` address pointing at the repository."""
    return ADDRESSES.sub(lambda match: match[1] + owner_and_name, text)


def rewrite_notebook(path, owner_and_name):
    """Rewrite the addresses in one notebook's sources; return whether anything changed."""
    notebook = nbformat.read(path, as_version=4)
    before = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        cell.source = rewrite(cell.source, owner_and_name)
    changed = before != [cell.source for cell in notebook.cells]
    if changed:
        nbformat.write(notebook, path)
    return changed


def rewrite_text(path, owner_and_name):
    """Rewrite the addresses in one text file; return whether anything changed."""
    before = path.read_text(encoding="utf-8")
    after = rewrite(before, owner_and_name)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def main(arguments):
    """Rewrite every file named, and every notebook in a folder named."""
    owner_and_name = repository()
    for argument in map(Path, arguments):
        for path in sorted(argument.glob("*.ipynb")) if argument.is_dir() else [argument]:
            one = rewrite_notebook if path.suffix == ".ipynb" else rewrite_text
            print(f"{path}: {'rewritten' if one(path, owner_and_name) else 'unchanged'}")


if __name__ == "__main__":
    main(sys.argv[1:])
