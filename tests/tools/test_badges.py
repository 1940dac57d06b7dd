"""The repository's address stands in pyproject.toml and is carried from there."""

import shutil

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
        ("pip install git+https://github.com/old/na.me.", "pip install git+https://github.com/ada/course."),
        ("git+https://github.com/old/na.me.git", "git+https://github.com/ada/course.git"),
        ('Repository = "https://github.com/old/name"', 'Repository = "https://github.com/ada/course"'),
        ('repository-code: "https://github.com/old/na.me"', 'repository-code: "https://github.com/ada/course"'),
        ("see https://github.com/keras-team/keras", "see https://github.com/keras-team/keras"),
        ('Homepage = "https://github.com/old/name"', 'Homepage = "https://github.com/old/name"'),
    ],
)
def test_only_the_repositorys_own_addresses_are_rewritten(before, after):
    assert badges.rewrite(before, "ada/course") == after


def test_repository_is_the_address_in_pyproject():
    text = (badges.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'Repository = "https://github.com/{badges.repository()}"' in text


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


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the project's files that hold its address."""
    for name in ("pyproject.toml", "CITATION.cff", "README.md"):
        shutil.copy(badges.ROOT / name, tmp_path)
    shutil.copytree(badges.ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    monkeypatch.setattr(badges, "ROOT", tmp_path)
    return tmp_path


def places(folder):
    return [str(folder / name) for name in ("notebooks", "README.md", "CITATION.cff")]


def test_a_new_address_goes_everywhere(copied):
    old = badges.repository()
    badges.main(["--repository=ada/my.course", *places(copied)])
    assert badges.repository() == "ada/my.course"
    files = [path for path in copied.rglob("*") if path.is_file()]
    assert len(files) >= 14
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert f"github.com/{old}" not in text
        assert f"github/{old}" not in text
        assert "ada/my.course" in text, path


def test_there_and_back_changes_nothing(copied):
    old = badges.repository()
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    badges.main(["--repository=ada/my.course", *places(copied)])
    assert any(path.read_bytes() != text for path, text in before.items())
    badges.main([f"--repository={old}", *places(copied)])
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "wrong",
    ["course", "ada/", "/course", "ada/my course", " ada/course", "a/b/c", "ada/course.git", "https://github.com/a/b"],
)
def test_a_bad_address_is_refused_and_nothing_rewritten(copied, wrong):
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    with pytest.raises(SystemExit, match="REPOSITORY must be owner/name.*Received: .*Nothing was rewritten"):
        badges.main([f"--repository={wrong}", *places(copied)])
    assert {path: path.read_bytes() for path in before} == before
