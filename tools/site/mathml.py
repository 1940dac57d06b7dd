"""LaTeX to MathML with KaTeX, which runs in a small JavaScript engine that is a Python package."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import quickjs
import sphinxcontrib.katex

from tools.site.spacing import NAMESPACE, set_spaces

KATEX = Path(sphinxcontrib.katex.__file__).with_name("katex.min.js")
# Through JSON, because the engine hands over joined strings only after they were copied.
RENDER = "(latex, display) => JSON.stringify(katex.renderToString(latex, {output: 'mathml', displayMode: display}))"
MATH = re.compile(r"<math.*?</math>", re.DOTALL)
ALPHABETS = ("double-struck", "script", "bold")
# The letters that Unicode had before it had mathematical alphabets.
EARLIER = {
    ("double-struck", "C"): "ℂ",
    ("double-struck", "H"): "ℍ",
    ("double-struck", "N"): "ℕ",
    ("double-struck", "P"): "ℙ",
    ("double-struck", "Q"): "ℚ",
    ("double-struck", "R"): "ℝ",
    ("double-struck", "Z"): "ℤ",
    ("script", "B"): "ℬ",
    ("script", "E"): "ℰ",
    ("script", "F"): "ℱ",
    ("script", "H"): "ℋ",
    ("script", "I"): "ℐ",
    ("script", "L"): "ℒ",
    ("script", "M"): "ℳ",
    ("script", "R"): "ℛ",
    ("script", "e"): "ℯ",
    ("script", "g"): "ℊ",
    ("script", "o"): "ℴ",
}
ElementTree.register_namespace("", NAMESPACE)


@cache
def engine():
    """Return the function of (latex, display) that KaTeX is."""
    context = quickjs.Context()
    context.eval(KATEX.read_text(encoding="utf-8"))
    return context.eval(RENDER)


def mathml(latex, display=False):
    """Return the `<math>` element of a formula.

    Raises:
        ValueError: where the formula is no LaTeX that KaTeX knows; the message is KaTeX's.
    """
    try:
        made = json.loads(engine()(latex, display))
    except quickjs.JSException as error:
        raise ValueError(str(error).splitlines()[0]) from error
    math = ElementTree.fromstring(MATH.search(made)[0])
    # The formula alone, without its LaTeX beside it.
    math[:] = [math.find(f"{{{NAMESPACE}}}semantics")[0]]
    for element in math.iter():
        if element.get("mathvariant") in ALPHABETS:
            element.text = letters(element.attrib.pop("mathvariant"), element.text)
    set_spaces(math)
    return ElementTree.tostring(math, encoding="unicode")


def letters(style, text):
    """Return letters in one of Unicode's mathematical alphabets: browsers no longer know the attribute for them."""
    return "".join(EARLIER.get((style, letter)) or unicode_letter(style, letter) for letter in text)


def unicode_letter(style, letter):
    """Return one letter of an alphabet that has it at its regular place."""
    case = "CAPITAL" if letter.isupper() else "SMALL"
    return unicodedata.lookup(f"MATHEMATICAL {style.upper()} {case} {letter.upper()}")
