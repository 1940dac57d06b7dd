"""Runs lessons from top to bottom, each in a fresh kernel, and writes the outputs back clean.

Usage: python -m tools.run_notebooks [--cell-seconds N] FOLDER [LESSON]

LESSON is the start of a file name, such as 05. Prints each lesson's seconds and peak memory, the slowest first.
A lesson that fails, or that writes to stderr, keeps its file as it was.
"""

import argparse
import contextlib
import os
import re
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

POLL_SECONDS = 0.05
# Without it every kernel warns on the terminal that its messages could be read by others on this machine.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class LessonError(Exception):
    """A lesson that did not run as it must; the message names the cell."""


def choose(folder, lesson):
    """Return the notebooks of a folder whose names start with `lesson`, or stop with one sentence that lists them."""
    paths = sorted(Path(folder).glob("*.ipynb"))
    chosen = [path for path in paths if path.name.startswith(Path(lesson or "").name)]
    if not chosen:
        known = ", ".join(path.stem for path in paths) or "none"
        sys.exit(f"No lesson in {folder} starts with {lesson!r}: the lessons are {known}.")
    return chosen


def resident(process):
    """Return the resident memory of a process and all its descendants, in bytes."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total


class PeakMemory:
    """Watches the processes that this one started, from entering to leaving; `peak` is in bytes."""

    def __init__(self):
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        this = psutil.Process()
        while not self._done.wait(POLL_SECONDS):
            self.peak = max(self.peak, sum(map(resident, this.children())))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._done.set()
        self._thread.join()


def on_screen(text):
    """Return what a terminal shows in the end: carriage returns overwrite, colours and backspaces vanish."""
    lines = ESCAPES.sub("", text).replace("\b", "").split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


def named(notebook, index):
    """Return how a message names a cell: its number, counted from 1, and its first line."""
    source = notebook.cells[index].source.strip().splitlines()
    return f"cell {index + 1} ({source[0] if source else 'empty'})"


def refuse_stderr(notebook):
    """Raise where a cell wrote to stderr: a reader would meet it as a red box."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise LessonError(f"{named(notebook, index)} wrote to stderr:\n{output.text.strip()}")


def clean(notebook):
    """Leave in a notebook what every machine would write: no times, versions or widget state. Changes it in place."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = on_screen(output.text)


def execute(notebook, folder, cell_seconds, kernels=AsyncKernelManager, environ=os.environ):
    """Run a notebook in a fresh kernel with `folder` as its working directory; raise LessonError where it fails.

    `kernels` is the class whose instance starts the kernel, `environ` the kernel's environment variables.
    """
    client = NotebookClient(
        notebook,
        timeout=cell_seconds,
        kernel_manager_class=kernels,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        config=ENCRYPTED,
    )
    running = [0]
    client.on_cell_execute = lambda cell, cell_index: running.append(cell_index)
    try:
        client.execute(env=dict(environ))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LessonError(f"{named(notebook, running[-1])} failed:\n{on_screen(str(error))}") from error
    refuse_stderr(notebook)


def run(path, cell_seconds):
    """Run one lesson and write it back; return (seconds, peak bytes)."""
    notebook = nbformat.read(path, as_version=4)
    started = time.perf_counter()
    with PeakMemory() as memory:
        execute(notebook, path.parent, cell_seconds)
    seconds = time.perf_counter() - started
    clean(notebook)
    unfinished = path.with_suffix(".part")
    nbformat.write(notebook, unfinished)
    os.replace(unfinished, path)
    return seconds, memory.peak


def table(measured):
    """Return the lines of the report, the slowest lesson first. `measured` maps a name to (seconds, bytes)."""
    width = max(map(len, measured))
    slowest_first = sorted(measured.items(), key=lambda item: -item[1][0])
    return [f"{'lesson':<{width}}  seconds  peak GB"] + [
        f"{name:<{width}}  {seconds:7.1f}  {peak / 1e9:7.2f}" for name, (seconds, peak) in slowest_first
    ]


def run_each(paths, run):
    """Run notebooks by a function that gives seconds and bytes, print both, and return the names of what failed."""
    measured, failed = {}, []
    for path in paths:
        print(f"Running {path.name}", flush=True)
        try:
            measured[path.stem] = run(path)
        except LessonError as error:
            failed.append(path.name)
            print(f"{path.name}: {error}", file=sys.stderr, flush=True)
    if measured:
        print("\n".join(table(measured)))
    return failed


def main(arguments=None):
    """Run the chosen lessons; leave with 1 where one fails, after all have run."""
    parser = argparse.ArgumentParser(description="Run lessons in place.")
    parser.add_argument("--cell-seconds", type=int, default=120, help="longest time one cell may take")
    parser.add_argument("folder", type=Path)
    parser.add_argument("lesson", nargs="?", default="")
    chosen = parser.parse_args(arguments)
    failed = run_each(choose(chosen.folder, chosen.lesson), lambda path: run(path, chosen.cell_seconds))
    if failed:
        sys.exit(f"Failed, and left as they were: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
