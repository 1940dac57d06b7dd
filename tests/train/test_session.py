"""Whole runs in this process: what they leave behind, and how they go on."""

import json
import os
import socket
from dataclasses import replace

import psutil
import pytest

from course_utils.callbacks import Checkpoint
from course_utils.train import measures, recipes
from course_utils.train.events import MISSING
from course_utils.train.watch import Watch
from tests.train.command import read_until, rows, run, same_end, start

pytestmark = pytest.mark.backends

OFTEN = ("--every", "2", "--measure-every", "2")


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """Folder of a run of four epochs, not to be written to."""
    out = tmp_path_factory.mktemp("straight")
    assert run(out, 4, *OFTEN) == 0
    return out


def test_a_run_leaves_its_files(straight):
    names = {path.name for path in straight.iterdir()} - {"tensorboard"}
    assert names == {"checkpoints", "finished.json", "gan.keras", "metrics.csv", "samples", "settings.json"}
    assert sorted(path.name for path in (straight / "samples").iterdir()) == ["epoch-000002.png", "epoch-000004.png"]
    table = rows(straight)
    assert [row["epoch"] for row in table] == ["1", "2", "3", "4"]
    assert [bool(row["kid"]) for row in table] == [False, True, False, True]
    assert all(float(row["generator_loss"]) > 0 for row in table)
    assert {row["classifier"] for row in table} == {"", "digits-100.0"}


def test_a_resumed_run_ends_like_a_straight_one(straight, tmp_path, capsys):
    assert run(tmp_path, 2, *OFTEN) == 0
    assert run(tmp_path, 4, *OFTEN) == 0
    assert "Resumed after epoch 2" in capsys.readouterr().out
    assert same_end(tmp_path, straight, 4)


def test_an_epoch_that_was_written_and_not_saved_is_run_again(straight, tmp_path, monkeypatch):
    save = Checkpoint.on_epoch_end

    def fail(self, epoch, logs=None):
        if epoch == 2:
            raise MemoryError("in the moment before the checkpoint")
        save(self, epoch, logs)

    with monkeypatch.context() as broken:
        broken.setattr(Checkpoint, "on_epoch_end", fail)
        with pytest.raises(MemoryError):
            run(tmp_path, 4, *OFTEN)
    assert [row["epoch"] for row in rows(tmp_path)] == ["1", "2", "3"]
    assert run(tmp_path, 4, *OFTEN) == 0
    assert same_end(tmp_path, straight, 4)


def test_a_finished_run_is_left_alone(straight, capsys):
    before = {path: path.stat().st_mtime_ns for path in straight.rglob("*")}
    assert run(straight, 4, *OFTEN) == 0
    assert "holds a finished run of 4 epochs; nothing to do. --epochs may be raised." in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in straight.rglob("*")} == before


@pytest.mark.parametrize(
    ("epochs", "more", "said"),
    [
        (4, ("--seed", "5"), "seed 0 there, 5 here. Repeat its settings"),
        (3, (), "epochs 4 there, 3 here"),
        (4, ("--dataset", "mnist"), "dataset 'digits' there, 'mnist' here"),
    ],
)
def test_other_settings_are_refused_in_one_line(straight, epochs, more, said, capsys):
    assert run(straight, epochs, *OFTEN, *more) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_another_backend_or_precision_is_another_run(straight, tmp_path, capsys):
    settings = json.loads((straight / "settings.json").read_text())
    (tmp_path / "settings.json").write_text(json.dumps(settings | {"backend": "another", "precision": "float64"}))
    assert run(tmp_path, 4, *OFTEN) == 2
    assert "backend 'another' there" in (error := capsys.readouterr().err)
    assert "precision 'float64' there, 'float32' here" in error


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--size", "18"), "DCGAN makes square images"),
        (("--batch-size", "1438"), "batch_size=1438 with 1437 images"),
        (("--devices", "99"), "devices=99"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_folder(more, said, tmp_path, capsys):
    assert run(tmp_path / "run", 1, *more) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_folder_in_which_another_process_trains_is_refused(tmp_path, capsys):
    other = psutil.Process(os.getppid())
    held = {"process": other.pid, "begun": other.create_time(), "machine": socket.gethostname()}
    (tmp_path / "running.json").write_text(json.dumps(held))
    assert run(tmp_path, 1, "--measure-every", "0") == 2
    assert f"Another process trains in {tmp_path} now" in (error := capsys.readouterr().err)
    assert error.count("\n") == 1
    assert not (tmp_path / "checkpoints").exists()


def test_checkpoints_of_another_model_are_refused(tmp_path, capsys):
    assert run(tmp_path, 1, "--measure-every", "0") == 0
    (tmp_path / "settings.json").unlink()
    assert run(tmp_path, 2, "--measure-every", "0", "--latent-dim", "5") == 2
    assert "belong to another model" in capsys.readouterr().err


def test_an_error_of_the_code_is_not_taken_for_one_of_the_user(tmp_path, monkeypatch):
    def fail(self, epoch):
        raise ValueError("a mistake")

    monkeypatch.setattr(Watch, "_draw", fail)
    with pytest.raises(ValueError, match="a mistake"):
        run(tmp_path, 1)


def test_a_loss_that_is_not_finite_ends_the_run(tmp_path, monkeypatch, capsys):
    wild = replace(recipes.RECIPES["dcgan"], learning_rates=(1e30, 1e30))
    monkeypatch.setitem(recipes.RECIPES, "dcgan", wild)
    assert run(tmp_path, 3, "--measure-every", "0") == 1
    assert "became nan" in (error := capsys.readouterr().err)
    assert error.count("\n") == 1


def test_the_last_epoch_has_a_sheet_and_measures_whatever_its_number(tmp_path):
    assert run(tmp_path, 1) == 0
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["epoch-000001.png"]
    assert rows(tmp_path)[0]["kid"]


def test_data_that_nobody_measures_is_said_to_be_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(measures, "TRAINED", {})
    assert run(tmp_path, 1) == 0
    assert "No measures of quality: there is no frozen classifier for digits" in capsys.readouterr().out
    assert "kid" not in rows(tmp_path)[0]


def test_tensorboard_sees_each_epoch_once(tmp_path, capsys):
    pytest.importorskip("tensorboardX")
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    for epochs in (1, 3):
        assert run(tmp_path, epochs, "--measure-every", "0") == 0
    read = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    read.Reload()
    losses = read.Scalars("generator_loss")
    assert [event.step for event in losses] == [1, 2, 3]
    written = [float(row["generator_loss"]) for row in rows(tmp_path)]
    assert [event.value for event in losses] == pytest.approx(written, rel=1e-6)
    assert MISSING not in capsys.readouterr().out


@pytest.mark.slow
def test_two_devices_share_the_batches(tmp_path):
    import keras

    if keras.backend.backend() != "jax":
        pytest.skip("only this backend's virtual devices are a matter of the environment")
    two = start(tmp_path, 2, "--devices", "2", XLA_FLAGS="--xla_force_host_platform_device_count=2")
    read_until(two, "epoch 2/2")
    assert two.communicate(timeout=60)[1] == ""
    assert two.returncode == 0
