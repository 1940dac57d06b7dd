"""Makes a virtual environment from a pinned requirements file, once: the next run finds it ready and returns at once.

Usage: python tools/set_up.py ENVIRONMENT REQUIREMENTS [--without-course]

A stamp inside the environment tells what it was made from. It is written last, so an interrupted set-up leaves none and
is started afresh; it goes first when the pinned files change, and the change is installed on top.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "set_up.json"


def wanted(environment, requirements):
    """Return what a finished environment is made from: interpreter, place, and a digest of every file that decides."""
    digest = hashlib.sha256()
    for file in (requirements, ROOT / "constraints.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes() + b"\0")
    python = f"{platform.python_version()} {platform.machine()}"
    return {"python": python, "place": str(environment), "files": digest.hexdigest()}


def found(environment):
    """Return what the stamp of an environment says, or an empty dictionary where there is no whole one."""
    try:
        return json.loads((environment / STAMP).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def action(wanted, found):
    """Return "nothing", "update" (only the files changed) or "create"."""
    if found == wanted:
        return "nothing"
    same_base = all(found.get(key) == wanted[key] for key in ("python", "place"))
    return "update" if same_base else "create"


@contextlib.contextmanager
def alone(environment):
    """Let one set-up of this environment work at a time; the system ends the hold when a set-up dies."""
    with environment.with_name(environment.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another set-up of {environment.name} is at work: waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command, what):
    """Run a command; where it fails, leave with one sentence below what the command said itself."""
    status = subprocess.run([str(part) for part in command]).returncode
    if status:
        sys.exit(f"The set-up stopped: {what} failed. Its reason stands above; put that right and run this again.")


def install(environment, requirements, with_course=True):
    """Install the pinned files, then the course itself as an editable package, unless it is to stay outside."""
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check"]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    run(*pip, *quiet, "--requirement", requirements, what=f"installing {requirements.name}")
    if with_course:
        itself = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT]
        run(*pip, *itself, what="installing course_utils")


def set_up(environment, requirements, with_course=True):
    """Bring an environment to the wanted state with the least work."""
    with alone(environment):
        target = wanted(environment, requirements)
        work = action(target, found(environment))
        if work == "nothing":
            return
        (environment / STAMP).unlink(missing_ok=True)
        if work == "create":
            print(
                f"Making {environment.name} with Python {platform.python_version()}: minutes, and only once.",
                flush=True,
            )
            run(sys.executable, "-m", "venv", "--clear", environment, what=f"making {environment.name}")
        else:
            print(f"The pinned packages changed: bringing {environment.name} up to date.", flush=True)
        install(environment, requirements, with_course)
        unfinished = environment / (STAMP + ".part")
        unfinished.write_text(json.dumps(target))
        os.replace(unfinished, environment / STAMP)


if __name__ == "__main__":
    try:
        set_up(ROOT / sys.argv[1], ROOT / sys.argv[2], with_course="--without-course" not in sys.argv[3:])
    except KeyboardInterrupt:
        sys.exit("The set-up was interrupted: the next run starts it afresh.")
