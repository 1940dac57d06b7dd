"""One notebook, run in a kernel of its own, whatever it does."""

import gc
import os
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.grading.execution import execute
from course_utils.grading.limits import MEBI, Limits

pytestmark = pytest.mark.sandbox
TIGHT = Limits(memory=400 * MEBI, processes=60, cell_seconds=2, wall_seconds=20, output=MEBI)


def run(*sources, limits=TIGHT, sandboxed=True):
    notebook = new_notebook(cells=[new_markdown_cell("words"), *map(new_code_cell, sources)])
    outcome = execute(notebook, limits, sandboxed)
    return outcome, [cell.outputs for cell in outcome.notebook.cells[1:]]


def test_runs_cells_in_order_and_leaves_the_original():
    given = new_notebook(cells=[new_code_cell("x = 2"), new_code_cell("x * 21")])
    outcome = execute(given, TIGHT)
    assert outcome.notebook.cells[1].outputs[0].data["text/plain"] == "42"
    assert given.cells[1].outputs == []
    assert outcome.stopped is None
    assert 0 < outcome.seconds < 20
    assert outcome.peak_memory > 10 * MEBI


def test_an_error_does_not_end_it():
    outcome, (first, second) = run("1 / 0", "'on'")
    assert first[0].ename == "ZeroDivisionError"
    assert second[0].data["text/plain"] == "'on'"
    assert outcome.stopped is None


def test_an_endless_cell_is_interrupted():
    outcome, (first, second) = run("while True:\n    pass", "'on'")
    assert first[0].ename == "KeyboardInterrupt"
    assert second[0].data["text/plain"] == "'on'"
    assert outcome.stopped is None


def test_what_did_not_run_says_so():
    outcome, (first, second, third) = run("'before'", "import os; os._exit(0)", "'after'")
    assert first[0].data["text/plain"] == "'before'"
    assert second[0].ename == third[0].ename == "NotRun"
    assert "ended by itself" in outcome.stopped


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("while True: print('x' * 1000)", "printed more"),
        ("import os\nfor _ in range(200):\n    if os.fork() == 0:\n        os.kill(os.getpid(), 19)", "processes"),
        ("import time\nwhile True:\n    try: time.sleep(60)\n    except KeyboardInterrupt: pass", "longer than"),
    ],
)
def test_a_limit_ends_it(code, reason):
    limits = Limits(memory=2000 * MEBI, processes=60, cell_seconds=2, wall_seconds=6, output=MEBI)
    outcome, outputs = run(code, "'after'", limits=limits)
    assert reason in outcome.stopped
    assert outputs[1][0].ename == "NotRun"


def test_a_student_cannot_keep_a_cell_from_running():
    cell = new_code_cell("1 / 0", metadata={"tags": ["skip-execution", "raises-exception"]})
    outcome = execute(new_notebook(cells=[cell]), TIGHT)
    assert outcome.notebook.cells[0].outputs[0].ename == "ZeroDivisionError"


def test_a_huge_message_does_not_fill_this_process():
    import psutil

    before = psutil.Process().memory_info().rss
    run("raise ValueError('x' * (200 * 2**20))", "'after'")
    gc.collect()
    assert psutil.Process().memory_info().rss - before < 100 * MEBI


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("import os\nif os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(3600)")
    time.sleep(0.2)
    assert os.listdir(tmp_path) == []


def test_unsafe_runs_without_a_sandbox():
    _, (first,) = run("import os; os.getpid() > 10", sandboxed=False)
    assert first[0].data["text/plain"] == "True"
