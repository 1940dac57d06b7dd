"""What a submission may use while it is graded."""

from dataclasses import dataclass, fields
from numbers import Real

MEBI = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; the run ends at the first that is passed, and the marks earned before it stay.

    Args:
        memory: bytes that all processes of the sandbox hold together, its in-memory folders included.
        processes: processes and threads at one time.
        folder: bytes in the home folder, which lives in memory; `/tmp` and `/dev/shm` may each hold as much.
        file: bytes in a single file.
        cpu_seconds: processor time of one process.
        cell_seconds: wall time of one cell; the cell is interrupted, and the next one runs.
        wall_seconds: wall time of the whole notebook.
        output: bytes of output of the whole notebook.

    Raises:
        ValueError: for a limit that is not a positive number.
    """

    memory: int = 2048 * MEBI
    processes: int = 128
    folder: int = 64 * MEBI
    file: int = 32 * MEBI
    cpu_seconds: float = 300
    cell_seconds: float = 30
    wall_seconds: float = 300
    output: int = 4 * MEBI

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, Real) or not value > 0:
                raise ValueError(f"A limit is a positive number. Received: {field.name}={value!r}.")
