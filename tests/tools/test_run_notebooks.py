"""Lessons are run in a fresh kernel and written back clean; one that fails keeps its file."""

import nbformat
import psutil
import pytest
from nbformat.v4 import new_notebook

from tests.tools.notebooks import code, prose, write
from tools import run_notebooks

PEAK_BYTES = 300_000_000
MEMORY = f"held = bytearray({PEAK_BYTES})\nimport time\ntime.sleep(0.5)\ndel held"


@pytest.fixture
def lessons(tmp_path):
    """Three lessons: one that runs, one that fails in its third cell, one that warns."""
    noisy = new_notebook(
        cells=[prose(), code("x = 1", 9), code('print("0%\\r50%\\r100%\\nx is", x)'), code(""), code(MEMORY)],
        metadata={"widgets": {"state": {}}, "kernelspec": {"name": "elsewhere", "display_name": "Ada's"}, "toc": 1},
    )
    noisy.cells[1].metadata["execution"] = {"iopub.execute_input": "2020-01-01"}
    noisy.cells[2].metadata["tags"] = ["keep"]
    write(tmp_path, noisy, "01_runs.ipynb")
    write(tmp_path, new_notebook(cells=[prose(), code("x = 1"), code("# divides\n1 / 0")]), "02_fails.ipynb")
    write(tmp_path, new_notebook(cells=[code("import sys\nprint('careful', file=sys.stderr)")]), "03_warns.ipynb")
    return tmp_path


def test_a_lesson_is_written_back_clean(lessons, capfd):
    path = lessons / "01_runs.ipynb"
    before = nbformat.read(path, as_version=4)
    run_notebooks.main([str(lessons), "01"])
    after = nbformat.read(path, as_version=4)
    assert after.metadata == {"kernelspec": run_notebooks.KERNEL, "language_info": {"name": "python"}}
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    assert [cell.get("execution_count") for cell in after.cells] == [None, 1, 2, None, 3]
    assert after.cells[1].metadata == {}
    assert after.cells[2].metadata == {"tags": ["keep"]}
    assert [output.text for output in after.cells[2].outputs] == ["100%\nx is 1\n"]
    printed = capfd.readouterr()
    assert printed.err == ""
    header, row = printed.out.splitlines()[1:]
    assert header.split() == ["lesson", "seconds", "peak", "GB"]
    assert row.startswith("01_runs ")
    assert float(row.split()[2]) > PEAK_BYTES / 1e9


def test_a_second_run_writes_the_same_file(lessons):
    path = lessons / "01_runs.ipynb"
    run_notebooks.run(path, 60)
    first = path.read_bytes()
    run_notebooks.run(path, 60)
    assert path.read_bytes() == first


def test_failures_are_named_and_leave_the_files(lessons, capsys):
    before = {path.name: path.read_bytes() for path in lessons.iterdir()}
    with pytest.raises(SystemExit, match=r"left as they were: 02_fails.ipynb, 03_warns.ipynb\."):
        run_notebooks.main([str(lessons)])
    printed = capsys.readouterr()
    assert "02_fails.ipynb: cell 3 (# divides) failed:" in printed.err
    assert "ZeroDivisionError: division by zero" in printed.err
    assert "03_warns.ipynb: cell 1 (import sys) wrote to stderr:\ncareful" in printed.err
    assert "\n01_runs " in printed.out
    after = {path.name: path.read_bytes() for path in lessons.iterdir()}
    assert after.keys() == before.keys()
    assert [name for name in before if after[name] != before[name]] == ["01_runs.ipynb"]


@pytest.mark.parametrize(
    ("source", "said"),
    [("import time\ntime.sleep(60)", "timed out"), ("import os\nos._exit(1)", "Kernel died")],
)
def test_a_cell_that_never_ends_is_named(tmp_path, source, said):
    path = write(tmp_path, new_notebook(cells=[code("x = 1"), code(source)]))
    # Python's own helpers of other tests may be there.
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(run_notebooks.LessonError, match=rf"^cell 2 \(import \w+\) failed:[\s\S]*{said}"):
        run_notebooks.run(path, 2)
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.parametrize("lesson", ["", "0", None])
def test_all_lessons_are_chosen(lessons, lesson):
    assert [path.name[:2] for path in run_notebooks.choose(lessons, lesson)] == ["01", "02", "03"]


@pytest.mark.parametrize("lesson", ["02", "02_fails", "02_fails.ipynb", "notebooks/02_fails.ipynb"])
def test_one_lesson_is_chosen(lessons, lesson):
    assert [path.stem for path in run_notebooks.choose(lessons, lesson)] == ["02_fails"]


def test_an_unknown_lesson_lists_the_lessons(lessons):
    with pytest.raises(SystemExit, match=r"starts with '7': the lessons are 01_runs, 02_fails, 03_warns\.$"):
        run_notebooks.choose(lessons, "7")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain\ntwo\n", "plain\ntwo\n"),
        ("1/2\r2/2", "2/2"),
        ("1/2\b\b\b\r\x1b[1m2/2\x1b[0m\n", "2/2\n"),
        ("windows\r\n", "windows\n"),
    ],
)
def test_text_is_kept_as_a_terminal_ends_it(text, seen):
    assert run_notebooks.on_screen(text) == seen


def test_table_has_the_slowest_first():
    lines = run_notebooks.table({"04_vanilla_gan": (12.34, 1.5e9), "05_dcgan": (80, 2.25e9)})
    assert lines == [
        "lesson          seconds  peak GB",
        "05_dcgan           80.0     2.25",
        "04_vanilla_gan     12.3     1.50",
    ]
