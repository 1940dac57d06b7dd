"""The rows, the table and the workers of the step-time benchmark."""

import json
import sys

import pytest

from benchmarks import step_time
from benchmarks.loops import worker
from benchmarks.loops.pipe import Worker, has_library
from tests.benchmarks.games import TINY

ISSUE = {"model", "ours_ms", "plain_tf_ms", "plain_torch_ms", "tuned_torch_ms", "floor_ms", "precision", "rounds"}


@pytest.fixture
def measured():
    """What two workers could have said: ours took 2, 4 and 3 s for 100 steps, the plain loop twice that."""
    said = {"precision": "float32", "versions": "tensorflow", "device": "cpu"}
    told = {
        "ours": said | {"parameters": {"generator": 3}, "multiply_adds": 10**9},
        "plain_tf": said | {"parameters": {"generator": 3}},
        "products": said,
    }
    rounds = [{"seconds": s, "steps": 100, "memory_mb": 50 + s, "elsewhere": s / 100} for s in (2, 4, 3)]
    answers = {
        "ours": rounds,
        "plain_tf": [r | {"seconds": 2 * r["seconds"]} for r in rounds],
        "products": [{"rates": {"float32": 200.0, "bfloat16": 400.0}}] * 3,
    }
    return told, answers


def test_a_row_holds_medians_ratios_and_the_floor(measured):
    row = step_time.row_of("dcgan", *measured)
    assert row.keys() >= ISSUE
    assert (row["ours_ms"], row["plain_tf_ms"], row["plain_torch_ms"]) == (30, 60, None)
    assert row["quartiles_ms"]["ours"] == [25, 35]
    assert row["over_ours"] == {"plain_tf": 2}
    assert (row["fastest_ms"]["ours"], row["elsewhere"]["ours"]) == (20, 0.04)
    # 2 * 10^9 operations at 200 * 10^9 a second.
    assert (row["floor_ms"], row["ours_over_floor"]) == (10, 3)
    assert (row["rounds"], row["memory_mb"]["ours"]) == (3, 53)
    assert json.loads(json.dumps(row)) == row


def test_a_round_beside_other_work_is_repeated(monkeypatch):
    shares = iter([0.0, 0.5, 0.05, 0.5, 0.0, 0.5])

    class Worker:
        def __init__(self, python, model, loop, **environment):
            self.parameters = {} if loop == "products" else {"parameters": {"generator": 3}}

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

        def ready(self):
            return self.parameters | {"precision": "float32"}

        def timed(self, epochs):
            return {"elsewhere": next(shares)}

    monkeypatch.setattr(step_time, "Worker", Worker)
    _, answers = step_time.measure("dcgan", {"ours": ("python", "tensorflow")}, 2, "auto", show=lambda line: None)
    assert answers == {
        "ours": [{"elsewhere": 0.0}, {"elsewhere": 0.0}],
        "products": [{"elsewhere": 0.05}, {"elsewhere": 0.5}],
    }


def test_a_loop_with_other_networks_is_refused(measured):
    told, _ = measured
    told["plain_tf"]["parameters"] = {"generator": 4}
    with pytest.raises(ValueError, match="as many parameters"):
        step_time.check_same(told)


def test_the_table_shows_what_was_not_measured_as_a_dash(measured):
    row = step_time.row_of("dcgan", *measured)
    head, line, other = step_time.table([row, row | {"model": "cyclegan", "plain_tf_ms": None}]).splitlines()
    assert "plain_tf" in head
    assert "plain_torch" not in head
    assert "60.0 [50.0, 70.0] x2.00" in line
    assert other.split().count("-") == 1


def test_rows_of_other_models_stay_in_the_file(measured, tmp_path):
    path = tmp_path / "step_time.json"
    row = step_time.row_of("dcgan", *measured)
    step_time.write([row | {"model": "cyclegan"}], path)
    step_time.write([row], path)
    step_time.write([row | {"rounds": 9}], path)
    saved = json.loads(path.read_text())
    assert [(r["model"], r["rounds"]) for r in saved] == [("dcgan", 9), ("cyclegan", 3)]


def test_without_pytorch_only_tensorflows_loops_run(tmp_path):
    assert set(step_time.loops_of("dcgan", str(tmp_path / "python"), True)) == {
        "ours",
        "ours_shared",
        "plain_tf",
        "tutorial_tf",
    }
    assert set(step_time.loops_of("pix2pix", str(tmp_path / "python"), False)) == {
        "ours",
        "ours_shared",
        "plain_tf",
        "threads_tf",
    }


def test_an_interpreter_is_asked_for_its_libraries():
    assert has_library(sys.executable, "numpy")
    assert not has_library(sys.executable, "no_such_library")


def test_a_worker_that_fails_says_why():
    with (
        Worker(sys.executable, "no_such_game", "ours") as worker,
        pytest.raises(RuntimeError, match=r"ours stopped with status 1:\n(.*\n)*KeyError: 'no_such_game'"),
    ):
        worker.ready()


def test_an_unknown_model_is_refused_by_name(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["step_time", "--models", "dcgan,vae"])
    with pytest.raises(SystemExit):
        step_time.main()
    assert "Received: vae" in capsys.readouterr().err


@pytest.mark.parametrize(("loop", "shares"), [("ours", False), ("ours_shared", True), ("ours_jax", False)])
def test_only_one_loop_shares_its_images(loop, shares, monkeypatch):
    monkeypatch.setitem(worker.CASES, "dcgan", TINY["dcgan"])
    made, _ = worker.build("dcgan", loop)
    assert made.gan.share_fakes is shares


@pytest.mark.parametrize(("loop", "threads"), [("ours", 1), ("ours_shared", 1), ("threads_tf", 1), ("plain_tf", None)])
def test_the_plain_loop_keeps_tensorflows_threads(loop, threads, monkeypatch):
    class StartedError(Exception):
        pass

    def start(seed, threads):
        raise StartedError(threads)

    monkeypatch.setattr("course_utils.runtime.start", start)
    with pytest.raises(StartedError) as stopped:
        worker.build("pix2pix", loop)
    assert stopped.value.args == (threads,)
