"""The wheel holds the package, all of its data and nothing else, and installs into an empty environment."""

import re
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tools.colab.machine import ROOT, output, publish

MOST_BYTES = 1_500_000
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published") / "course.git"
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    output(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, f"git+{published.as_uri()}")
    [path] = folder.iterdir()
    return path


def names(wheel):
    return zipfile.ZipFile(wheel).namelist()


def test_it_holds_every_file_of_the_package_and_no_other(wheel, published):
    files = output("git", f"--git-dir={published}", "ls-tree", "-r", "--name-only", "HEAD", "course_utils").splitlines()
    assert [name for name in sorted(names(wheel)) if ".dist-info/" not in name] == sorted(files)


def test_it_holds_the_data_that_lessons_read(wheel):
    data = {name for name in names(wheel) if name.startswith("course_utils/") and not name.endswith(".py")}
    assert {
        "course_utils/metrics/weights/digits.weights.h5",
        "course_utils/metrics/weights/mnist.weights.h5",
        "course_utils/experiments/results/pix2pix.json",
        "course_utils/experiments/results/pix2pix.png",
        "course_utils/experiments/results/cyclegan.json",
    } <= data


def test_it_is_small(wheel):
    assert wheel.stat().st_size < MOST_BYTES


def test_it_asks_for_no_backend(wheel):
    [name] = [name for name in names(wheel) if name.endswith(".dist-info/METADATA")]
    wanted = Parser().parsestr(zipfile.ZipFile(wheel).read(name).decode()).get_all("Requires-Dist")
    always = {re.match(r"[\w-]+", line)[0] for line in wanted if "extra ==" not in line}
    assert "keras" in always
    assert not always & {"tensorflow", "jax", "torch"}


def test_it_installs_into_an_empty_environment(wheel, tmp_path):
    output(sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty")
    python = tmp_path / "empty" / "bin" / "python"
    output(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel)
    where = output(python, "-c", "import course_utils; print(course_utils.__file__)", cwd=tmp_path)
    assert Path(where).is_relative_to(tmp_path / "empty")
    assert not Path(where).is_relative_to(ROOT)
