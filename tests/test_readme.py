"""What the README tells a reader to do works as it stands there."""

import itertools
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.train import options

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
LINES = [
    line.split("#")[0].strip() for kind, text in BLOCKS if kind in ("sh", "powershell") for line in text.splitlines()
]
# Commands inside sentences: `make notebooks LESSON=05`, `python -m course_utils.experiments.pix2pix`.
SPOKEN = re.findall(r"`((?:make|python -m) [^`]+)`", README)
COMMANDS = sorted({line for line in [*LINES, *SPOKEN] if line})


def words(command):
    """A command's words, without variables set before it."""
    parts = shlex.split(command.replace("\\", "/"))
    return [part for i, part in enumerate(parts) if not (re.fullmatch(r"[A-Z_]+=\S+", part) and i == 0)]


def checked_make(parts):
    """`make` with all that it would do only named: the long ones are what `.ci/run` runs."""
    done = subprocess.run(["make", "-n", *parts], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def checked_module(name):
    if name in ("venv", "pip", "pytest", "jupyterlab"):
        return
    done = subprocess.run([sys.executable, "-m", name, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_there(command):
    program, *rest = words(command)
    if program == "make":
        return checked_make(rest)
    assert re.fullmatch(r"py|(.*/)?python[\d.]*", program), f"no test knows {program!r}"
    module = rest[(place := rest.index("-m") + 1)]
    checked_module(module)
    if module == "course_utils.train":
        assert options.parse(rest[place + 1 :])[0].game in README
    for option, value in itertools.pairwise(rest):
        if option == "-r":
            assert (ROOT / value).is_file()
    for place in (part.split("=", 1)[1] for part in rest if part.startswith("--ServerApp.root_dir=")):
        assert (ROOT / place).is_dir()
    return None


def test_the_example_is_the_file_and_makes_digits(tmp_path, monkeypatch, capsys):
    code = next(text for kind, text in BLOCKS if kind == "python")
    assert code == (ROOT / "examples" / "wgan_gp.py").read_text(encoding="utf-8")
    short = tmp_path / "short.py"
    assert code.count("epochs=200") == 1
    short.write_text(code.replace("epochs=200", "epochs=1").replace('package="examples"', 'package="readme"'))
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(short), run_name="__main__")
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_a_link_leads_somewhere(link):
    assert (ROOT / link).exists()
