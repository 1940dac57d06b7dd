"""What `GAN.compile` takes, what it refuses, and that the same game is played each way."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.metrics import FrozenClassifier, OnImages, kid
from tests.gans.games import POINTS, Points, Scalars, Target, compiled, fit, points, scalars, values
from tests.gans.table import make_vanilla

pytestmark = pytest.mark.backends

TORCH = keras.backend.backend() == "torch"


class Climb(Scalars):
    """Gradients of -1 for both: each step adds the learning rate to d and to g."""

    def discriminator_loss(self, x):
        return -self.d

    def generator_loss(self, x):
        return -self.g


def climb(steps, rates=(1.0, 1.0), options=None, **sgd):
    gan = scalars(Climb, rates, options, **sgd)
    gan.fit(np.zeros((steps, 1), "float32"), batch_size=1, verbose=0)
    return gan.numbers()


def test_the_defaults_are_the_papers():
    class Wasserstein(Points):
        default_optimizers = {
            "discriminator": {"class_name": "RMSprop", "config": {"learning_rate": 5e-5}},
            "generator": "sgd",
        }

    gan = points()
    gan.compile()
    for optimizer in gan.optimizers.values():
        assert isinstance(optimizer, keras.optimizers.Adam)
        assert (float(optimizer.learning_rate), optimizer.beta_1) == (pytest.approx(2e-4), 0.5)
    gan = points(Wasserstein)
    gan.compile()
    assert isinstance(gan.optimizers["discriminator"], keras.optimizers.RMSprop)
    assert isinstance(gan.optimizers["generator"], keras.optimizers.SGD)
    gan.compile("adagrad", keras.optimizers.Adam(1e-3))
    assert [type(gan.optimizers[side]).__name__ for side in ("discriminator", "generator")] == ["Adagrad", "Adam"]


def test_each_side_has_its_own_rate():
    assert climb(4, rates=(0.5, 0.25)) == [2.0, 1.0]


def test_a_learning_rate_schedule_is_followed():
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([1], [1.0, 0.5])
    assert climb(4, rates=(rate, 1.0)) == [1 + 1 + 0.5 + 0.5, 4.0]


def test_gradients_are_clipped():
    assert climb(4, clipnorm=0.25) == [1.0, 1.0]


def test_gradients_are_accumulated():
    assert climb(4, gradient_accumulation_steps=2) == [2.0, 2.0]


def test_weights_decay():
    # 1, then 1 - 0.5 * 1 + 1.
    assert climb(2, weight_decay=0.5) == [1.5, 1.5]


@pytest.mark.parametrize(
    "options",
    [
        {"run_eagerly": True},
        {"jit_compile": True},
        pytest.param({"steps_per_execution": 3}, marks=pytest.mark.skipif(TORCH, reason="refused, see below")),
    ],
    ids=lambda options: next(iter(options)),
)
def test_the_same_game_however_it_is_run(options):
    # A game without noise: TensorFlow's compiler draws other random numbers than TensorFlow.
    plain, other = scalars(Target), scalars(Target, options=options)
    histories = [fit(gan, POINTS[:, :1], epochs=2) for gan in (plain, other)]
    for name in ("discriminator_loss", "generator_loss"):
        assert histories[0][name] == pytest.approx(histories[1][name], rel=1e-4)
    assert plain.numbers() == pytest.approx(other.numbers(), rel=1e-4)


def test_a_game_with_noise_trains_when_it_is_compiled():
    gan = compiled(options={"jit_compile": True})
    before = values(gan.weights)
    assert np.isfinite([*fit(gan).values()]).all()
    assert all((a != b).any() for a, b in zip(before, values(gan.weights), strict=True))


@pytest.mark.skipif(not TORCH, reason="other backends run several steps")
def test_several_steps_an_execution_are_refused_where_there_is_one():
    with pytest.raises(ValueError, match="Received: steps_per_execution=2"):
        points().compile(steps_per_execution=2)


@pytest.mark.parametrize("policy", ["mixed_float16", "float16"])
def test_float16_is_refused(policy):
    keras.config.set_dtype_policy(policy)
    gan = points()
    with pytest.raises(ValueError, match=f"Received: the dtype policy {policy}"):
        gan.compile()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"loss": "mse"}, "Received: ['loss']"),
        ({"optimizer": "adam", "loss_weights": [1]}, "Received: ['loss_weights', 'optimizer']"),
        ({"metrics": ["accuracy"]}, "Received: ['accuracy']"),
        ({"metrics": "accuracy"}, "Received: 'accuracy'"),
        ({"discriminator_optimizer": keras.optimizers.Adam(use_ema=True)}, "average=0.99 instead"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_a_gan_cannot_use_is_refused_by_name(options, said):
    gan = points()
    with pytest.raises(ValueError, match=re.escape(said)):
        gan.compile(**options)


def test_one_optimizer_for_both_sides_is_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="Received: the same Adam object twice"):
        points().compile(adam, adam)


def test_frozen_networks_are_refused():
    gan = points()
    gan.discriminator.trainable = False
    with pytest.raises(ValueError, match="The discriminator's side has no trainable variable"):
        gan.compile()


def test_compiling_again_starts_the_optimisers_anew():
    gan = compiled()
    fit(gan)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    before = values(gan.weights)
    history = fit(gan)
    assert all((a == b).all() for a, b in zip(before, values(gan.weights), strict=True))
    assert list(history) == ["discriminator_loss", "generator_loss"]


def test_compiling_adds_no_variable_of_its_own():
    gan = make_vanilla(average=0.9)
    before = [len(gan.variables), len(gan.trainable_variables), len(gan._trainable_variables)]
    gan.compile(metrics=[OnImages(kid, FrozenClassifier("digits"), name="kid")])
    assert [len(gan.variables), len(gan.trainable_variables), len(gan._trainable_variables)] == before
    assert before[2] == 0


def test_tracked_values_stand_in_the_logs():
    class Tracking(Points):
        tracked = ("answer", "mean_of_x")

        def discriminator_loss(self, x):
            self.track("mean_of_x", ops.mean(x))
            return super().discriminator_loss(x)

        def generator_loss(self, x):
            self.track("answer", 42)
            return super().generator_loss(x)

    history = fit(compiled(Tracking), epochs=2, validation_data=POINTS[:8])
    assert history["answer"] == history["val_answer"] == [42.0, 42.0]
    assert history["mean_of_x"] == pytest.approx([POINTS.mean()] * 2, rel=1e-5)
    assert history["val_mean_of_x"] == pytest.approx([POINTS[:8].mean()] * 2, rel=1e-5)


def test_tracking_needs_a_name_and_a_compiled_model():
    with pytest.raises(ValueError, match=r"Received: 'answer', tracked=\(\)"):
        compiled().track("answer", 1.0)

    class Tracking(Points):
        tracked = ("answer",)

    with pytest.raises(ValueError, match="Received: track\\('answer', ...\\). Compile first"):
        points(Tracking).track("answer", 1.0)
