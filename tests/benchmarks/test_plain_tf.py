"""The plain TensorFlow loops play the course's games: equal losses and gradients at equal weights."""

import keras
import numpy as np
import pytest

from tests.benchmarks.games import Played

if keras.backend.backend() != "tensorflow":
    pytest.skip("these loops are TensorFlow's", allow_module_level=True)

import tensorflow as tf

from benchmarks.loops import plain_tf
from benchmarks.loops.ours import Ours

SIDES = ("discriminator", "generator")


def turns(loop, played):
    """`{side: (loss, {network: gradients})}` of a plain loop."""
    (x, *rest), z, u = map(tf.convert_to_tensor, played.images), played.z, played.u
    if hasattr(loop, "losses_and_gradients"):
        arguments = rest or [z]
        losses, gradients = loop.losses_and_gradients(x, *arguments)
        split = {side: {n: g for n, g in gradients.items() if (SIDES[0] in n) == (side == SIDES[0])} for side in SIDES}
        return {side: (losses[f"{side}_loss"], split[side]) for side in SIDES}
    extra = [u] if isinstance(loop, plain_tf.Critic) else []
    (d_loss, d), (g_loss, g) = loop.discriminator_turn(x, z, *extra), loop.generator_turn(z)
    return {"discriminator": (d_loss, {"discriminator": d}), "generator": (g_loss, {"generator": g})}


@pytest.mark.parametrize(
    ("model", "kind"), [*plain_tf.LOOPS.items(), ("dcgan", plain_tf.Tutorial)], ids=lambda v: getattr(v, "__name__", v)
)
def test_same_losses_and_gradients_as_the_course(model, kind, monkeypatch):
    played = Played(model)
    loop = kind(model, played.case, played.networks)
    for side, (loss, gradients) in turns(loop, played).items():
        expected_loss, expected = played.turn(side, monkeypatch)
        np.testing.assert_allclose(float(loss), expected_loss, atol=1e-4)
        assert gradients.keys() == expected.keys()
        for name, values in gradients.items():
            for value, of in zip(values, expected[name], strict=True):
                np.testing.assert_allclose(value, of, atol=1e-4 * max(1, np.abs(of).max()))


@pytest.mark.parametrize("model", plain_tf.LOOPS)
def test_a_step_moves_every_network(model):
    played = Played(model)
    loop = plain_tf.LOOPS[model](model, played.case, played.networks)
    before = {name: [v.numpy() for v in n.trainable_variables] for name, n in loop.networks.items()}
    losses = loop.train_step(played.images[0] if len(played.images) == 1 else tuple(played.images))
    assert all(np.isfinite(float(value)) for value in losses.values())
    for name, network in loop.networks.items():
        assert any(
            np.abs(v.numpy() - old).max() > 0 for v, old in zip(network.trainable_variables, before[name], strict=True)
        )


def test_the_courses_loop_is_compiled_as_its_lesson_says():
    played = Played("pix2pix")
    made = Ours("pix2pix", played.case)
    assert made.gan.steps_per_execution == 32
    assert made.gan.weight == 30.0
    assert made.gan.optimizers["generator"].learning_rate == 5e-4
