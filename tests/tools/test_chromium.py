"""Where there is no browser, one sentence says what to install."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder that is all of the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def make_browser(folder, name):
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(program)


def run():
    return subprocess.run([sys.executable, ROOT / "tools" / "chromium.py"], capture_output=True, text=True)


def test_the_first_known_name_is_taken(programs):
    make_browser(programs, "google-chrome")
    expected = make_browser(programs, "chromium-browser")
    assert chromium.executable() == expected
    assert run().returncode == 0


def test_without_a_browser_it_says_what_to_install(programs):
    assert chromium.executable() is None
    result = run()
    assert result.returncode == 1
    assert "`sudo apt-get install chromium`" in result.stderr
    assert "Traceback" not in result.stderr
