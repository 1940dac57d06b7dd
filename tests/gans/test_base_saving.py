"""A GAN that is saved and loaded continues as if it had never stopped."""

import keras
import pytest

from course_utils.metrics import FrozenClassifier, OnImages, kid
from tests.gans.games import compiled, fit, points
from tests.gans.table import images, make_dcgan, make_vanilla, same, state

pytestmark = pytest.mark.backends

ADAM = keras.optimizers.Adam


def test_a_loaded_model_continues_to_the_bit(tmp_path):
    gan = compiled(average=0.9, seed=7)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert same(state(again), state(gan))
    assert fit(again) == fit(gan)
    assert same(state(again), state(gan))


def test_loaded_weights_continue_to_the_bit(tmp_path):
    gan = compiled(average=0.9, seed=7)
    fit(gan)
    gan.save_weights(tmp_path / "gan.weights.h5")
    again = compiled(average=0.9, seed=1)
    again.load_weights(tmp_path / "gan.weights.h5")
    assert fit(again) == fit(gan)
    assert same(state(again), state(gan))


def test_how_it_was_compiled_is_saved_too(tmp_path):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    gan = make_dcgan(real_label=0.9, average=0.5, seed=3)
    gan.compile(
        ADAM(schedule, beta_1=0.3),
        keras.optimizers.SGD(0.25, clipnorm=1.0),
        metrics=[OnImages(kid, FrozenClassifier("digits"), name="kid")],
        run_eagerly=True,
    )
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert (again.latent_dim, again.seed, again.average, again.real_label) == (3, 3, 0.5, 0.9)
    assert again.get_compile_config() == gan.get_compile_config()
    assert again.optimizers["discriminator"].beta_1 == 0.3
    assert again.run_eagerly
    assert again.evaluate(images(8), verbose=0) == gan.evaluate(images(8), verbose=0)


def test_an_uncompiled_model_is_saved_and_samples(tmp_path):
    gan = make_vanilla()
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert not again.compiled
    assert (again.sample(3, seed=0) == gan.sample(3, seed=0)).all()


def test_weights_of_a_trained_model_serve_one_that_only_samples(tmp_path):
    gan = compiled(average=0.5)
    fit(gan)
    gan.save_weights(tmp_path / "gan.weights.h5")
    again = points(average=0.5)
    again.load_weights(tmp_path / "gan.weights.h5")
    assert (again.sample(3, seed=0) == gan.sample(3, seed=0)).all()


@pytest.mark.parametrize(
    ("saved", "loaded", "said"),
    [
        ({"average": 0.9}, {}, "this one keeps 0 averages and 2 seeds"),
        ({}, {"average": 0.9}, "this one keeps 5 averages and 2 seeds"),
    ],
)
def test_weights_of_another_game_are_refused(saved, loaded, said, tmp_path):
    make_dcgan(**saved).save_weights(tmp_path / "gan.weights.h5")
    other = make_dcgan(**loaded)
    with pytest.raises(ValueError, match=said):
        other.load_weights(tmp_path / "gan.weights.h5")


def test_weights_with_other_noise_are_refused(tmp_path):
    make_dcgan(dropout=0.5).save_weights(tmp_path / "gan.weights.h5")
    other = make_dcgan()
    with pytest.raises(ValueError, match="this one keeps 0 averages and 2 seeds"):
        other.load_weights(tmp_path / "gan.weights.h5")
