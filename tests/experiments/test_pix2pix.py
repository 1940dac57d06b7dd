import json

import numpy as np
import pytest

from course_utils import data
from course_utils.experiments import pix2pix
from course_utils.experiments.pix2pix import (
    EXPERIMENTS,
    SEEDS,
    Settings,
    build,
    read_pictures,
    read_table,
    run_missing,
)
from course_utils.networks.patch_discriminator import patch_size

SMALL = Settings(width=2, depth=2, batch_size=8, epochs=1)


def test_the_committed_table_is_that_of_the_code():
    settings, rows = read_table()
    assert settings == Settings()
    assert list(rows) == list(EXPERIMENTS)
    for values in rows.values():
        assert set(values) == {"l1", "ssim", "sharpness", "label_colour"}
        assert all(len(numbers) == len(SEEDS) and np.isfinite(numbers).all() for numbers in values.values())
    shown = len(data.load_pairs(pix2pix.DATASET, "test")[0][pix2pix.SHOWN])
    assert {images.shape for images in read_pictures().values()} == {(shown, 32, 32, 3)}


def test_the_table_shows_what_the_lesson_says():
    _, rows = read_table()
    for name in ("cross-entropy", "cross-entropy + L2", "least squares"):
        assert (rows["least squares + L1"]["l1"] < rows[name]["l1"]).all()
    assert (rows["least squares + L1"]["sharpness"] > rows["L1 alone"]["sharpness"]).all()


def test_every_experiment_is_what_its_name_says():
    for name, experiment in EXPERIMENTS.items():
        gan = build(experiment, (32, 32, 3), SMALL, seed=0)
        words = {"cross_entropy": "cross-entropy", "least_squares": "least squares", None: "alone"}
        if experiment.steps == 1 and experiment.skips:
            assert words[experiment.adversarial] in name
            assert ("L" in name) == (experiment.distance is not None)
        elif experiment.skips:
            assert name.startswith(f"{patch_size(experiment.steps)}x")
        assert (gan.generator.name == "unet") == (name != "no skips")


@pytest.fixture
def few_pairs(monkeypatch):
    x, y = data.load_pairs("tissue", "test")
    monkeypatch.setattr(data, "load_pairs", lambda name, split="train": (x[:16], y[:16]))
    return y[:16]


def test_a_stopped_command_goes_on_where_it_was(few_pairs, tmp_path, capsys):
    run_missing(SMALL, limit=1, folder=tmp_path)
    first = json.loads((tmp_path / "pix2pix.json").read_text())
    assert [run["experiment"] for run in first["runs"]] == ["cross-entropy"]
    run_missing(SMALL, limit=2, folder=tmp_path)
    settings, rows = read_table(tmp_path)
    assert settings == SMALL
    assert [len(values.get("l1", [])) for values in rows.values()] == [1, 1, 1, 0, 0, 0, 0, 0]
    assert rows["cross-entropy"]["l1"][0] == first["runs"][0]["l1"]
    assert len(capsys.readouterr().out.splitlines()) == 3
    pictures = read_pictures(tmp_path)
    assert (pictures["no skips"] == -1).all()
    made = few_pairs[pix2pix.SHOWN]
    assert pictures["least squares"].shape == made.shape
    assert pictures["least squares"].std() > 0


def test_other_settings_start_anew(few_pairs, tmp_path):
    run_missing(SMALL, limit=2, folder=tmp_path)
    other = Settings(width=2, depth=2, batch_size=8, epochs=1, weight=1.0)
    run_missing(other, limit=1, folder=tmp_path)
    settings, rows = read_table(tmp_path)
    assert settings == other
    assert sum(len(values.get("l1", [])) for values in rows.values()) == 1
