"""Spaces in MathML as TeX sets them: KaTeX leaves them to a style sheet of its own."""

import itertools
import xml.etree.ElementTree as ElementTree

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# What KaTeX writes after the name of a function.
APPLIED = "\N{FUNCTION APPLICATION}"
THIN = "0.1667em"
CLOSING = ")]}"
SIGNS = "+−±"
ROWS = ("mrow", "mstyle", "mtd")


def set_spaces(math):
    """Set the spaces in every row of a formula; changes the element in place."""
    for element in list(math.iter()):
        if kind(element) in ROWS:
            mark_signs(element)
            element[:] = spaced(list(element))


def kind(element):
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def mark_signs(row):
    """Mark the signs of a row that stand before a number, not between two: no space follows them."""
    for before, element in itertools.pairwise(row):
        if kind(element) == "mo" and element.text in SIGNS and kind(before) == "mo" and before.text not in CLOSING:
            element.set("form", "prefix")


def ends_name(element):
    """Whether a function's name ends here, such as the "log" of log x, with an index or without."""
    base = element if kind(element) in ("mo", "mrow") or not len(element) else element[0]
    last = base[-1] if kind(base) == "mrow" and len(base) else base
    return kind(last) == "mo" and last.text == APPLIED


def spaced(row):
    """Return the children of a row with a thin space before and after a function's name, as TeX sets it.

    There is none at the row's ends, before an opening bracket, or beside an operator.
    """
    made = []
    for place, element in enumerate(row):
        following = row[place + 1] if place + 1 < len(row) else None
        begins = following is not None and kind(element) == "mi" and ends_name(following)
        if (begins or (kind(element) != "mo" and ends_name(element))) and made and stands_off(made[-1]):
            made.append(thin_space())
        made.append(element)
        if ends_name(element) and following is not None and stands_off(following):
            made.append(thin_space())
    return made


def stands_off(element):
    """Whether a neighbour of a function's name keeps a thin space from it."""
    if kind(element) == "mo":
        return element.text in CLOSING
    return kind(element) != "mspace" and bool("".join(element.itertext()).strip())


def thin_space():
    return ElementTree.Element(f"{{{NAMESPACE}}}mspace", width=THIN)
