"""What a command in the sandbox can see, and what it cannot do."""

import os
import subprocess
import sys

import pytest

from course_utils.grading import sandbox

pytestmark = pytest.mark.sandbox
SMALL = 2**20


def run(script, folder=None, **environment):
    line = sandbox.command(["/bin/sh", "-c", script], SMALL, folder, environment)
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def python(code):
    line = sandbox.command([sys.executable, "-c", code], SMALL)
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)


def test_home_is_empty_and_its_own():
    done = run("id -u; pwd; ls -A; ls /home")
    assert done.stdout.split() == ["1000", "/home/student", "student"]


def test_this_python_and_this_package_are_there():
    done = python("import numpy, course_utils; print('found')")
    assert done.stdout == "found\n", done.stderr


def test_sees_no_file_of_the_instructor(tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    here = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    done = run(f"cat {secret}; ls {here}/tests {here}/README.md {os.path.expanduser('~')}/.ssh /etc/passwd /sys")
    assert done.returncode != 0
    assert done.stdout == ""


def test_sees_no_other_process_and_no_environment(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    done = run("ls -d /proc/[0-9]* | wc -l; env; kill -9 1 && kill -0 1 && echo alive")
    assert int(done.stdout.split()[0]) <= 4
    assert "SECRET" not in done.stdout
    assert "HOME=/home/student" in done.stdout
    assert "alive" in done.stdout


def test_has_no_network():
    code = "import socket\ntry: socket.create_connection(('127.0.0.1', 1), 2)\nexcept OSError as e: print(e.errno)"
    # ENETUNREACH or ECONNREFUSED by its own empty loopback, never an answer.
    assert python(code).stdout.strip() in ("101", "111")
    assert python("import os; print(os.listdir('/sys/class/net'))").returncode != 0


@pytest.mark.parametrize("path", ["/x", "/dev/x", "/usr/x", "/etc/x", f"{sys.prefix}/x", "/home/x"])
def test_cannot_write(path):
    done = run(f"echo x > {path}")
    assert done.returncode != 0
    assert "Read-only" in done.stderr or "Permission" in done.stderr or "cannot create" in done.stderr


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/home/student"])
def test_folders_in_memory_are_small(folder):
    done = run(f"head -c {3 * SMALL} /dev/zero > {folder}/x; stat -c %s {folder}/x")
    assert "No space left" in done.stderr
    assert int(done.stdout) <= SMALL


def test_one_folder_is_shared(tmp_path):
    done = run(f"echo there > {tmp_path}/x", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x").read_text() == "there\n"


def test_cannot_become_another_user():
    if sandbox.version() < sandbox.NO_MORE_USER_NAMESPACES:
        pytest.skip("this version of bwrap cannot forbid further user namespaces")
    assert run("unshare --user --map-root-user true").returncode != 0


def test_children_end_with_it():
    marker = "31415.926"
    run(f"setsid sleep {marker} & sleep 0.1")
    left = subprocess.run(["pgrep", "-f", f"sleep {marker}"], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_says_what_to_install(monkeypatch):
    sandbox.version.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(sandbox.SandboxMissingError, match=r"apt install bubblewrap.*--unsafe-no-sandbox"):
        sandbox.version()
    sandbox.version.cache_clear()


def test_says_when_the_system_forbids_it(monkeypatch, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    sandbox.version.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: str(refusing))
    with pytest.raises(sandbox.SandboxMissingError, match=r"No permissions.*userns"):
        sandbox.version()
    sandbox.version.cache_clear()
