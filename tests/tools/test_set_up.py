"""The set-up chooses a Python, says in one sentence what is missing, and does its work once."""

import fcntl
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest

from tools import set_up

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "set_up.sh"
FAKE = """#!/bin/sh
case "$2" in
    *version_info*) echo {version} ;;
    *ensurepip*) exit {venv} ;;
    *) echo "chosen $0 $*" ;;
esac
"""


@pytest.fixture
def programs(tmp_path):
    """An otherwise empty PATH, and a function that puts a made-up Python there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "sed", "dirname"):
        (folder / name).symlink_to(shutil.which(name))

    def add(name, version, has_venv=True, text=FAKE):
        path = folder / name
        path.write_text(text.format(version=version, venv=int(not has_venv)))
        path.chmod(0o755)
        return path

    return add


def choose(tmp_path, python=""):
    command = ["sh", str(SCRIPT), ".venv", "requirements.txt"]
    environment = {"PATH": str(tmp_path / "programs"), "PYTHON": python}
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)


def assert_one_sentence(result, *parts):
    assert result.returncode != 0
    assert result.stdout == ""
    assert re.fullmatch(r"[^\n]+\.\n", result.stderr)
    for part in parts:
        assert part in result.stderr


def test_every_argument_is_handed_on(tmp_path, programs):
    chosen = programs("python3", "3.12")
    command = ["sh", str(SCRIPT), ".venv", "requirements.txt", "--without-course"]
    # Elsewhere: in this folder there may be a .venv, whose interpreter comes first.
    environ = {"PATH": str(chosen.parent)}
    result = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert result.stdout.endswith("/set_up.py .venv requirements.txt --without-course\n")


def test_newest_supported_python_is_chosen(tmp_path, programs):
    programs("python3", "3.14")
    programs("python3.11", "3.11")
    chosen = programs("python3.12", "3.12")
    result = choose(tmp_path)
    assert result.stdout == f"chosen {chosen} {SCRIPT.parent / 'set_up.py'} .venv requirements.txt\n"


def test_a_name_that_does_not_run_is_passed_over(tmp_path, programs):
    programs("python3.13", "", text="#!/bin/sh\necho 'no version set' >&2\nexit 127\n")
    chosen = programs("python3", "3.11")
    assert choose(tmp_path).stdout.startswith(f"chosen {chosen} ")


def test_a_python_without_venv_is_passed_over(tmp_path, programs):
    programs("python3.13", "3.13", has_venv=False)
    chosen = programs("python3", "3.11")
    assert choose(tmp_path).stdout.startswith(f"chosen {chosen} ")


def test_the_python_of_the_environment_comes_first(tmp_path, programs):
    programs("python3.13", "3.13")
    recorded = programs("my python", "3.12")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"home = {recorded.parent}\nexecutable = {recorded}\n")
    assert choose(tmp_path).stdout.startswith(f"chosen {recorded} ")
    recorded.unlink()
    assert choose(tmp_path).stdout.startswith(f"chosen {tmp_path / 'programs' / 'python3.13'} ")


def test_python_variable_decides(tmp_path, programs):
    programs("python3.13", "3.13")
    chosen = programs("python3.11", "3.11")
    assert choose(tmp_path, str(chosen)).stdout.startswith(f"chosen {chosen} ")


def test_python_too_old_or_too_new(tmp_path, programs):
    programs("python3", "3.9")
    programs("python", "3.14")
    assert_one_sentence(choose(tmp_path), "found Python 3.9 (python3), Python 3.14 (python)", "install one of these")


def test_python_variable_names_an_old_one(tmp_path, programs):
    programs("python3", "3.12")
    assert_one_sentence(choose(tmp_path, str(programs("old", "2.7"))), "3.11, 3.12 or 3.13 and found Python 2.7")


def test_no_python(tmp_path, programs):
    assert_one_sentence(choose(tmp_path), "found none")


@pytest.mark.parametrize("name", ["/nonexistent", "sed", "."])
def test_python_variable_names_no_python(tmp_path, programs, name):
    assert_one_sentence(choose(tmp_path, name), f"PYTHON={name} is no Python that runs")


def test_venv_missing(tmp_path, programs):
    programs("python3", "3.11", has_venv=False)
    assert_one_sentence(choose(tmp_path), "without its venv module", "apt install python3.11-venv")


def test_script_and_package_support_the_same_pythons():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "3.11 | 3.12 | 3.13) ;;" in SCRIPT.read_text()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"python": "3.11.7 x86_64", "place": "/a", "files": "1"}, "nothing"),
        ({"python": "3.11.7 x86_64", "place": "/a", "files": "2"}, "update"),
        ({"python": "3.12.1 x86_64", "place": "/a", "files": "1"}, "create"),
        ({"python": "3.11.7 x86_64", "place": "/b", "files": "1"}, "create"),
        ({}, "create"),
    ],
)
def test_action(found, expected):
    assert set_up.action({"python": "3.11.7 x86_64", "place": "/a", "files": "1"}, found) == expected


@pytest.fixture
def commands(monkeypatch):
    """What the set-up runs, instead of running it."""
    ran = []

    def run(*command, what):
        ran.append(what)
        if command[1:3] == ("-m", "venv"):
            Path(command[-1]).mkdir(exist_ok=True)

    monkeypatch.setattr(set_up, "run", run)
    return ran


@pytest.fixture
def pinned(tmp_path):
    """A requirements file and the environment to be made from it."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("keras==3\n")
    return tmp_path / ".venv", requirements


