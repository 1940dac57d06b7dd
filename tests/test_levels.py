"""The package's order, read from its imports: who may know whom, as levels."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "course_utils"

# The longest prefix of a module's name decides. A file imports from lower levels, or from its own folder.
LEVELS = {
    "autodiff": -1,  # below all: a layer may ask it for a backend's kernel
    "losses": 0,
    "arithmetic": 0,
    "density": 0,
    "layers": 0,
    "data": 0,
    "lessons": 0,
    "limits": 0,
    "networks": 1,
    "runtime": 1,  # asks autodiff which backend and device there are
    "attacks": 2,
    "features": 2,
    "metrics": 2,
    "gans.base": 2,
    "gans.fakes": 2,
    "gans.inputs": 2,
    "gans.players": 2,
    "gans.sides": 2,
    "gans.watch": 2,
    "gans": 3,
    "machine": 4,
    "plotting": 4,
    "callbacks": 5,
    "widgets": 5,
    "checks": 5,
    "experiments": 5,
    "train": 6,
    "": 6,
}
APART = "grading"
MODELS = {"gans", "networks", "layers"}
NOT_FOR_MODELS = {"data", "plotting", "callbacks"}
BACKEND_FILE = f"{PACKAGE}.autodiff"
BACKENDS = re.compile(r"\b(tensorflow|jax|jaxlib|torch)\b", re.IGNORECASE)


def inside(module):
    """Return a module's name within the package: "gans.dcgan" for `course_utils.gans.dcgan`."""
    return module.removeprefix(PACKAGE).lstrip(".")


def home(module):
    """Return the file or folder of the package's top that a module belongs to."""
    return inside(module).split(".")[0]


def level(module):
    """Return a module's level; None where nobody gave it one."""
    parts = inside(module).split(".") if inside(module) else []
    for length in range(len(parts), 0, -1):
        if (prefix := ".".join(parts[:length])) in LEVELS:
            return LEVELS[prefix]
    return None if parts else LEVELS[""]


def imported(name, tree):
    """Yield the full name of every module, or name in a module, that a module called `name` imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*parent, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def texts(tree):
    """Yield every string in the code, docstrings left out."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def import_violation(name, target):
    """Return what is wrong with `name` importing `target`, both full names; None where nothing is."""
    if target.split(".")[0] != PACKAGE or home(name) == APART == home(target):
        return None
    if APART in (home(name), home(target)):
        return f"{name} imports {target}: grading stands apart, and neither side knows the other"
    if home(name) in MODELS and home(target) in NOT_FOR_MODELS:
        return f"{name} imports {target}: models know nothing of data, plotting or callbacks"
    if level(target) is None:
        return f"{name} imports {target}: give {home(target)} a level in tests/test_levels.py"
    same_folder = home(name) == home(target) and level(name) == level(target)
    if level(target) >= level(name) and not same_folder:
        return f"{name} (level {level(name)}) imports {target} (level {level(target)}): import from lower levels only"
    return None


def violations(name, source):
    """Return one sentence for everything in a module's source that breaks the package's order."""
    tree = ast.parse(source)
    if level(name) is None and home(name) != APART:
        return [
            f"{name} has no level: give it one in LEVELS of tests/test_levels.py, as DESIGN.md lays the package out"
        ]
    targets = list(imported(name, tree))
    found = [problem for target in targets if (problem := import_violation(name, target))]
    if name != BACKEND_FILE:
        named = [target for target in targets if BACKENDS.fullmatch(target.split(".")[0])]
        named += [text for text in texts(tree) if BACKENDS.search(text)]
        found += [f"{name} names a backend in {text!r}: only {BACKEND_FILE} may" for text in named]
    return found


def module_name(path):
    """Return the dotted name of a file under the repository's root; a folder's `__init__` has the folder's name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_name(path): path for path in sorted((ROOT / PACKAGE).rglob("*.py"))}


@pytest.mark.parametrize("name", SOURCES)
def test_file_keeps_to_its_level(name):
    assert violations(name, SOURCES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("losses", "from course_utils import plotting", "level 0) imports course_utils.plotting (level 4"),
        ("losses", "def f():\n    import course_utils.networks.unet", "course_utils.networks.unet (level 1)"),
        ("losses", "from course_utils.layers import maxout", "import from lower levels only"),
        ("losses", "from course_utils import something", "give something a level"),
        ("losses", "from course_utils import __version__", "give __version__ a level"),
        ("gans.base", "from course_utils.gans.dcgan import DCGAN", "(level 2) imports course_utils.gans.dcgan.DCGAN"),
        ("gans.base", "from .dcgan import DCGAN", "imports course_utils.gans.dcgan.DCGAN (level 3)"),
        ("gans.dcgan", "from course_utils.data import load", "models know nothing of data"),
        ("networks.unet", "import course_utils.plotting", "models know nothing of data"),
        ("layers.maxout", "from .. import callbacks", "models know nothing of data"),
        ("gans.dcgan", "import tensorflow as tf", "names a backend in 'tensorflow'"),
        ("metrics.fid", "from jax import numpy", "names a backend in 'jax.numpy'"),
        ("metrics.fid", "import torch.nn.functional", "names a backend in 'torch.nn.functional'"),
        ("metrics.fid", "if backend() == 'torch':\n    x = 1", "names a backend in 'torch'"),
        ("metrics.fid", "x = f'on TensorFlow {1}'", "names a backend in 'on TensorFlow '"),
        ("grading.batch", "from course_utils import losses", "grading stands apart"),
        ("callbacks", "from course_utils.grading import batch", "grading stands apart"),
        ("surprise", "x = 1", "has no level"),
    ],
)
def test_violation_is_reported(name, source, said):
    found = violations(f"course_utils.{name}", source)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("gans.dcgan", "from course_utils import losses\nfrom course_utils.gans.base import GAN"),
        ("gans.infogan", "from course_utils.gans.dcgan import generator"),
        ("gans.base", "from course_utils import autodiff\nfrom .players import Players"),
        ("layers.batch_normalization", "from course_utils import autodiff"),
        ("data.digits", "from course_utils.data.resize import resize"),
        ("callbacks", "from course_utils import plotting"),
        ("grading.batch", "from course_utils.grading import kernel\nimport os"),
        ("autodiff", "import tensorflow\nx = 'jax'"),
        ("losses", '"""Runs on TensorFlow, JAX and torch."""\ndef f():\n    """On torch."""\n    return 1  # jax'),
        ("runtime", "import os\nos.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'"),
    ],
)
def test_what_the_order_allows_is_not_reported(name, source):
    assert violations(f"course_utils.{name}", source) == []
