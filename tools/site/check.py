"""Checks the built pages: links and anchors lead somewhere, pictures have a text, nothing comes from another host.

Addresses of other hosts are looked at only for their form: no network is used.
"""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements that load what they name, and the attributes that name it.
LOADED = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "input": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "track": "src",
    "video": "src",
}
IN_STYLE = re.compile(r"(?:url\(\s*|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")
HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?|localhost(:\d+)?")


class Page(HTMLParser):
    """What one page names: `anchors`, `links`, `loaded` (addresses), `pictures` (attributes) and its `language`."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.loaded, self.pictures = set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if name := attributes.get("id"):
            self.anchors.add(name)
        if tag in ("a", "area") and (link := attributes.get("href", attributes.get("xlink:href"))) is not None:
            self.links.append(link)
        if address := attributes.get(LOADED.get(tag)):
            self.loaded.append(address)
        if tag == "img":
            self.pictures.append(attributes)

    handle_startendtag = handle_starttag


@cache
def read(path):
    """Return one page, read."""
    return Page(path.read_text(encoding="utf-8"))


def outside(address):
    """Whether an address names a host."""
    return bool(urlsplit(address).netloc)


def check_loaded(path, folder):
    """Nothing that a page loads comes from another host."""
    for address in read(path).loaded:
        if outside(address):
            yield f"loads {address}: put a copy into tools/site/static"
        elif not address.startswith("data:") and not (path.parent / unquote(urlsplit(address).path)).exists():
            yield f"loads {address}, which is not there"


def check_links(path, folder):
    """Every link leads to a page of the site and to an anchor in it, or is a well-formed address."""
    for link in read(path).links:
        try:
            parts = urlsplit(link)
        except ValueError as error:
            yield f"links to {link}: {error}"
            continue
        if parts.scheme == "mailto":
            continue
        if parts.scheme or parts.netloc:
            if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc) or re.search(r"\s", link):
                yield f"links to {link}, which is no well-formed address"
            continue
        place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not place.is_file() or folder.resolve() not in place.resolve().parents:
            yield f"links to {link}, which is not there"
        elif parts.fragment and place.suffix == ".html" and unquote(parts.fragment) not in read(place).anchors:
            yield f"links to {link}: that page has no such anchor"


def check_pictures(path, folder):
    """Every picture says in words what it shows."""
    for attributes in read(path).pictures:
        text = (attributes.get("alt") or "").strip()
        # Where an author wrote none, Sphinx puts the file's name.
        if not text or text == attributes.get("src"):
            yield f"shows {attributes.get('src', '')[:80]} without alternative text"


def problems(folder):
    """Return one line for everything that is wrong with a folder of pages."""
    folder = Path(folder)
    found = []
    for path in sorted(folder.rglob("*.html")):
        for check in (check_loaded, check_links, check_pictures):
            found += [f"{path.relative_to(folder)} {what}" for what in check(path, folder)]
    for path in sorted(folder.rglob("*.css")):
        for address in IN_STYLE.findall(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(folder)} loads {address}: put a copy into tools/site/static")
    return found
