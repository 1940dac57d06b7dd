"""The font of the site's formulas: the letters and signs that they use, out of STIX Two Math (SIL Open Font License).

Without a mathematical font a browser cannot stretch brackets or place indices, and many systems have none.
"""

import html
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset

from tools.site.mathml import MATH

FONT = "course-math.woff"
# A package that sets formulas as pictures carries the font; only its file is wanted.
SOURCE = Path(find_spec("ziamath").origin).with_name("fonts") / "STIXTwoMath-Regular.ttf"
# A single letter stands in italics, which have places of their own.
ITALICS = (*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C))


def characters(folder):
    """Return the code points of every character in the formulas of the built pages."""
    pages = (path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    formulas = "".join(html.unescape("".join(MATH.findall(page))) for page in pages)
    return {ord(character) for character in formulas if not character.isspace()}


def write_font(folder):
    """Write the font beside the style sheet of the built pages."""
    options = subset.Options(flavor="woff", layout_features=["*"], name_IDs=["*"])
    font = subset.load_font(SOURCE, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters(folder).union(ITALICS))
    subsetter.subset(font)
    subset.save_font(font, folder / "_static" / FONT, options)
