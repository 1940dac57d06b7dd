"""The sandbox of a student's kernel: a `bwrap` command line around any command.

What the command sees: the system's programs and this Python environment, read-only; an empty home folder, `/tmp` and
`/dev/shm`, in memory and small; one folder for its sockets; its own processes. What it does not see: any network, any
other process, the instructor's home, the submissions, the solutions, the gradebook. Nothing outlives it: bwrap's
process is the first of its process namespace, and the kernel (Linux's) ends all others with it.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

HOME = "/home/student"
# What a program needs to run at all; /etc holds names, keys and addresses, of which it needs none.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
FOR_THE_LINKER = ("/etc/ld.so.cache", "/etc/alternatives")
# Kernels of the instructor's own leave their connection files and histories here.
HIDDEN = ("jupyter", "ipython")
ENVIRONMENT = {
    "HOME": HOME,
    "USER": "student",
    "LOGNAME": "student",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    # Batches run kernels side by side: each with threads for all cores would only fight.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}
NO_MORE_USER_NAMESPACES = (0, 8)


class SandboxMissingError(RuntimeError):
    """There is no sandbox on this machine; the message says how to get one."""


@cache
def version():
    """Version of `bwrap` as integers, once it has been seen to work.

    Raises:
        SandboxMissingError: where it is not installed, or not allowed to make namespaces.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxMissingError(
            f"The sandbox needs Linux namespaces. Received: {sys.platform}. Grade in a Linux container or virtual "
            "machine, or type --unsafe-no-sandbox to run the students' code as yourself."
        )
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxMissingError(
            "Students' code runs only inside bubblewrap, and there is no `bwrap` here. Install it (Debian, Ubuntu: "
            "sudo apt install bubblewrap; Fedora: sudo dnf install bubblewrap), or type --unsafe-no-sandbox to run "
            "the students' code as yourself."
        )
    tried = subprocess.run([*command(["true"], limit=2**20, newest=False)], capture_output=True, text=True, timeout=30)
    if tried.returncode:
        raise SandboxMissingError(
            f"`bwrap` is here and does not run: {tried.stderr.strip() or tried.returncode}. This system may forbid "
            "user namespaces: see `sysctl kernel.unprivileged_userns_clone user.max_user_namespaces` (and on Ubuntu "
            "kernel.apparmor_restrict_unprivileged_userns), or grade in a virtual machine."
        )
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30).stdout
    return tuple(int(n) for n in re.findall(r"\d+", printed))


def command(inner, limit, folder=None, environment=None, newest=None):
    """Command line that runs `inner` in a sandbox.

    Args:
        inner: command line as a list.
        limit: bytes that each in-memory folder may hold.
        folder: one folder of the real system that it may write to; the kernel's sockets live there.
        environment: further environment variables.
        newest: whether `bwrap` knows the options of its version 0.8; None asks it.

    Raises:
        SandboxMissingError: where there is no sandbox.
    """
    newest = version() >= NO_MORE_USER_NAMESPACES if newest is None else newest
    line = [
        shutil.which("bwrap"),
        "--unshare-user",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]
    line += ["--disable-userns"] if newest else []
    line += ["--hostname", "sandbox", "--uid", "1000", "--gid", "1000", "--proc", "/proc", "--dev", "/dev"]
    sized = ["--size", str(int(limit)), "--tmpfs"]
    # Before the rest, as this Python may live in one of them.
    for path in ("/tmp", HOME, "/dev/shm"):
        line += [*sized, path]
    for path in SYSTEM:
        line += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind-try", path, path]
    for path in (*FOR_THE_LINKER, *_environment_folders()):
        line += ["--ro-bind-try", path, path]
    for name in HIDDEN:
        if (Path(sys.prefix) / name).is_dir():
            line += [*sized, str(Path(sys.prefix) / name), "--remount-ro", str(Path(sys.prefix) / name)]
    line += ["--bind", str(folder), str(folder)] if folder else []
    # Otherwise both are memory that anybody may fill: the root and /dev are file systems of their own.
    line += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME, "--clearenv"]
    for name, value in (ENVIRONMENT | {"PYTHONPATH": str(Path(_package()).parent)} | (environment or {})).items():
        line += ["--setenv", name, value]
    return [*line, "--", *inner]


def _environment_folders():
    """Folders of this Python and of this package, outermost first, without those inside another."""
    wanted = sorted({os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, _package())} | {sys.prefix})
    return [p for p in wanted if not any(p.startswith(f"{outer}/") for outer in (*SYSTEM, *wanted))]


def _package():
    return importlib.util.find_spec("course_utils").submodule_search_locations[0]
