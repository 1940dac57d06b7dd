"""A headless Chromium, and the course in a JupyterLab of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.browser.jupyter import Notebook
from tools import chromium
from tools.badges import ROOT

COPIED = ("assignments", "docs", "notebooks", "solutions")
ENVIRONMENT = ROOT / os.environ.get("COURSE_ENVIRONMENT", ".venv")
# Set by tests/conftest.py for tests without a notebook: a student's kernel has neither.
FOR_TESTS = ("MPLBACKEND", "TF_CPP_MIN_LOG_LEVEL")
TRACKER = Path("lab", "user-settings", "@jupyterlab", "notebook-extension", "tracker.jupyterlab-settings")


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: `make setup-site` installs it")
    if chromium.executable() is None:
        pytest.skip(chromium.MISSING)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.SWITCHES)
        yield browser
        browser.close()


class Lab:
    """A running JupyterLab: the folder that it shows, and the file with what it prints."""

    def __init__(self, root, log):
        self.root, self.log = root, log

    @property
    def address(self):
        found = re.search(r"http://127\S+token=\w+", self.log.read_text())
        return found and found[0]

    def page(self, path, workspace):
        """Address of a file, in a workspace where nothing else is open."""
        return re.sub(r"/lab/tree/[^?]*", f"/lab/workspaces/{workspace}/tree/{path}", self.address)


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of what `make lab` shows: JupyterLab saves the notebooks that it runs."""
    folder = tmp_path_factory.mktemp("lab") / "course"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "lab.py", folder / "tools")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="session")
def lab(course, tmp_path_factory):
    """JupyterLab as `make lab` starts it, by the course's environment, not by the one that drives the browser."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        pytest.skip(f"there is no {python}: `make test-browser` makes it")
    folder = tmp_path_factory.mktemp("jupyter")
    folders = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environ = {**os.environ, **folders, "IPYTHONDIR": str(folder / "ipython")}
    for name in FOR_TESTS:
        environ.pop(name, None)
    # JupyterLab keeps only the cells in view in the page; the tests look at all of them.
    tracker = folder / "config" / TRACKER
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}')
    log = folder / "log"
    with log.open("w") as output:
        command = [str(python), "tools/lab.py", "--no-browser", f"--port={_free_port()}"]
        process = subprocess.Popen(command, cwd=course, env=environ, stdout=output, stderr=subprocess.STDOUT)
    lab = Lab(course, log)
    try:
        give_up = time.monotonic() + 60
        while not lab.address and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.1)
        assert lab.address, log.read_text()
        yield lab
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def open_notebook(browser, lab, request):
    """Opens a file of the course in a new window; gives a `Notebook`."""
    contexts = []

    def open_notebook(path):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 1000}))
        workspace = re.sub(r"\W+", "-", f"{request.node.name}-{len(contexts)}")
        return Notebook(contexts[-1].new_page(), lab.page(path, workspace))

    yield open_notebook
    for context in contexts:
        context.close()
