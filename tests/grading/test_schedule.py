"""Schedulers give every result once, whatever fails."""

import subprocess
import sys
import time

import pytest

from course_utils.grading.schedule import DaskPool, LocalPool


def divide(a, b):
    return a / b


JOBS = {f"job {i}": (6, i) for i in range(4)}


def check(pool):
    with pool:
        results = dict(pool.run(divide, JOBS))
    assert {k: v for k, v in results.items() if k != "job 0"} == {"job 1": 6, "job 2": 3, "job 3": 2}
    assert isinstance(results["job 0"], ZeroDivisionError)


def test_local_pool():
    check(LocalPool(2))


def test_dask_with_two_workers(tmp_path):
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    address = tmp_path / "scheduler.json"
    line = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nworkers", "1", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    started = [subprocess.Popen([*line, "--scheduler-file", str(address)], **quiet)]
    try:
        deadline = time.monotonic() + 60
        while not address.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        started += [subprocess.Popen([*worker, "--scheduler-file", str(address)], **quiet) for _ in range(2)]
        import json

        check(DaskPool(json.loads(address.read_text())["address"]))
    finally:
        for process in started:
            process.terminate()
            process.wait()


def test_dask_missing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"course-utils\[dask\]"):
        DaskPool("tcp://nowhere:1")
