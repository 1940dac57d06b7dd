"""Formulas become MathML, with TeX's spaces; what is no formula stops the build."""

import xml.etree.ElementTree as ElementTree

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def mathml():
    pytest.importorskip("quickjs", reason="the site's packages are missing here: `make test-site` installs them")
    from tools.site.mathml import mathml

    return mathml


def children(formula):
    """Names and texts of a formula's parts, a thin space as "_"."""
    row = ElementTree.fromstring(formula)[0]
    names = [(element.tag.rpartition("}")[2], "".join(element.itertext())) for element in row]
    return ["_" if name == "mspace" else text for name, text in names if text != "\N{FUNCTION APPLICATION}"]


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"a \log D", ["a", "_", "log", "_", "D"]),
        (r"\log(x)", ["log", "(", "x", ")"]),
        (r"(a)\log b", ["(", "a", ")", "_", "log", "_", "b"]),
        (r"-\log 4", ["−", "log", "_", "4"]),
        (r"\min_G \max_D V", ["min\N{FUNCTION APPLICATION}G", "_", "max\N{FUNCTION APPLICATION}D", "_", "V"]),
        (r"a + b", ["a", "+", "b"]),
    ],
)
def test_names_of_functions_keep_their_distance(mathml, latex, parts):
    assert children(mathml(latex)) == parts


@pytest.mark.parametrize(("latex", "prefix"), [("a = -b", True), ("(-b)", True), ("a - b", False), ("(a) - b", False)])
def test_a_sign_is_told_from_a_difference(mathml, latex, prefix):
    assert ('form="prefix"' in mathml(latex)) == prefix


@pytest.mark.parametrize(
    ("latex", "letter"), [(r"\mathbb{E}", "𝔼"), (r"\mathbb{R}", "ℝ"), (r"\mathcal{L}", "ℒ"), (r"\mathcal{D}", "𝒟")]
)
def test_alphabets_are_characters(mathml, latex, letter):
    formula = mathml(latex)
    assert letter in formula
    assert "mathvariant" not in formula


def test_a_formula_on_a_line_of_its_own_says_so(mathml):
    assert 'display="block"' in mathml("x", display=True)
    assert "display" not in mathml("x")


def test_what_is_no_formula_is_refused(mathml):
    with pytest.raises(ValueError, match="Undefined control sequence"):
        mathml(r"\nosuchcommand x")
