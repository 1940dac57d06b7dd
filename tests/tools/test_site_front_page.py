"""The front page is README, with cards for its lessons."""

import nbformat
import pytest

from tests.tools.notebooks import prose
from tools.site import front_page

TABLE = """| lesson | what it teaches | minutes |
|---|---|---|
| [05 DCGAN](notebooks/05_dcgan.ipynb) | transposed convolutions and the rules of the design | 1½ |
"""


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "notebooks").mkdir()
    lesson = nbformat.v4.new_notebook(cells=[prose("# 05\n\n![Two rows of digits](05_dcgan-1.png)\n")])
    nbformat.write(lesson, tmp_path / "notebooks/05_dcgan.ipynb")
    return tmp_path


def test_a_row_becomes_a_card_with_the_lessons_picture(sources):
    made = front_page.cards(TABLE, sources)
    assert "![Two rows of digits](notebooks/05_dcgan-1.png)" in made
    assert "**[05 DCGAN](notebooks/05_dcgan.ipynb)**" in made
    assert "\ntransposed convolutions and the rules of the design\n" in made
    assert "\nminutes: 1½\n" in made
    assert made.count('<li class="lesson">') == made.count("</li>") == 1


@pytest.mark.parametrize(
    "table", ["| lesson | KID |\n|---|---|\n| 05 DCGAN | 0.025 |\n", TABLE + "| other | x | 1 |\n"]
)
def test_a_table_of_other_things_stays(sources, table):
    assert front_page.cards(table, sources) == table


def test_every_page_is_in_the_contents():
    pages = ["notebooks/00_a.ipynb", "notebooks/01_b.ipynb", "docs/grading.md", "CONTRIBUTING.md"]
    made = front_page.contents(pages)
    assert all(f"\n{page}\n" in made for page in pages)
    assert made.count("toctree") == 3


def test_a_text_for_everybody_does_not_stand_among_those_for_instructors():
    made = front_page.contents(["docs/grading.md", "docs/scaling.md"])
    _, further, instructors = made.split("toctree")
    assert ":caption: Going further" in further
    assert "docs/scaling.md" in further
    assert ":caption: For instructors" in instructors
    assert "docs/scaling.md" not in instructors
