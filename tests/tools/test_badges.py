"""The repository's address stands in pyproject.toml and is carried from there."""

import nbformat
import pytest

from tests.tools.notebooks import clean_lesson, write
from tools import badges

OLD = "https://colab.research.google.com/github/old/name/blob/main/notebooks/05_dcgan.ipynb"
NEW = "https://colab.research.google.com/github/ada/course/blob/main/notebooks/05_dcgan.ipynb"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"[badge]({OLD})", f"[badge]({NEW})"),
        ("!pip install git+https://github.com/old/name", "!pip install git+https://github.com/ada/course"),
        (
            "%pip install git+https://github.com/old/name.git@main",
            "%pip install git+https://github.com/ada/course.git@main",
        ),
        ("see https://github.com/keras-team/keras", "see https://github.com/keras-team/keras"),
    ],
)
def test_only_badges_and_installs_are_rewritten(before, after):
    assert badges.rewrite(before, "ada/course") == after


def test_repository_is_the_address_in_pyproject():
    assert badges.repository() == "cnn-gan-course/cnn-gan-course"


def test_a_notebook_is_rewritten_once_and_keeps_its_outputs(tmp_path):
    path = write(tmp_path, clean_lesson())
    assert badges.rewrite_notebook(path, "ada/course")
    assert not badges.rewrite_notebook(path, "ada/course")
    lesson = nbformat.read(path, as_version=4)
    assert badges.badge_address(path.name, "ada/course") in lesson.cells[0].source
    assert lesson.cells[1].outputs[0].text == "1\n"


def test_main_rewrites_files_and_folders(tmp_path, capsys):
    write(tmp_path, clean_lesson())
    (tmp_path / "README.md").write_text(OLD)
    badges.main([str(tmp_path), str(tmp_path / "README.md")])
    assert (tmp_path / "README.md").read_text() == badges.rewrite(OLD, badges.repository())
    assert [line.rsplit(": ", 1)[1] for line in capsys.readouterr().out.splitlines()] == ["unchanged", "rewritten"]
