"""The folder of a run."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from course_utils.train.folder import RunFolder, whole

SETTINGS = {"game": "dcgan", "epochs": 4, "width": 8}


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "runs" / "one")
    folder.claim(SETTINGS)
    return folder


def test_an_empty_folder_is_anybodys(tmp_path):
    folder = RunFolder(tmp_path / "new")
    folder.check(SETTINGS)
    assert not folder.path.exists()
    assert not folder.finished(4)


def test_the_same_settings_and_more_epochs_are_welcome(folder):
    folder.check(SETTINGS)
    folder.check(SETTINGS | {"epochs": 5})


def test_other_settings_are_named(folder):
    with pytest.raises(ValueError, match="width 8 there, 16 here, seed None there, 1 here. Repeat"):
        folder.check(SETTINGS | {"width": 16, "seed": 1, "epochs": 9})


def test_fewer_epochs_are_refused(folder):
    with pytest.raises(ValueError, match="epochs 4 there, 3 here"):
        folder.check(SETTINGS | {"epochs": 3})


def test_a_run_is_finished_for_its_epochs_only(folder):
    folder.finish(4)
    assert folder.finished(4)
    assert not folder.finished(5)


def written(folder, **changes):
    """`running.json` of this process's parent, which lives, with some of it changed."""
    other = os.getppid()
    with folder.held():
        told = json.loads((folder.path / "running.json").read_text())
    told |= {"process": other, "begun": psutil.Process(other).create_time()} | changes
    (folder.path / "running.json").write_text(json.dumps(told))
    return told


def test_a_living_process_holds_its_folder(folder):
    told = written(folder)
    with pytest.raises(ValueError, match=rf"Another process trains in .* process {os.getppid()} in running.json"):
        folder.held().__enter__()
    assert json.loads((folder.path / "running.json").read_text()) == told


MYSELF = {"process": os.getpid(), "begun": psutil.Process().create_time()}


@pytest.mark.parametrize("changes", [{"begun": 1.0}, {"machine": "elsewhere"}, MYSELF])
def test_what_another_one_left_behind_holds_nothing(folder, changes):
    written(folder, **changes)
    with folder.held():
        assert json.loads((folder.path / "running.json").read_text())["process"] == os.getpid()
    assert not (folder.path / "running.json").exists()


def test_a_process_that_is_gone_holds_nothing(folder):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    written(folder, process=gone.pid)
    with folder.held():
        pass


def test_a_failure_gives_the_folder_back(folder):
    with pytest.raises(OSError, match="full"), folder.held():
        raise OSError("full")
    assert not (folder.path / "running.json").exists()


def test_a_file_that_fails_on_the_way_leaves_the_old_one(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fail():
        with whole(path) as draft:
            draft.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert path.read_text() == "old"
    with whole(path) as draft:
        draft.write_text("new")
    assert path.read_text() == "new"
