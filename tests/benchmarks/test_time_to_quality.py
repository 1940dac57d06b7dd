"""The clock stops where the bands hold, runs are kept, and the plain loop plays both games."""

import json

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("the plain loop is TensorFlow's", allow_module_level=True)

from benchmarks import time_to_quality
from benchmarks.loops.plain_labels import PlainGAN
from benchmarks.time_to_quality import GAMES, Ours, table, train
from course_utils import data
from course_utils.gans import cgan, dcgan

GOOD = {"kid": 0.001, "modes": 10, "smallest_share": 0.08, "largest_share": 0.12, "agreement": 1.0}
SHAPE = (8, 8, 1)


class Improving:
    """A loop whose samples are good after ten epochs."""

    def __init__(self, game, arrays, seed):
        self.epochs = 0

    def run(self, epochs):
        self.epochs += epochs

    def measures(self):
        return GOOD | {"kid": 0.001 if self.epochs >= 10 else 1.0}


@pytest.mark.parametrize(("most", "epochs", "reached"), [(50, 10, True), (5, 5, False)])
def test_a_run_ends_where_the_bands_hold_or_at_its_limit(most, epochs, reached):
    found = train(Improving, GAMES["dcgan"], None, 0, Improving.measures, most)
    assert (found["epochs"], found["reached"]) == (epochs, reached)
    assert found["seconds"] >= 0


@pytest.mark.parametrize(
    "bad", [{"kid": 0.02}, {"modes": 9}, {"smallest_share": 0.01}, {"largest_share": 0.3}, {"agreement": 0.89}]
)
def test_each_band_counts(bad):
    assert GAMES["cgan"].reached(GOOD)
    assert not GAMES["cgan"].reached(GOOD | bad)
    assert GAMES["dcgan"].reached(GOOD | {"agreement": 0.1, "kid": 0.04})


def small(name, classes):
    keras.utils.set_random_seed(0)
    if classes:
        return cgan.generator(4, classes, SHAPE, 2), cgan.discriminator(classes, SHAPE, 2)
    return dcgan.generator(4, SHAPE, 2), dcgan.discriminator(SHAPE, 2)


@pytest.mark.parametrize("name", GAMES)
def test_the_plain_loop_moves_both_networks_and_samples(name):
    classes = GAMES[name].classes
    generator, discriminator = small(name, classes)
    images = np.random.default_rng(0).uniform(-1, 1, (16, *SHAPE)).astype("float32")
    labels = np.arange(16) % 10
    adams = [keras.optimizers.Adam(1e-3) for _ in range(2)]
    loop = PlainGAN(generator, discriminator, adams, (images, labels), 8, classes)
    before = [[v.numpy() for v in network.trainable_variables] for network in (generator, discriminator)]
    loop.run(1)
    for network, old in zip((generator, discriminator), before, strict=True):
        assert any((v.numpy() != o).any() for v, o in zip(network.trainable_variables, old, strict=True))
    samples = loop.sample(labels, seed=0)
    assert samples.shape == images.shape
    assert (samples == loop.sample(labels, seed=0)).all()
    if classes:
        assert (samples != loop.sample((labels + 1) % 10, seed=0)).any()


@pytest.mark.parametrize("name", GAMES)
def test_ours_goes_on_where_it_was(name):
    game = GAMES[name]
    images = np.random.default_rng(0).uniform(-1, 1, (64, 16, 16, 1)).astype("float32")
    loop = Ours(game, (images, np.arange(64, dtype="int32") % 10), seed=0)
    loop.run(1)
    loop.run(1)
    assert loop.epoch == 2
    assert int(loop.gan.optimizers["generator"].iterations) == 2
    assert loop.sample(np.arange(10), seed=0).shape == (10, 16, 16, 1)


def test_runs_are_kept(tmp_path, monkeypatch, capsys):
    made = []

    def trained(build, game, *others):
        made.append(build)
        return {"seconds": 1.0, "epochs": 5, "reached": True} | GOOD

    monkeypatch.setattr(time_to_quality, "train", trained)
    path = tmp_path / "found.json"
    time_to_quality.run_missing(["dcgan"], 2, 1, path)
    runs = time_to_quality.run_missing(["dcgan"], 2, None, path)
    assert made == [*time_to_quality.LOOPS.values()] * 2
    assert json.loads(path.read_text())["runs"] == runs
    assert len(capsys.readouterr().out.splitlines()) == len(runs)


def test_the_table_compares_medians_and_says_where_a_run_was_cut_short():
    seconds = {"ours": (4.0, 6.0, 4.5), "plain_guide": (9.0, 10.0, 40.0), "plain_tf": (18.0, 1.0, 27.0)}
    runs = [
        {"game": "dcgan", "loop": loop, "seconds": one, "epochs": 5 * (i + 1), "reached": one < 40}
        for loop, times in seconds.items()
        for i, one in enumerate(times)
    ]
    assert [" ".join(line.split()) for line in table(runs)] == [
        "dcgan ours 4.5 s (4.0 to 6.0) after 10 epochs (5 to 15), bands held in 3 of 3 runs",
        "dcgan plain_guide 10.0 s (9.0 to 40.0) after 10 epochs (5 to 15), bands held in 2 of 3 runs",
        "dcgan plain_tf 18.0 s (1.0 to 27.0) after 10 epochs (5 to 15), bands held in 3 of 3 runs",
        "dcgan ours is at least 2.22 times as soon as plain_guide (medians)",
        "dcgan ours is 4.00 times as soon as plain_tf (medians)",
    ]


@pytest.mark.parametrize(
    ("loop", "rate", "beta_1"),
    [("ours", 5e-4, 0.5), ("ours_quick", 2e-3, 0.5), ("plain_tf", 5e-4, 0.5), ("plain_guide", 3e-4, 0.9)],
)
def test_the_loops_differ_in_their_rates(loop, rate, beta_1):
    arrays = [a[:64] for a in data.load("digits", size=16)]
    made = time_to_quality.LOOPS[loop](GAMES["dcgan"], arrays, 0)
    adams = (made.gan if loop.startswith("ours") else made).optimizers.values()
    assert [(float(adam.learning_rate), adam.beta_1) for adam in adams] == [(pytest.approx(rate), beta_1)] * 2


@pytest.mark.parametrize(("loop", "shares"), [("ours", False), ("ours_shared", True)])
def test_only_one_loop_shares_its_images(loop, shares):
    arrays = [a[:64] for a in data.load("digits", size=16)]
    assert time_to_quality.LOOPS[loop](GAMES["dcgan"], arrays, 0).gan.share_fakes is shares
