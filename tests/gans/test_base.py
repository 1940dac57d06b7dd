"""The game: who moves when, and on what."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data, losses
from course_utils.gans.base import GAN
from tests.gans.games import POINTS, Points, Scalars, Target, compiled, dense, fit, points, scalars, values
from tests.gans.table import same, state

pytestmark = pytest.mark.backends

STAIRS = np.repeat([1.0, 2.0, 3.0], 2).astype("float32")[:, None]


def test_two_networks_and_two_losses_are_enough():
    gan = points()
    gan.compile()
    before = values(gan.weights)
    history = fit(gan, epochs=2)
    assert list(history) == ["discriminator_loss", "generator_loss"]
    assert all(np.isfinite(series).all() and len(series) == 2 for series in history.values())
    assert all((a != b).any() for a, b in zip(before, values(gan.weights), strict=True))


def test_losses_get_tensors_from_arrays_of_an_uncompiled_step():
    batch = points()._unpack((POINTS, np.zeros(len(POINTS), "int32")))
    assert [ops.is_tensor(part) for part in batch] == [True, True]
    assert [keras.backend.standardize_dtype(part.dtype) for part in batch] == ["float32", "int32"]


@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_a_loss_that_is_missing_is_named(side):
    gan = points(GAN)
    with pytest.raises(NotImplementedError, match=f"GAN must define {side}_loss"):
        getattr(gan, f"{side}_loss")(POINTS)


def test_each_side_moves_in_its_own_turn_only():
    gan = compiled()
    networks = {"discriminator": gan.discriminator, "generator": gan.generator}
    for side, loss in (("discriminator", gan.discriminator_loss), ("generator", gan.generator_loss)):
        before = {name: values(network.weights) for name, network in networks.items()}
        gan._take_turn(side, loss, POINTS)
        moved = {name for name, network in networks.items() if not same(before[name], values(network.weights))}
        assert moved == {side}


def test_the_generator_plays_against_the_discriminator_that_has_just_moved():
    class Game(Scalars):
        def discriminator_loss(self, x):
            return -self.d * ops.mean(x)

        def generator_loss(self, x):
            return -self.d * self.g

    gan = scalars(Game)
    gan.fit(np.full((4, 1), 3.0, "float32"), batch_size=4, verbose=0)
    # d = 0 + 0.5 * 3, then g = 0 + 1 * d.
    assert gan.numbers() == [1.5, 1.5]


class Critic(Target):
    critic_steps = 3


def test_each_critic_turn_sees_its_own_part():
    gan = scalars(Critic)
    gan.fit(STAIRS, batch_size=6, shuffle=False, verbose=0)
    # Half way from 0 to 1, from there to 2, from there to 3; the generator sees the last part.
    assert gan.numbers() == [2.125, 3.0]
    assert [int(gan.optimizers[side].iterations) for side in ("discriminator", "generator")] == [3, 1]


def test_critic_turns_split_both_arrays_of_a_pair():
    class Pairs(Critic):
        def discriminator_loss(self, batch):
            x, y = batch
            return super().discriminator_loss(x + y)

        def generator_loss(self, batch):
            return super().generator_loss(batch[1])

    gan = scalars(Pairs)
    gan.fit(data.batches(STAIRS, 10.0 * STAIRS, batch_size=6, shuffle=False), verbose=0)
    # Half way from 0 to 11, from there to 22, from there to 33.
    assert gan.numbers() == [11 / 8 + 22 / 4 + 33 / 2, 30.0]


def test_logs_are_means_over_all_turns():
    history = scalars(Critic, rates=(0.0, 0.0)).fit(STAIRS, batch_size=6, shuffle=False, verbose=0).history
    assert history["discriminator_loss"] == pytest.approx([(0.5 + 2 + 4.5) / 3])
    assert history["generator_loss"] == pytest.approx([4.5])


@pytest.mark.parametrize("steps", [0, -1, 2.0, True])
def test_a_bad_number_of_critic_turns_is_refused(steps):
    class Bad(Target):
        critic_steps = steps

    with pytest.raises(ValueError, match=f"Received: critic_steps={steps}"):
        scalars(Bad)


@pytest.mark.parametrize(
    "arguments",
    [
        lambda labels: {"x": data.batches(STAIRS, labels, batch_size=6)},
        lambda labels: {"x": STAIRS, "y": labels},
    ],
    ids=["batches", "arrays"],
)
def test_labels_arrive_as_whole_numbers(arguments):
    class Labelled(Scalars):
        def discriminator_loss(self, batch):
            _, labels = batch
            assert keras.backend.is_int_dtype(keras.backend.standardize_dtype(labels.dtype))
            return 0.5 * (self.d - ops.cast(ops.sum(labels), "float32")) ** 2

        def generator_loss(self, batch):
            return self.g**2

    gan = scalars(Labelled)
    gan.fit(**arguments(np.array([1, 2, 3, 4, 5, 6])), verbose=0)
    assert gan.numbers()[0] == 0.5 * 21


@keras.saving.register_keras_serializable("tests")
class Encoding(Points):
    """Like BiGAN: a third network, on the generator's side, and a discriminator of pairs (x, z)."""

    sides = {"discriminator": ("discriminator",), "generator": ("generator", "encoder")}

    def scores(self, x):
        z = self.noise(x)
        real, fake = ops.concatenate([x, self.encoder(x)], 1), ops.concatenate([self.generator(z), z], 1)
        return self.discriminator(real), self.discriminator(fake)

    def discriminator_loss(self, x):
        return losses.minimax(*self.scores(x))

    def generator_loss(self, x):
        real, fake = self.scores(x)
        return losses.minimax(fake, real)


