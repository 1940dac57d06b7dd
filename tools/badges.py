"""Carries the repository's address from pyproject.toml, the one place where it stands, to everywhere else.

Usage: python -m tools.badges [--repository=OWNER/NAME] FILE_OR_FOLDER ...

With --repository the address in pyproject.toml is rewritten first.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
COLAB = "https://colab.research.google.com/github/"
GITHUB = "https://github.com/"
# What stands before the address: on Colab, in pip's installs, in pyproject.toml and in CITATION.cff.
BEFORE = "|".join(map(re.escape, (COLAB, f"git+{GITHUB}", f'Repository = "{GITHUB}', f'repository-code: "{GITHUB}')))
# A name may hold dots, but neither ends in one nor in ".git".
OWNER_AND_NAME = r"[A-Za-z\d-]+/[\w.-]*?[\w-]"
ADDRESSES = re.compile(rf"({BEFORE}){OWNER_AND_NAME}(?=\.git\b|\.?(?![\w.-]))", re.ASCII)


def checked(owner_and_name):
    """Return "owner/name" as it is, or stop with one sentence where it is none."""
    if not re.fullmatch(OWNER_AND_NAME, owner_and_name, re.ASCII) or owner_and_name.endswith(".git"):
        sys.exit(
            f"REPOSITORY must be owner/name as in a GitHub address, for example ada/cnn-gan-course. "
            f"Received: {owner_and_name!r}. Nothing was rewritten."
        )
    return owner_and_name


def repository():
    """Return the repository's "owner/name"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].removeprefix(GITHUB)


def badge_address(notebook, owner_and_name):
    """Return the address that opens a lesson on Colab."""
    return f"{COLAB}{owner_and_name}/blob/main/notebooks/{notebook}"


def rewrite(text, owner_and_name):
    """Return the text with every address of the repository, known by what stands before it, set to this one."""
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
    """Rewrite every file named, and every notebook in a folder named; pyproject.toml first where asked to."""
    parser = argparse.ArgumentParser(description="Carry the repository's address everywhere.")
    parser.add_argument("--repository", default="", help="owner/name, written to pyproject.toml first")
    parser.add_argument("places", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.repository:
        rewrite_text(ROOT / "pyproject.toml", checked(chosen.repository))
    owner_and_name = repository()
    for argument in chosen.places:
        for path in sorted(argument.glob("*.ipynb")) if argument.is_dir() else [argument]:
            one = rewrite_notebook if path.suffix == ".ipynb" else rewrite_text
            print(f"{path}: {'rewritten' if one(path, owner_and_name) else 'unchanged'}")


if __name__ == "__main__":
    main(sys.argv[1:])