FULL = ["making .venv", "installing requirements.txt", "installing course_utils"]


def test_set_up_works_once(commands, pinned):
    set_up.set_up(*pinned)
    set_up.set_up(*pinned)
    assert commands == FULL


def test_the_course_stays_outside_where_asked(commands, pinned):
    set_up.set_up(*pinned, with_course=False)
    assert commands == FULL[:2]


def test_changed_requirements_are_installed_on_top(commands, pinned):
    set_up.set_up(*pinned)
    commands.clear()
    pinned[1].write_text("keras==4\n")
    set_up.set_up(*pinned)
    set_up.set_up(*pinned)
    assert commands == FULL[1:]


@pytest.mark.parametrize("requirements", ["keras==3\n", "keras==4\n"])
def test_interrupted_set_up_starts_afresh(commands, pinned, monkeypatch, requirements):
    set_up.set_up(*pinned)
    pinned[1].write_text("keras==4\n")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(set_up, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            set_up.set_up(*pinned)
    assert not (pinned[0] / set_up.STAMP).exists()
    commands.clear()
    pinned[1].write_text(requirements)
    set_up.set_up(*pinned)
    assert commands == FULL


def test_a_torn_stamp_counts_as_none(commands, pinned):
    set_up.set_up(*pinned)
    (pinned[0] / set_up.STAMP).write_text('{"python": ')
    assert set_up.found(pinned[0]) == {}


def test_stamp_knows_the_pinned_files(pinned):
    files = set_up.wanted(*pinned)["files"]
    pinned[1].write_text("keras==3.0\n")
    assert set_up.wanted(*pinned)["files"] != files


def test_a_failed_command_ends_in_one_sentence():
    with pytest.raises(SystemExit, match=r"^The set-up stopped: installing keras failed\. .+ run this again\.$"):
        set_up.run(sys.executable, "-c", "raise SystemExit(3)", what="installing keras")


def test_two_set_ups_take_turns(commands, pinned, capsys):
    environment, requirements = pinned
    with environment.with_name(".venv.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = threading.Thread(target=set_up.set_up, args=(environment, requirements))
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
        assert commands == []
    second.join(timeout=10)
    assert commands == FULL
    assert "Another set-up of .venv is at work: waiting for it." in capsys.readouterr().out


def test_an_interrupt_shows_no_traceback(tmp_path):
    """The real script, stopped by the signal of Ctrl-C while it waits for another set-up."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("constraints.txt", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    with (tmp_path / ".venv.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        command = [sys.executable, str(tmp_path / "tools" / "set_up.py"), ".venv", "requirements.txt"]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Tests that run side by side, or in the background, ignore this signal, and so would what they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert "waiting" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert errors == "The set-up was interrupted: the next run starts it afresh.\n"
