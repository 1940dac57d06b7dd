"""Writes the sources of the site's pages: the repository's lessons and texts, made ready for a page without a kernel.

Links to what is no page lead to the repository; pictures inside the text become files; what an explorer leaves behind
becomes a sentence.
"""

import base64
import posixpath
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from tools.badges import ROOT, badge_address, repository

PAGES = ("notebooks/[0-9]*.ipynb", "docs/*.md", "CONTRIBUTING.md")
PICTURES = ("docs/images/*",)
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_KERNEL = (
    "*Here the notebook has an explorer, whose controls need a running kernel: open the lesson with `make lab`, or "
    "[on Colab]({}).*"
)
LINK = re.compile(r"(?<!!)(\[(?:[^\[\]]|!?\[[^\]]*\]\([^)]*\))*\])\(([^()\s]+)\)")
HTML_LINK = re.compile(r'(<a\b[^>]*?\b(?:xlink:)?href=)(["\'])(.*?)\2', re.DOTALL)
IN_TEXT = re.compile(r"(!\[[^\]]*\])\(data:image/(\w+);base64,([^)\s]+)\)")
BADGE = re.compile(r"\[!\[([^\]]+)\]\(https?://[^)]*\)\]")
FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)


def page_files():
    """Return the repository's files that become pages, as texts such as "docs/grading.md", lessons in their order."""
    found = [sorted(ROOT.glob(pattern)) for pattern in PAGES]
    return [path.relative_to(ROOT).as_posix() for paths in found for path in paths]


def target(link, file, pages):
    """Return where a link of `file` leads on the site.

    What is no page but in the repository is shown there. A link that leads nowhere stays: the build stops at it.
    """
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return link
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), parts.path))
    if path == "README.md":
        return posixpath.relpath("index.md", posixpath.dirname(file) or ".")
    if path in pages or not (ROOT / path).exists():
        return link
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"https://github.com/{repository()}/{kind}/main/{path}" + (f"#{parts.fragment}" if parts.fragment else "")


def built(link):
    """Return the address of a built page for a link to its source."""
    parts = urlsplit(link)
    stem, _, kind = parts.path.rpartition(".")
    if parts.scheme or parts.netloc or kind not in ("ipynb", "md"):
        return link
    return f"{stem}.html" + (f"#{parts.fragment}" if parts.fragment else "")


def linked(text, file, pages):
    """Return Markdown with its links leading where they lead on the site, HTML links included."""
    text = LINK.sub(lambda match: f"{match[1]}({target(match[2], file, pages)})", text)
    return html_linked(text, file, pages)


def html_linked(text, file, pages):
    """Return HTML with its links leading where they lead on the site."""
    return HTML_LINK.sub(lambda match: f"{match[1]}{match[2]}{built(target(match[3], file, pages))}{match[2]}", text)


def unfolded(text):
    """Return Markdown in which a folded hint is a text of its own, so that its formulas and code are read as such."""
    return FOLDED.sub(r"<details>\n<summary>\1</summary>\n\n\2\n\n</details>\n", text)


def pictures_as_files(text, folder, stem):
    """Return Markdown whose pictures are files beside it; writes them as `stem`-1.png and so on."""

    def write(match):
        path = folder / f"{stem}-{len(list(folder.glob(f'{stem}-*'))) + 1}.{match[2]}"
        path.write_bytes(base64.b64decode(match[3]))
        return f"{match[1]}({path.name})"

    return IN_TEXT.sub(write, text)


def prose(cell, file, pages, folder):
    """Make a cell of prose ready; changes it in place."""
    text = unfolded(BADGE.sub(r"[\1]", cell.source))
    cell.source = linked(pictures_as_files(text, folder, Path(file).stem), file, pages)
    # Attachments of a cell would need files too; the lessons have none.
    cell.pop("attachments", None)


def code(cell, file, pages):
    """Make a cell of code ready; changes it in place and returns what follows it, a list of cells."""
    explorers = [output for output in cell.outputs if WIDGET in output.get("data", {})]
    cell.outputs = [output for output in cell.outputs if output not in explorers]
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = html_linked(data["text/html"], file, pages)
        if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
            cell.metadata["mystnb"] = {"image": {"alt": alt}}
    address = badge_address(Path(file).name, repository())
    return [nbformat.v4.new_markdown_cell(NO_KERNEL.format(address))] if explorers else []


def lesson(file, pages, folder):
    """Write one notebook's page source into `folder`."""
    notebook = nbformat.read(ROOT / file, as_version=4)
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    cells = []
    for cell in notebook.cells:
        after = []
        if cell.cell_type == "markdown":
            prose(cell, file, pages, folder)
        elif cell.cell_type == "code":
            after = code(cell, file, pages)
        cells += [cell, *after]
    notebook.cells = cells
    nbformat.write(notebook, folder / Path(file).name)


def write_sources(folder):
    """Write the sources of every page but the front page into `folder`; return the pages' files."""
    pages = page_files()
    for file in pages:
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".ipynb":
            lesson(file, pages, place.parent)
        else:
            place.write_text(linked((ROOT / file).read_text(encoding="utf-8"), file, pages), encoding="utf-8")
    for pattern in PICTURES:
        for path in ROOT.glob(pattern):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return pages
