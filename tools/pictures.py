"""Writes the README's pictures: each lesson's own first picture, and a banner made of four of them.

Usage: python -m tools.pictures NOTEBOOKS FOLDER
"""

import base64
import io
import re
import sys
from pathlib import Path

import nbformat
from PIL import Image

FIRST_PICTURE = re.compile(r"!\[([^\]]*)\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)")
BANNER = (("03", "06"), ("05",), ("08",))
WIDTH, GAP = 1200, 24


def first_picture(path):
    """The alternative text and the PNG bytes of a notebook's first picture, or None where it has none."""
    cells = nbformat.read(path, as_version=4).cells
    match = next(filter(None, (FIRST_PICTURE.search(cell.source) for cell in cells)), None)
    return match and (match[1], base64.b64decode(match[2]))


def banner(pictures):
    """Rows of pictures, each row as wide as the banner and its pictures of one height.

    Args:
        pictures: dict from a lesson's number to PNG bytes.
    """
    rows = [[Image.open(io.BytesIO(pictures[number])).convert("RGB") for number in row] for row in BANNER]
    strips = [_side_by_side(row) for row in rows]
    height = sum(strip.height for strip in strips) + GAP * (len(strips) + 1)
    sheet = Image.new("RGB", (WIDTH + 2 * GAP, height), "white")
    top = GAP
    for strip in strips:
        sheet.paste(strip, (GAP, top))
        top += strip.height + GAP
    return sheet


def _side_by_side(images):
    room = WIDTH - GAP * (len(images) - 1)
    height = room / sum(image.width / image.height for image in images)
    strip, left = Image.new("RGB", (WIDTH, round(height)), "white"), 0
    for image in images:
        width = round(image.width / image.height * height)
        strip.paste(image.resize((width, round(height)), Image.Resampling.LANCZOS), (left, 0))
        left += width + GAP
    return strip


def main(notebooks, folder):
    """Write `<number>.png` for each lesson, and `banner.png`."""
    found = {path.name[:2]: first_picture(path) for path in sorted(Path(notebooks).glob("*.ipynb"))}
    pictures = {number: picture[1] for number, picture in found.items() if picture}
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, content in pictures.items():
        (Path(folder) / f"{number}.png").write_bytes(content)
    banner(pictures).save(Path(folder) / "banner.png", optimize=True)
    print(f"Wrote {len(pictures)} pictures and a banner to {folder}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
