"""Watches what all processes of one sandbox use together, which no limit of a single process can say."""

import threading
import time
from pathlib import Path

import psutil

POLL_SECONDS = 0.1
MEBI = 2**20


class Watch:
    """Ends a sandbox that passes a limit, and any sandbox on leaving. Enter it when the process runs.

    `stopped` says which limit was passed, or None.

    Args:
        pid: of the sandbox's outermost process.
        limits: a `Limits`.
        folder: the real folder that the sandbox writes to.
    """

    def __init__(self, pid, limits, folder):
        self.root, self.limits, self.folder = psutil.Process(pid), limits, Path(folder)
        self.stopped, self.peak_memory = None, 0
        self.started = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._done.set()
        self._thread.join()
        # Asked to shut down, a kernel may decline: by a thread, an exit handler, a child that cut itself loose.
        self._end()
        # What nobody waits for stays in the table of processes, and a batch runs hundreds.
        self.root.wait()

    def stop(self, reason):
        """End the sandbox and all that runs in it; the first reason stays."""
        self.stopped = self.stopped or reason
        self._end()

    def _end(self):
        # A namespace's first process takes all others with it; without a sandbox each must be named.
        for process in self._processes():
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def _processes(self):
        try:
            return [self.root, *self.root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _poll(self):
        while True:
            reason = self._passed()
            if reason:
                self.stop(reason)
            if reason or self._done.wait(POLL_SECONDS):
                return

    def _passed(self):
        limits = self.limits
        if time.monotonic() - self.started > limits.wall_seconds:
            return f"the notebook ran longer than {limits.wall_seconds:g} seconds"
        memory, tasks = 0, 0
        for process in self._processes():
            held, threads = _use(process)
            memory, tasks = memory + held, tasks + threads
        self.peak_memory = max(self.peak_memory, memory)
        if tasks > limits.processes:
            return f"more than {limits.processes} processes and threads ran at once"
        if memory > limits.memory:
            return f"the notebook took more than {limits.memory / MEBI:.0f} MB of memory"
        if _size(self.folder) > limits.folder:
            return "the sockets' folder was filled"
        return None


def _use(process):
    """Resident bytes and threads of one process, 0 and 0 where it has ended."""
    try:
        with process.oneshot():
            return process.memory_info().rss, process.num_threads()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0, 0


def _size(folder):
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue
    return total
