"""JupyterLab starts with what the machine asks for, and says where."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools import lab

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":10", "SSH_CONNECTION": "a b c d"}, False),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "a b c d"}, False),
    ],
)
def test_has_display(platform, environ, expected):
    assert lab.has_display(platform, environ) is expected


def test_root_is_allowed_only_where_root_runs_it():
    assert "--allow-root" in lab.options("linux", {}, is_root=True)
    assert "--allow-root" not in lab.options("linux", {}, is_root=False)


def test_browser_opens_only_where_it_is_seen():
    assert "--no-browser" in lab.options("linux", {}, is_root=False)
    assert "--no-browser" not in lab.options("darwin", {}, is_root=False)


def test_what_is_given_replaces_the_default():
    given = ["--ServerApp.root_dir=/elsewhere", "--LabApp.default_url=/lab"]
    chosen = lab.options("darwin", {}, is_root=False, given=given)
    names = ["--log-level", "--KernelManager.transport_encryption", "--ServerApp.tornado_settings"]
    assert [option.partition("=")[0] for option in chosen] == names


def started(tmp_path, port):
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environ = {**os.environ, **folders, "IPYTHONDIR": str(tmp_path)}
    environ.pop("DISPLAY", None)
    command = [sys.executable, str(ROOT / "tools" / "lab.py"), f"--port={port}", "--no-browser"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def fetch(address):
    """Return a page; Jupyter prints its address a moment before it listens there."""
    give_up = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as page:
                return page.read()
        except urllib.error.URLError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def listed(address, folder):
    """Names in a folder, as JupyterLab's list of files shows them."""
    answer = json.loads(fetch(address.replace(f"/lab/tree/{lab.FIRST_PAGE}?", f"/api/contents{folder}?")))
    return {entry["name"] for entry in answer["content"]}


def test_lists_that_need_an_exchange_are_switched_off(tmp_path):
    lab.write_settings(tmp_path)
    page = json.loads((tmp_path / "share" / "jupyter" / "lab" / "settings" / "page_config.json").read_text())
    assert set(page["disabledExtensions"]) == {"@jupyter/nbgrader:assignment-list", "@jupyter/nbgrader:course-list"}


def test_lab_answers_on_the_next_port_where_one_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = started(tmp_path, port)
        try:
            lines = iter(process.stdout.readline, "")
            address = next(found[0] for line in lines if (found := re.search(r"http://127\S+token=\w+", line)))
            assert f":{port}/" not in address
            assert f"/lab/tree/{lab.FIRST_PAGE}?" in address
            assert b"<title>JupyterLab</title>" in fetch(address)
            assert {"assignments", "docs", "notebooks", "solutions"} <= listed(address, "")
            lessons = listed(address, "/notebooks")
            assert lessons == {path.name for path in (ROOT / "notebooks").glob("[!.]*")}
            assert Path(lab.FIRST_PAGE).name in lessons
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
