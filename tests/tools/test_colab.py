"""Lessons run as on Colab: the first cell installs, nothing is read from the repository, and a fault is named."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_notebook

from tests.tools.notebooks import code, prose, stream, write
from tools.badges import repository
from tools.colab import __main__ as colab
from tools.colab import machine as machines

ENVIRONMENT = Path(sys.prefix)
NOTEBOOKS = sorted((machines.ROOT / "notebooks").glob("*.ipynb"))
INSTALLS = f"install --quiet git+https://github.com/{repository()}"
FIRST = f'import sys\n\nif "google.colab" in sys.modules:\n    %pip {INSTALLS}'


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_starts_with_the_cell_that_installs(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[colab.code_cells(notebook)[0]].source == FIRST
    assert "import" in notebook.cells[colab.code_cells(notebook)[1]].source


@pytest.mark.parametrize(("modules", "ran"), [({}, []), ({"google.colab": ModuleType("colab")}, [("pip", INSTALLS)])])
def test_the_first_cell_installs_on_colab_only(monkeypatch, capsys, modules, ran):
    asked = []
    shell = SimpleNamespace(run_line_magic=lambda name, line: asked.append((name, line)))
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    exec(TransformerManager().transform_cell(FIRST), {"get_ipython": lambda: shell})
    assert asked == ran
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("hook", [False, True])
def test_the_working_tree_is_published(tmp_path, monkeypatch, hook):
    project = tmp_path / "a project"
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", project], check=True)
    for name, text in {".gitignore": "build/\n", "known.py": "1", "new.py": "2", "build/left.py": "3"}.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    subprocess.run(["git", "-C", project, "add", "known.py"], check=True)
    (project / "known.py").write_text("changed")
    before = (project / ".git/index").read_bytes()
    if hook:
        monkeypatch.setenv("GIT_INDEX_FILE", str(project / ".git/index"))
    monkeypatch.setattr(machines, "ROOT", project)
    machines.publish(tmp_path / "published.git")
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    subprocess.run(["git", "clone", "--quiet", tmp_path / "published.git", tmp_path / "clone"], check=True)
    assert {path.name for path in (tmp_path / "clone").iterdir()} == {".git", ".gitignore", "known.py", "new.py"}
    assert (tmp_path / "clone/known.py").read_text() == "changed"
    assert (project / ".git/index").read_bytes() == before


@pytest.fixture
def machine(tmp_path):
    """A machine over the environment that runs this test; it has no network, and no repository answers."""
    return machines.Machine(tmp_path, ENVIRONMENT, tmp_path / "nowhere.git")


def run_python(machine, source):
    command = [machine.site_packages.parents[2] / "bin" / "python", "-c", source]
    return subprocess.run(command, cwd=machine.content, env=machine.environ, capture_output=True, text=True)


def test_a_machine_sees_the_packages_below_and_is_empty_itself(machine):
    done = run_python(machine, "import sys, numpy; print(sys.prefix); print(numpy.__file__)")
    above, numpy = map(Path, done.stdout.split())
    assert above == machine.site_packages.parents[2]
    assert not numpy.is_relative_to(above)
    assert machine.installed() == []
    assert list(machine.content.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        (f"open({str(machines.ROOT / 'README.md')!r})", True),
        (f"import os; os.chdir('/'); open({str(machines.ROOT / 'LICENSE')[1:]!r})", True),
        (f"import os; os.listdir({str(machines.ROOT)!r})", True),
        ("import numpy", False),
        ("open('own', 'w')", False),
    ],
)
def test_a_machine_reads_nothing_from_the_repository(machine, source, refused):
    hook = "import sys, colab_kernel_launcher as launcher; sys.addaudithook(launcher.refuse_repository)\n"
    done = run_python(machine, hook + source)
    assert done.returncode == int(refused), done.stderr
    assert ("PermissionError: Colab has no repository, but this was read from it: " in done.stderr) == refused


def test_only_the_first_two_code_cells_are_kept():
    notebook = new_notebook(cells=[prose(), code("a"), prose(), code(""), code("b"), prose(), code("c")])
    colab.keep_imports(notebook)
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == ["a", "", "b"]


def test_what_pip_says_is_told_from_the_usual_note():
    note = stream(f"{colab.NOTE}\n")
    assert colab.said(code("", 1, [note])) == ""
    assert colab.said(code("", 1, [stream("\nWARNING: old pip\n"), note])) == "WARNING: old pip"


@pytest.mark.parametrize(
    ("first", "message", "printed"),
    [
        ("import google.colab", "must install ['course_utils', 'keras'], and it installed []", ""),
        ("%pip install --quiet no-such-package-here", "the installation must be silent", "No matching distribution"),
        (FIRST, "the installation must be silent", "nowhere.git"),
        ("import sys\nprint('careful', file=sys.stderr)", "cell 1 (import sys) wrote to stderr", ""),
    ],
)
def test_a_first_cell_that_fails_is_named(machine, tmp_path, capsys, first, message, printed):
    path = write(tmp_path, new_notebook(cells=[code(first), code("x = 1")]))
    with pytest.raises(colab.LessonError) as error:
        colab.run(path, machine, 60, imports=False)
    assert message in str(error.value)
    assert printed in capsys.readouterr().err


def test_a_notebook_that_takes_too_much_memory_is_named(machine, tmp_path, monkeypatch):
    monkeypatch.setattr(colab, "MOST_BYTES", 10_000_000)
    monkeypatch.setattr(colab, "INSTALLED", [])
    path = write(tmp_path, new_notebook(cells=[code("x = 1"), code("x = 2")]))
    with pytest.raises(colab.LessonError, match=r"it took \d\.\d GB of memory"):
        colab.run(path, machine, 60, imports=False)