def test_a_third_network_trains_on_its_side_and_is_saved(tmp_path):
    keras.utils.set_random_seed(0)
    gan = Encoding(dense(3, 2, "generator"), dense(5, 1, "discriminator"), encoder=dense(2, 3, "encoder"))
    gan.compile()
    before = values(gan.encoder.weights)
    fit(gan)
    assert all((a != b).any() for a, b in zip(before, values(gan.encoder.weights), strict=True))
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert same(state(again), state(gan))
    assert same(values(again.encoder.weights), values(gan.encoder.weights))


@keras.saving.register_keras_serializable("tests")
class Cycle(GAN):
    """Like CycleGAN: four networks under names of their own, pairs of unpaired points, no noise."""

    sides = {"discriminator": ("D_X", "D_Y"), "generator": ("G", "F")}

    def discriminator_loss(self, batch):
        x, y = batch
        return losses.minimax(self.D_X(x), self.D_X(self.F(y))) + losses.minimax(self.D_Y(y), self.D_Y(self.G(x)))

    def generator_loss(self, batch):
        x, y = batch
        cycle = ops.mean(ops.abs(self.F(self.G(x)) - x)) + ops.mean(ops.abs(self.G(self.F(y)) - y))
        return losses.non_saturating(self.D_X(self.F(y))) + losses.non_saturating(self.D_Y(self.G(x))) + cycle


def test_four_networks_under_other_names(tmp_path):
    maps = {name: dense(2, 2, name) for name in ("G", "F")}
    critics = {name: dense(2, 1, name) for name in ("D_X", "D_Y")}
    gan = Cycle(**maps, **critics, average=0.5)
    gan.compile()
    before = values(gan.trainable_variables)
    pairs = data.batches(POINTS, -POINTS, batch_size=8)
    history = gan.fit(pairs, verbose=0, validation_data=pairs).history
    assert np.isfinite([*history.values()]).all()
    assert len(before) == 8
    assert all((a != b).any() for a, b in zip(before, values(gan.trainable_variables), strict=True))
    assert [a.shape for a in gan.averages] == [v.shape for v in gan.variables_of("generator")]
    gan.save(tmp_path / "gan.keras")
    assert same(state(keras.models.load_model(tmp_path / "gan.keras")), state(gan))
    for draw in (lambda: gan.sample(2), lambda: gan.noise(POINTS), lambda: gan.generate(POINTS)):
        with pytest.raises(ValueError, match="Cycle has no latent size"):
            draw()


def test_a_network_that_a_loss_only_reads_stays_as_it_is():
    class Perceptual(Points):
        def __init__(self, *networks):
            super().__init__(*networks)
            self.features = dense(2, 4, "features")

        def generator_loss(self, x):
            return super().generator_loss(x) + ops.mean(self.features(self.generator(self.noise(x))))

    gan = compiled(Perceptual)
    before = values(gan.features.weights)
    fit(gan)
    assert same(before, values(gan.features.weights))


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="eager steps take a minute")
def test_learns_where_the_data_lies():
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense
    generator = keras.Sequential([keras.Input((2,)), layer(16, "tanh"), layer(1)])
    discriminator = keras.Sequential([keras.Input((1,)), layer(16, "tanh"), layer(16, "tanh"), layer(1)])
    gan = Points(generator, discriminator)
    gan.compile(keras.optimizers.Adam(5e-3, beta_1=0.5), keras.optimizers.Adam(2e-3, beta_1=0.5))
    x = np.random.default_rng(0).normal(3, 0.5, (1024, 1)).astype("float32")
    assert abs(gan.sample(1000, seed=1).mean() - 3) > 2
    gan.fit(data.batches(x, batch_size=64), epochs=40, verbose=0)
    samples = gan.sample(1000, seed=1)
    assert samples.mean() == pytest.approx(3, abs=0.3)
    assert 0.1 < samples.std() < 1.2
