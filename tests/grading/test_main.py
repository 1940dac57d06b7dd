"""The command: what it says, and its exit status."""

import pytest

from course_utils.grading import __main__, sandbox
from tests.grading import sample


@pytest.mark.sandbox
def test_grades_and_says_so(tmp_path, capsys):
    root = sample.make_course(tmp_path)
    sample.hand_in(root, "ada", sample.answered())
    sample.hand_in(root, "bob", "{")
    assert __main__.main([sample.NAME, "--root", str(root), "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert "2/2" in said
    assert "left" in said
    assert "refused  bob: The file is no notebook" in said
    assert "2 submissions, in grades.csv" in said


@pytest.mark.sandbox
def test_says_where_submissions_belong(tmp_path, capsys):
    assert __main__.main([sample.NAME, "--root", str(sample.make_course(tmp_path))]) == 0
    assert f"submitted/<student>/{sample.NAME}/" in capsys.readouterr().out


@pytest.mark.sandbox
def test_an_unknown_assignment_is_one_sentence(tmp_path, capsys):
    assert __main__.main(["hw9", "--root", str(sample.make_course(tmp_path))]) == 1
    assert "hw0_powers" in capsys.readouterr().err


def test_refuses_without_a_sandbox(tmp_path, capsys, monkeypatch):
    sandbox.version.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert __main__.main([sample.NAME, "--root", str(sample.make_course(tmp_path))]) == 1
    sandbox.version.cache_clear()
    assert "sudo apt install bubblewrap" in capsys.readouterr().err
    assert not (tmp_path / "grades.csv").exists()


def test_unsafe_must_be_typed_and_warns(tmp_path, capsys):
    root = sample.make_course(tmp_path)
    sample.hand_in(root, "ada", sample.answered())
    assert __main__.main([sample.NAME, "--root", str(root), "--workers", "1", "--unsafe-no-sandbox"]) == 0
    assert "WITHOUT a sandbox" in capsys.readouterr().err
    assert "5.0" in (root / "grades.csv").read_text()
