"""Runs one notebook in a sandboxed kernel, cell by cell, whatever the notebook does."""

import shutil
import tempfile
import time
from dataclasses import dataclass

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course_utils.grading.guards import GUARD, NOT_RUN, error
from course_utils.grading.limits import Limits
from course_utils.grading.provisioner import Manager
from course_utils.grading.watch import Watch

STARTUP_SECONDS = 60
IOPUB_SECONDS = 5


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook.

    Args:
        notebook: with outputs. A code cell that did not run has one error output, of the name `NotRun`.
        stopped: None, or a sentence on why the kernel ended before the last cell.
        seconds: wall time, start of the kernel included.
        peak_memory: bytes that the sandbox held at most, as seen ten times a second.
    """

    notebook: nbformat.NotebookNode
    stopped: str | None
    seconds: float
    peak_memory: int


class Client(NotebookClient):
    """Runs cells and counts what they print; `watch` ends a kernel that prints too much."""

    def __init__(self, notebook, manager, limits):
        super().__init__(
            notebook,
            km=manager,
            timeout=limits.cell_seconds,
            startup_timeout=STARTUP_SECONDS,
            iopub_timeout=IOPUB_SECONDS,
            allow_errors=True,
            interrupt_on_timeout=True,
            store_widget_state=False,
            # A student's tag could otherwise keep a test from running, and what does not run does not fail.
            skip_cells_with_tag="",
        )
        self.limits, self.printed, self.watch = limits, 0, None

    def process_message(self, msg, cell, cell_index):
        self.printed += len(repr(msg["content"]))
        if self.printed > self.limits.output:
            self.watch.stop(f"the notebook printed more than {self.limits.output / 2**20:.0f} MB")
            return None
        return super().process_message(msg, cell, cell_index)


def execute(notebook, limits=None, sandboxed=True):
    """Run a copy of a notebook in a kernel of its own, and return the `Outcome`. The notebook given stays as it is.

    Raises:
        SandboxMissingError: where `sandboxed` and there is no sandbox.
    """
    limits, notebook = limits or Limits(), _fresh(notebook)
    started = time.monotonic()
    folder = tempfile.mkdtemp(prefix="grade-")
    manager = Manager(folder, limits, sandboxed)
    try:
        stopped, peak = _run(Client(notebook, manager, limits), limits, folder)
    finally:
        # A batch runs hundreds of kernels from one process, and each would leave its sockets behind.
        manager.context.destroy(linger=0)
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(notebook, stopped, time.monotonic() - started, peak)


def _fresh(notebook):
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copy


def _run(client, limits, folder):
    cells, at = client.nb.cells, 0
    with client.setup_kernel(env={}), Watch(client.km.provisioner.pid, limits, folder) as client.watch:
        try:
            for at, cell in enumerate(cells):
                # What is in the history can be read by the functions that a test calls.
                client.execute_cell(cell, at, store_history=GUARD not in cell.metadata)
            stopped = None
        except (DeadKernelError, CellTimeoutError) as error:
            stopped = client.watch.stopped or _sentence(error)
            client.watch.stop(stopped)
    if stopped:
        for cell in cells[at:]:
            _mark(cell, stopped)
    return stopped, client.watch.peak_memory


def _sentence(error):
    if isinstance(error, DeadKernelError):
        return "the kernel ended by itself (os._exit, a crash, or a limit on memory or processor time)"
    return "the kernel no longer answered"


def _mark(cell, reason):
    if cell.cell_type == "code" and cell.source.strip():
        text = f"This cell did not run to its end: {reason}."
        cell.outputs = [error(NOT_RUN, text)]
