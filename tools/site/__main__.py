"""Builds the course as a static site from what is committed, without running anything and without the network.

Usage: python -m tools.site FOLDER

Every warning of the build and every broken link, missing picture text or foreign address is an error.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.site.check import problems
from tools.site.font import write_font
from tools.site.front_page import write_front_page
from tools.site.pages import write_sources

HERE = Path(__file__).resolve().parent


def build(folder):
    """Build the site into an empty folder; return Sphinx's status."""
    with tempfile.TemporaryDirectory() as temporary:
        # The builder writes beside the folder of its pages too.
        sources, trees, pages = (Path(temporary, name) for name in ("sources", "trees", "pages"))
        sources.mkdir()
        write_front_page(sources, write_sources(sources))
        command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--keep-going", "--quiet"]
        status = subprocess.run([*command, "--conf-dir", HERE, "--doctree-dir", trees, sources, pages]).returncode
        shutil.move(pages, folder)
    return status


def main(folder):
    """Build the site afresh and check it; leave with 1 where anything is wrong."""
    started = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    status = build(folder)
    write_font(folder)
    found = problems(folder)
    if found:
        print("\n".join(found), file=sys.stderr)
    if status or found:
        sys.exit("The site is not as it must be: the reasons stand above.")
    pages = len(list(folder.rglob("*.html")))
    print(f"{pages} pages in {time.perf_counter() - started:.0f} s. Open {folder.resolve() / 'index.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
