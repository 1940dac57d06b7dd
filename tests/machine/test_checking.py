"""The one call, on this machine and where no backend starts."""

import os
import platform
import subprocess
import sys

import keras
import pytest

from course_utils import machine, runtime
from course_utils.machine import facts

pytestmark = pytest.mark.backends


def run(code, **variables):
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env=environ | variables, check=False)


def test_it_tells_what_is_here(capsys):
    report = machine.check(0.1)
    assert capsys.readouterr().out == ""
    rows = dict(report.rows())
    assert rows["Python"] == platform.python_version()
    assert rows["Keras"] == keras.__version__
    assert rows["backend"].startswith(f"{keras.backend.backend()} ")
    assert rows["number format"] == keras.config.dtype_policy().name
    assert report.probe.seconds > 0


def test_a_missing_backend_is_told_in_plain_words():
    code = "from course_utils import machine; print(machine.check())"
    done = run(code, KERAS_BACKEND="nonsense")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Not ready yet")
    assert "Unable to import backend : nonsense. Install what" in done.stdout


def test_a_missing_package_is_told_by_its_name(tmp_path):
    (tmp_path / "keras.py").write_text("import there_is_no_such_backend")
    done = run("from course_utils import machine; print(machine.check())", PYTHONPATH=f"{tmp_path}{os.pathsep}.")
    assert done.returncode == 0, done.stderr
    assert "No module named 'there_is_no_such_backend'. Install what" in done.stdout


def test_importing_it_starts_no_backend():
    done = run("import sys, course_utils.machine; print('keras' in sys.modules)")
    assert done.stdout.strip() == "False"


def test_a_package_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr(facts, "PACKAGES", ("keras", "there-is-no-such-package"))
    monkeypatch.setattr(runtime, "start", lambda: None)
    assert facts.gather().packages == {"keras": keras.__version__, "there-is-no-such-package": None}


def test_memory_is_unknown_without_psutil(monkeypatch):
    monkeypatch.setattr(facts.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(runtime, "start", lambda: None)
    assert facts.gather().free is None
