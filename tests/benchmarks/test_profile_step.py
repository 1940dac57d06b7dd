"""The variants of the profile differ from the step in what their names say, and in nothing else."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("the profile is of TensorFlow's step", allow_module_level=True)

from benchmarks import profile_step
from benchmarks.profile_step import Variant
from tests.benchmarks.games import TINY


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """A small DCGAN, eager: no compiler hides what a step does."""
    monkeypatch.setattr(profile_step, "CASES", TINY)


def one_step(kind=profile_step.DCGAN, **changes):
    """`(losses, how far the weights of each side moved)` of one eager step on the same images and noise, in which the
    discriminator takes its gradients and stays where it is.
    """
    options = {"run_eagerly": True, "steps_per_execution": 1}
    gan = profile_step.build(Variant(kind, options=options, **changes))
    gan.optimizers["discriminator"].learning_rate = 0.0
    before = {side: [v.numpy() for v in gan.variables_of(side)] for side in ("discriminator", "generator")}
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (4, *TINY["dcgan"].shape)).astype("float32")
    z = random.standard_normal((4, gan.latent_dim)).astype("float32")
    gan.noise = lambda batch: keras.ops.convert_to_tensor(z)
    history = gan.fit(images, batch_size=4, verbose=0).history
    moved = {
        side: np.concatenate([np.ravel(v - old) for v, old in zip(gan.variables_of(side), values, strict=True)])
        for side, values in before.items()
    }
    return {name: values[0] for name, values in history.items()}, moved


def test_one_fake_batch_for_both_turns_gives_the_same_gradients_on_equal_noise():
    same_as_usual({"arguments": {"share_fakes": True}})


def test_keras_batch_normalisation_gives_the_same_gradients():
    changed = profile_step.VARIANTS["Keras's batch normalisation"]
    layers = profile_step.build(changed).generator.layers
    norms = [type(layer) for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert set(norms) == {keras.layers.BatchNormalization}
    same_as_usual({"networks": changed.networks})


def test_new_iterators_give_the_same_step():
    same_as_usual({"kind": profile_step.NewIterators})


def same_as_usual(changes):
    usual, usual_moves = one_step()
    losses, moves = one_step(**changes)
    assert losses == pytest.approx(usual, abs=1e-5)
    assert np.abs(moves["generator"]).mean() > 1e-4
    # Adam turns rounding at a gradient of 0 into a whole step, so a few numbers may differ.
    assert np.isclose(moves["generator"], usual_moves["generator"], atol=1e-6).mean() > 0.99


def test_without_means_the_game_goes_on_unlogged():
    losses, moves = one_step(profile_step.WithoutMetrics)
    assert set(losses.values()) == {0.0}
    assert np.any(moves["generator"])


@pytest.mark.parametrize("kind", [profile_step.WithoutMoves, profile_step.ForwardOnly, profile_step.Empty])
def test_parts_of_a_step_move_nothing(kind):
    losses, moves = one_step(kind)
    assert any(losses.values())
    assert not np.any(moves["generator"])
