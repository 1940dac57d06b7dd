"""Schedulers give every result once, whatever fails."""

import json
import operator
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from course_utils.grading import batch
from course_utils.grading.schedule import DaskPool, LocalPool
from tests.grading import deadly, sample

ROOT = Path(__file__).resolve().parents[2]
JOBS = {f"job {i}": (6, i) for i in range(4)}


def check(pool):
    with pool:
        results = dict(pool.run(operator.truediv, JOBS))
    assert {k: v for k, v in results.items() if k != "job 0"} == {"job 1": 6, "job 2": 3, "job 3": 2}
    assert isinstance(results["job 0"], ZeroDivisionError)


def test_local_pool():
    check(LocalPool(2))


def test_a_worker_that_is_killed_costs_no_result(tmp_path):
    """As the system does where memory ends."""
    with LocalPool(2) as pool:
        jobs = {i: (str(tmp_path / "died"), i, 3) for i in range(6)}
        results = dict(pool.run(deadly.kills_its_process_once, jobs))
    assert results == {i: i for i in range(6)}


def test_a_job_that_kills_every_worker_is_told_at_last(tmp_path):
    with LocalPool(1) as pool:
        results = dict(pool.run(deadly.kills_its_process_at, {"bad": (5,), "good": (6,)}))
    assert results["good"] == 6
    assert "killed" in str(results["bad"])


@pytest.fixture
def two_workers(tmp_path):
    """Address of a scheduler with two worker processes, and these processes."""
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    told = tmp_path / "scheduler.json"
    program = [sys.executable, "-m", "distributed.cli.dask_{}", "--no-dashboard", "--scheduler-file", str(told)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "env": environment}

    def start(what, *options):
        line = [part.format(what) for part in program]
        return subprocess.Popen([*line, *options], **quiet)

    started = [start("scheduler", "--port", "0")]
    try:
        deadline = time.monotonic() + 60
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        started += [start("worker", "--nworkers", "1", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        yield json.loads(told.read_text())["address"], started
    finally:
        for process in started:
            process.terminate()
            process.wait()


def test_dask_with_two_workers(two_workers):
    check(DaskPool(two_workers[0]))


@pytest.mark.sandbox
def test_a_batch_on_two_dask_workers(two_workers, tmp_path):
    address, (_, *workers) = two_workers
    root = sample.make_course(tmp_path)
    for number in range(4):
        sample.hand_in(root, f"good{number}", sample.answered(cube="import time\ntime.sleep(2)\n" + sample.CUBE))
    sample.hand_in(root, "bad", sample.answered(square="def square(x):\n    return x"))
    busy = set()

    def progress(*_):
        busy.update(worker.pid for worker in workers if psutil.Process(worker.pid).children())

    records = batch.grade(root, sample.NAME, DaskPool(address), progress=progress)
    assert {record.status for record in records} == {batch.GRADED}, [record.reasons for record in records]
    assert {record.student: record.score for record in records} == {
        "bad": 3,
        **{f"good{number}": 5 for number in range(4)},
    }
    assert busy == {worker.pid for worker in workers}


def test_dask_missing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"course-utils\[dask\]"):
        DaskPool("tcp://nowhere:1")
