"""Hidden regions are cut out, whole, even where their end is missing."""

from course_utils.grading import hidden
from tests.grading import sample

SOURCE = sample.source().cells[3].source


def test_hidden_regions_are_cut_out():
    assert hidden.visible(SOURCE) == "assert float(square(2)) == 4, 'square(2) is 4'"
    assert hidden.visible("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc") == "a\nc"
    assert hidden.visible("a\n### BEGIN HIDDEN TESTS\nb") == "a"
