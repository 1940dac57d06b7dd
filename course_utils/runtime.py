"""One call at the top of a lesson: quiet logs, fixed seeds, the precision that suits this machine.

It stands above `autodiff` because it asks it about the backend, and imports it only inside `start`: TensorFlow speaks
while it is imported.
"""

import contextlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_utils import limits

PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class Machine:
    """What a lesson runs on; printing it gives the line that `start` shows."""

    backend: str
    device: str
    precision: str
    cores: int
    memory_gb: float

    def __str__(self):
        return (
            f"{self.backend} on {self.device.upper()}, {self.precision}, "
            f"{self.cores} {'core' if self.cores == 1 else 'cores'}, {self.memory_gb:.1f} GB memory"
        )


def start(seed=0, threads=None):
    """Prepare this process for a lesson, and show one line that says what runs where.

    Args:
        seed: integer from 0 to 2**32 - 1; seeds Python, NumPy and the backend.
        threads: None, or how many threads TensorFlow gives one operation in this process; see
            `autodiff.set_threads`. 1 suits games of many small operations.

    Returns:
        A `Machine`.

    Raises:
        ValueError: for a bad seed or number of threads, or where the environment variable `COURSE_PRECISION` is none of
            `auto` (default), `float32` and `bfloat16`.
        RuntimeError: where TensorFlow has begun to compute with another number of threads.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be an integer from 0 to 2**32 - 1. Received: seed={seed!r}.")
    wanted = os.environ.get("COURSE_PRECISION", "auto")
    if wanted not in PRECISIONS:
        raise ValueError(f"COURSE_PRECISION must be one of {', '.join(PRECISIONS)}. Received: {wanted!r}.")

    with _held_stderr():
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import keras

        from course_utils import autodiff

        if threads is not None:
            autodiff.set_threads(threads)
        keras.utils.set_random_seed(seed)
        device = autodiff.device_kind()
    native = autodiff.native_bfloat16(processor_instructions())
    policy = "mixed_bfloat16" if wanted == "bfloat16" or (wanted == "auto" and native) else "float32"
    keras.config.set_dtype_policy(policy)

    machine = Machine(
        f"{autodiff.backend_version()}, keras {keras.__version__}",
        device,
        policy,
        limits.cores(),
        limits.free_memory() / 1e9,
    )
    print(machine)
    return machine


@contextlib.contextmanager
def _held_stderr():
    """Hold back what is written to stderr inside, C++ included; show it where an exception leaves the block.

    TensorFlow 2.21 prints that oneDNN is on before it reads TF_CPP_MIN_LOG_LEVEL, and a grader scores a cell 0 when
    it prints to stderr.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            if failed:
                held.seek(0)
                sys.stderr.write(held.read().decode(errors="replace"))


def processor_instructions(cpuinfo=Path("/proc/cpuinfo")):
    """Set of instruction-set names of this processor, such as `avx2`; empty where the system does not list them."""
    if not cpuinfo.exists():
        return set()
    flags = (line for line in cpuinfo.read_text().splitlines() if line.startswith("flags"))
    return set(next(flags, "flags:").partition(":")[2].split())
