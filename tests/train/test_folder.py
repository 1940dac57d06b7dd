"""The folder of a run."""

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
