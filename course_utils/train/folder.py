"""The folder of a run: what lies where in it, whose run it is, and files that are never half written."""

import contextlib
import json
import os
import socket
from pathlib import Path

import psutil


class RunFolder:
    """Where a run keeps its files.

    Args:
        path: the folder; made by `claim`.

    Attributes:
        path, checkpoints, samples, tensorboard: folders.
        metrics, model: files.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.checkpoints, self.samples, self.tensorboard = (
            self.path / name for name in ("checkpoints", "samples", "tensorboard")
        )
        self.metrics, self.model = self.path / "metrics.csv", self.path / "gan.keras"
        self._settings, self._finished = self.path / "settings.json", self.path / "finished.json"
        self._running = self.path / "running.json"

    def check(self, settings):
        """Refuse a folder that holds a run with other settings; more epochs are none.

        Raises:
            ValueError: names each setting that differs.
        """
        if not self._settings.exists():
            return
        there = json.loads(self._settings.read_text())
        differing = [name for name in there | settings if there.get(name) != settings.get(name)]
        if there["epochs"] < settings["epochs"]:
            differing.remove("epochs")
        if differing:
            pairs = (f"{name} {there.get(name)!r} there, {settings.get(name)!r} here" for name in differing)
            raise ValueError(
                f"{self.path} holds a run with other settings: {', '.join(pairs)}. Repeat its settings (only the "
                "epochs may be raised), or choose another folder."
            )

    def claim(self, settings):
        """Make the folder that of a run with these settings, a dict for JSON."""
        for folder in (self.path, self.samples):
            folder.mkdir(parents=True, exist_ok=True)
        write_json(self._settings, settings)

    @contextlib.contextmanager
    def held(self):
        """Keep this machine's other processes out of the folder. What a killed process left behind holds nothing.

        Raises:
            ValueError: where another process trains in it.
        """
        there = json.loads(self._running.read_text()) if self._running.exists() else {}
        if there and there["process"] != os.getpid() and there == _identity(there["process"]):
            raise ValueError(
                f"Another process trains in {self.path} now. Received: process {there['process']} in "
                f"{self._running.name}. Wait for its end or stop it, or choose another folder."
            )
        write_json(self._running, _identity(os.getpid()))
        try:
            yield
        finally:
            self._running.unlink(missing_ok=True)

    def finished(self, epochs):
        """Whether everything of a run of so many epochs is written."""
        return self._finished.exists() and json.loads(self._finished.read_text())["epochs"] == epochs

    def finish(self, epochs):
        """Note that everything is written."""
        write_json(self._finished, {"epochs": epochs})


def _identity(process):
    """What no later process with the same number has too; None where there is no such process."""
    try:
        begun = psutil.Process(process).create_time()
    except psutil.NoSuchProcess:
        return None
    return {"process": process, "begun": begun, "machine": socket.gethostname()}


@contextlib.contextmanager
def whole(path):
    """Give a path beside `path` to write to, and put what was written in the place of `path` in one step."""
    draft = path.with_name(f"draft-{path.name}")
    yield draft
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(draft, path)


def write_json(path, content):
    """Write a file of JSON, whole or not at all."""
    with whole(path) as draft:
        draft.write_text(json.dumps(content, indent=1) + "\n")
