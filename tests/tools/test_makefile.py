"""The Makefile tells about every target, and works from a folder with a space in its name."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Makefile").read_text()
TARGETS = re.search(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)[1].split()


def make(*arguments, folder=ROOT):
    # A make that runs these tests would otherwise have its own options and level passed on.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=environ, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_help_has_one_line_for_every_target(arguments):
    lines = make(*arguments).stdout.splitlines()
    assert [line.split()[1] for line in lines] == TARGETS
    assert all(len(line.split()) > 3 for line in lines)


def test_every_rule_is_a_phony_target():
    assert re.findall(r"^([a-z-]+):", TEXT, re.MULTILINE) == TARGETS


def test_readme_and_contributing_name_only_targets_that_exist():
    told = (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    assert set(re.findall(r"`make ([a-z-]+)", told)) - set(TARGETS) == set()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "tools.badges  notebooks README.md CITATION.cff"),
        (("REPOSITORY=ada/course",), 'tools.badges "--repository=ada/course" notebooks README.md CITATION.cff'),
        (("REPOSITORY=ada/my course",), '"--repository=ada/my course" notebooks'),
    ],
)
def test_badges_hands_the_repository_on(arguments, expected):
    assert expected in make("--dry-run", "badges", *arguments).stdout


@pytest.mark.parametrize("target", ["lab", "test", "test-backends", "test-colab", "notebooks"])
def test_a_set_up_that_fails_stops_the_target(tmp_path, target):
    folder = tmp_path / "a course"
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copy(ROOT / "Makefile", folder)
    result = make(target, "PYTHON=/nonexistent", folder=folder)
    assert result.returncode != 0
    assert result.stderr.startswith("PYTHON=/nonexistent is no Python that runs")
    assert "Traceback" not in result.stderr
    assert not (folder / ".venv").exists()
