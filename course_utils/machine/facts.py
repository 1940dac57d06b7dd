"""What there is on this machine, as far as the course cares."""

import contextlib
import importlib.util
import io
import os
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from course_utils import limits, runtime

PACKAGES = ("keras", "numpy")


@dataclass(frozen=True)
class Facts:
    """What there is.

    Args:
        python: Python's version, such as `"3.12.4"`.
        packages: versions by name; None for a package that is missing.
        here: the `runtime.Machine` that `runtime.start` tells; None where no backend starts.
        missing: why none starts, in the error's own words; None where one does.
        cores: cores that this process may use.
        machine_cores: cores of the whole machine.
        free: bytes of memory that this process can still take; None where psutil, which tells them, is missing.
        nvidia: whether the machine has an NVIDIA GPU, used or not.
    """

    python: str
    packages: dict[str, str | None]
    here: runtime.Machine | None
    missing: str | None
    cores: int
    machine_cores: int
    free: int | None
    nvidia: bool

    @property
    def backend(self):
        """Name and version of what computes; None where no backend starts."""
        return self.here and self.here.backend.partition(",")[0]


def gather():
    """The `Facts` of this process. Starts the backend as `runtime.start()` does, and shows nothing."""
    # Before the backend takes its share.
    free = limits.free_memory() if importlib.util.find_spec("psutil") else None
    here, missing = _started()
    return Facts(
        python=platform.python_version(),
        packages={name: _version(name) for name in PACKAGES},
        here=here,
        missing=missing,
        cores=limits.cores(),
        machine_cores=os.cpu_count() or 1,
        free=free,
        nvidia=shutil.which("nvidia-smi") is not None,
    )


def _started():
    """What `runtime.start` tells, or None and the reason: a missing package, or a wrong setting."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return runtime.start(), None
    except (ImportError, ValueError) as error:
        return None, str(error).partition("\n")[0]


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
