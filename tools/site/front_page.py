"""The site's front page: README, with its table of lessons as cards that show each lesson's own first picture."""

import re

import nbformat

from tools.badges import ROOT
from tools.site.pages import linked

LESSONS = "notebooks/"
FOR_INSTRUCTORS = ("docs/grading.md",)
SPEAKS_FOR_ITSELF = 5  # words
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
CELL_LINK = re.compile(r"\[([^\]]+)\]\(notebooks/([^)/]+)\.ipynb\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+-1\.\w+)\)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
CONTENTS = """
```{{toctree}}
:hidden:
:caption: {}

{}
```
"""


def rows(table):
    """Return a Markdown table's lines below the second as lists of cells, and the cells of its first as the header."""
    header, _, *body = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in table.splitlines()
    ]
    return header, body


def picture(sources, stem):
    """Return the Markdown of a lesson's first picture, or nothing where it has none."""
    notebook = nbformat.read(sources / f"{LESSONS}{stem}.ipynb", as_version=4)
    found = PICTURE.search(notebook.cells[0].source)
    return f"![{found[1]}]({LESSONS}{found[2]})\n" if found else ""


def card(header, row, sources):
    """Return one lesson's card: picture, linked title, and the row's other cells under their headings."""
    stem = CELL_LINK.search(row[0])[2]
    # README's own picture is the notebook's, which stands here already.
    rest = [said(name, text) for name, text in zip(header[1:], row[1:], strict=True) if text and "<img" not in text]
    title = CELL_LINK.sub(lambda link: f"**{link[0]}**", row[0], count=1)
    parts = [picture(sources, stem), title, *rest]
    return '<li class="lesson">\n\n' + "\n\n".join(part for part in parts if part) + "\n\n</li>\n"


def said(name, text):
    """Return a cell's text under its heading; a sentence or a picture speaks for itself."""
    return text if len(text.split()) > SPEAKS_FOR_ITSELF or text.startswith("![") else f"{name}: {text}"


def cards(table, sources):
    """Return a table whose rows link to lessons as a list of cards; any other table stays."""
    header, body = rows(table)
    if not body or not all(CELL_LINK.search(row[0]) for row in body):
        return table
    return '\n<ul class="lessons">\n\n' + "\n".join(card(header, row, sources) for row in body) + "\n</ul>\n\n"


def contents(pages):
    """Return the hidden tables of contents that the side bar shows."""
    groups = {
        "Lessons": [page for page in pages if page.startswith(LESSONS)],
        "Going further": [page for page in pages if page.startswith("docs/") and page not in FOR_INSTRUCTORS],
        "For instructors": [page for page in pages if page in FOR_INSTRUCTORS],
        "The project": [page for page in pages if "/" not in page],
    }
    return "".join(CONTENTS.format(name, "\n".join(files)) for name, files in groups.items() if files)


def write_front_page(sources, pages):
    """Write index.md beside the other pages' sources."""
    text = TABLE.sub(lambda match: cards(match[0], sources), (ROOT / "README.md").read_text(encoding="utf-8"))
    (sources / "index.md").write_text(linked(text, "README.md", pages) + contents(pages), encoding="utf-8")
