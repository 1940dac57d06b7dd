import re
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]


def test_notebooks_are_listed_with_their_seconds_the_slowest_first(tmp_path):
    for name, pause in (("quick", 0), ("slow", 1)):
        cells = [nbformat.v4.new_code_cell(f"import time\ntime.sleep({pause})"), nbformat.v4.new_code_cell("1 + 1")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-p", "tools.lesson_seconds", "-p", "no:cacheprovider", "--nbval-lax"]
    done = subprocess.run(
        [*command, "--nbval-current-env", f"--rootdir={ROOT}", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout.split("seconds per notebook")[1]
    rows = re.findall(r"^(slow\.ipynb|quick\.ipynb|together) +([\d.]+)$", table, re.MULTILINE)
    assert [name for name, _ in rows] == ["slow.ipynb", "quick.ipynb", "together"]
    slow, quick, together = (float(value) for _, value in rows)
    assert slow > 1
    assert slow > quick
    assert abs(together - slow - quick) < 0.15


def test_without_notebooks_there_is_no_table(tmp_path):
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "tools.lesson_seconds", f"--rootdir={ROOT}", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "seconds per notebook" not in done.stdout
