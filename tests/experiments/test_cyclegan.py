import json

import keras
import numpy as np
import pytest

from course_utils import data
from course_utils.data import ink
from course_utils.experiments import cyclegan
from course_utils.experiments.cyclegan import EXPERIMENTS, SEEDS, Settings, build, measure, read_table, run_missing

SMALL = Settings(width=2, blocks=0, discriminator_width=2, batch_size=8, epochs=1)
MEASURES = {"error", "back_error", "cycle_error", "kept", "back_kept", "changed"}


def test_the_committed_table_is_that_of_the_code():
    settings, rows = read_table()
    assert settings == Settings()
    assert list(rows) == list(EXPERIMENTS)
    for name, values in rows.items():
        assert set(values) == MEASURES | ({"error_unturned"} if EXPERIMENTS[name].turned else set())
        assert all(len(numbers) == len(SEEDS) and np.isfinite(numbers).all() for numbers in values.values())


def test_the_table_shows_what_the_lesson_says():
    _, rows = read_table()
    assert rows["lambda 0, halved twice"]["kept"].max() < 0.2
    assert rows["lambda 10, halved twice"]["kept"].min() < 0.7
    assert rows["lambda 0"]["kept"].max() < rows["lambda 10"]["kept"].min()
    assert rows["lambda 10"]["kept"].min() > 0.95
    assert rows["lambda 10"]["error"].max() < 0.04
    turned = rows["lambda 10, Y turned"]
    assert (turned["error"] > 2 * rows["lambda 10"]["error"]).all()


def transposed(network):
    return [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2DTranspose)]


def test_every_experiment_is_what_its_name_says():
    for name, experiment in EXPERIMENTS.items():
        gan = build(experiment, SMALL, seed=0)
        assert name.split(",")[0].split(" +")[0] == f"lambda {gan.cycle_weight:.0f}"
        assert ("identity" in name) == (gan.identity_weight > 0)
        assert ("no history" in name) == (gan.buffer == 0)
        assert ("turned" in name) == experiment.turned
        assert len(transposed(gan.generator)) == len(transposed(gan.back_generator)) == 1 + ("halved twice" in name)


class Perfect:
    """A CycleGAN that has learned the true maps."""

    def translate(self, images):
        return ink.true_map(images)

    def translate_back(self, images):
        return ink.true_inverse(images)


class Lazy:
    """One that hands on what it gets."""

    translate = translate_back = staticmethod(lambda images: images)


def test_measures_of_a_perfect_and_of_a_lazy_translation():
    measures = measure(Perfect())
    assert set(measures) == MEASURES
    assert measures["error"] == 0
    assert measures["back_error"] < 1e-6
    assert measures["changed"] > 0.1
    assert measures["cycle_error"] < 1e-6
    assert measures["kept"] == measures["back_kept"] == 1
    lazy = measure(Lazy())
    x, y = data.load_unpaired("ink", "test")
    assert lazy["error"] == lazy["back_error"] == pytest.approx(np.abs(x - y).mean() / 2)
    assert lazy["cycle_error"] == lazy["changed"] == 0


def test_a_turned_translation_is_measured_against_both_truths():
    measures = measure(Perfect(), turned=True)
    assert measures["error_unturned"] == 0
    assert measures["error"] > 0.1


@pytest.fixture
def few_images(monkeypatch):
    whole = data.load_unpaired
    monkeypatch.setattr(
        data, "load_unpaired", lambda name, *split: whole(name, *split) if split else [s[:16] for s in whole(name)]
    )


def test_a_stopped_command_goes_on_where_it_was_and_other_settings_start_anew(few_images, tmp_path, capsys):
    run_missing(SMALL, limit=1, folder=tmp_path, seeds=[0])
    first = json.loads((tmp_path / "cyclegan.json").read_text())
    assert [run["experiment"] for run in first["runs"]] == ["lambda 0"]
    run_missing(SMALL, limit=1, folder=tmp_path, seeds=[0])
    settings, rows = read_table(tmp_path)
    assert settings == SMALL
    assert [len(values.get("error", [])) for values in rows.values()] == [1, 1] + [0] * (len(EXPERIMENTS) - 2)
    assert rows["lambda 0"]["error"][0] == first["runs"][0]["error"]
    assert len(capsys.readouterr().out.splitlines()) == 2
    run_missing(Settings(width=2, blocks=0, discriminator_width=2, batch_size=4, epochs=1), 1, tmp_path, [0])
    assert sum(len(values.get("error", [])) for values in read_table(tmp_path)[1].values()) == 1


def test_turning_goes_to_the_left():
    image = np.arange(4.0).reshape(1, 2, 2, 1)
    assert cyclegan.turn(image)[0, ..., 0].tolist() == [[1, 3], [0, 2]]
