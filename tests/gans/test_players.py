import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.gans.base import GAN
from course_utils.gans.players import images_of, latent_vectors
from tests.gans.games import POINTS, Points, Target, compiled, dense, fit, points, scalars, values
from tests.gans.table import images, make_vanilla, same, state

pytestmark = pytest.mark.backends


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda g, d: GAN(g), "made of the networks ['discriminator', 'generator']. Received: ['generator']"),
        (lambda g, d: GAN(g, d, encoder=g), "Received: ['discriminator', 'encoder', 'generator']"),
        (lambda g, d: GAN(g, "d"), "discriminator must be a keras.Model whose weights exist. Received: 'd'"),
        (
            lambda g, d: GAN(keras.Sequential([layers.Dense(2)]), d),
            "generator must be a keras.Model whose weights",
        ),
        (lambda g, d: GAN(g, d, latent_dim=5), "takes latent vectors of 3 numbers. Received: latent_dim=5"),
        (lambda g, d: GAN(g, d, latent_dim=0), "Received: latent_dim=0"),
        (lambda g, d: GAN(g, d, seed=None), "Received: seed=None"),
        (lambda g, d: GAN(g, d, seed=0.5), "Received: seed=0.5"),
        (lambda g, d: GAN(g, d, seed=-1), "Received: seed=-1"),
        (lambda g, d: GAN(g, d, average=1), "Received: 1"),
        (lambda g, d: GAN(g, d, average=0.0), "Received: 0.0"),
        (lambda g, d: GAN(g, d, average=True), "Received: True"),
        (lambda g, d: GAN(g, d, average="0.9"), "Received: '0.9'"),
    ],
)
def test_what_does_not_make_a_gan_is_refused_by_name(make, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make(dense(3, 2, "generator"), dense(2, 1, "discriminator"))


def test_the_latent_size_is_read_from_the_generator():
    assert points().latent_dim == 3


def test_a_generator_of_several_inputs_needs_the_latent_size_told():
    z, y = keras.Input((3,)), keras.Input((2,))
    generator = keras.Model([z, y], layers.Dense(2)(layers.Concatenate()([z, y])))
    assert GAN(generator, dense(2, 1, "d"), latent_dim=3).noise(POINTS).shape == (24, 3)
    with pytest.raises(ValueError, match="GAN has no latent size"):
        GAN(generator, dense(2, 1, "d")).noise(POINTS)


def test_noise_is_standard_normal_and_new_each_time():
    gan = points(seed=3)
    first, second = (ops.convert_to_numpy(gan.noise(np.zeros((4000, 8, 8, 1)))) for _ in range(2))
    assert first.shape == (4000, 3)
    assert first.mean() == pytest.approx(0, abs=0.03)
    assert first.std() == pytest.approx(1, abs=0.03)
    assert (first != second).any()
    assert (
        ops.convert_to_numpy(points(seed=3).noise(POINTS)) == ops.convert_to_numpy(points(seed=3).noise(POINTS))
    ).all()
    assert (
        ops.convert_to_numpy(points(seed=3).noise(POINTS)) != ops.convert_to_numpy(points(seed=4).noise(POINTS))
    ).any()


def test_noise_counts_the_images_of_a_pair():
    assert points().noise((POINTS, np.zeros(24))).shape == (24, 3)
    assert images_of((1, 2)) == 1
    assert images_of([1, 2]) == 1
    assert images_of(POINTS) is POINTS


def test_latent_vectors_are_numpys():
    expected = np.random.default_rng(5).standard_normal((4, 3), dtype="float32")
    assert (latent_vectors(4, 3, seed=5) == expected).all()
    np.random.seed(0)
    first = latent_vectors(4, 3)
    np.random.seed(0)
    assert (latent_vectors(4, 3) == first).all()
    assert (latent_vectors(4, 3) != first).any()


def test_samples_are_the_generators_images_in_float32():
    gan = make_vanilla()
    samples = gan.sample(5, seed=1)
    assert (samples.shape, samples.dtype) == ((5, 8, 8, 1), np.float32)
    expected = gan.generator(latent_vectors(5, 3, 1), training=False)
    assert samples == pytest.approx(ops.convert_to_numpy(expected), abs=1e-6)
    assert gan(latent_vectors(5, 3, 1)).shape == (5, 8, 8, 1)


def test_many_samples_are_drawn_in_parts():
    gan = points()
    z = latent_vectors(1203, 3, 0)
    assert gan.generate(z) == pytest.approx(gan.generate(z, batch_size=2000), abs=1e-6)
    assert gan.generate(z).shape == (1203, 2)


@pytest.mark.parametrize("n", [0, -1, 2.0, "3", None, True])
def test_a_bad_number_of_samples_is_refused(n):
    with pytest.raises(ValueError, match=f"Received: n={n!r}"):
        points().sample(n)


@pytest.mark.parametrize("shape", [(3,), (4, 2), (0, 3), (4, 3, 1)])
def test_latent_vectors_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=re.escape(f"Received: shape {shape}")):
        points().generate(np.zeros(shape))


def test_sampling_does_not_disturb_training():
    def run(*callbacks):
        gan = compiled(average=0.5)
        return fit(gan, epochs=2, callbacks=list(callbacks)), state(gan)

    def draw(epoch, logs):
        drawn.append(sampler.model.sample(2, seed=epoch))

    drawn, sampler = [], keras.callbacks.LambdaCallback(on_epoch_begin=draw, on_epoch_end=draw)
    plain, sampled = run(), run(sampler)
    assert plain[0] == sampled[0]
    assert same(plain[1], sampled[1])
    assert len(drawn) == 4


def test_averages_are_worked_by_hand():
    class Averaged(Target):
        def __init__(self):
            super().__init__(average=0.2)

    gan = scalars(Averaged)
    gan.fit(np.array([[1.0], [3.0]], "float32"), batch_size=1, shuffle=False, verbose=0)
    # g moves to 1, then to 3. Momenta: min(0.2, (1 + 1) / (10 + 1)) = 2/11, then min(0.2, 3/12) = 0.2.
    first = 2 / 11 * 0 + 9 / 11 * 1
    assert values(gan.averages)[0].item() == pytest.approx(0.2 * first + 0.8 * 3)
    assert gan.numbers()[1] == 3.0


def test_samples_come_from_the_averages():
    gan = make_vanilla(average=0.5)
    before = gan.sample(2, seed=0)
    gan.generator.set_weights([np.zeros(w.shape) for w in gan.generator.weights])
    assert (gan.sample(2, seed=0) == before).all()
    for average in gan.averages:
        average.assign(ops.zeros(average.shape))
    assert (gan.sample(2, seed=0) == 0).all()
    assert (make_vanilla(average=None).averages, make_vanilla().averaged_weights()) == ([], [])


def test_averaging_changes_no_loss():
    plain, averaged = compiled(), compiled(average=0.5)
    assert fit(plain, epochs=2) == fit(averaged, epochs=2)
    assert same(values(plain.generator.weights), values(averaged.generator.weights))
    assert all(
        (a != v).any() for v, a in zip(values(averaged.generator.weights), values(averaged.averages), strict=True)
    )


def test_a_network_that_two_of_a_side_share_counts_once():
    class Shared(Points):
        sides = {"discriminator": ("discriminator", "classifier"), "generator": ("generator",)}

    body = dense(2, 4, "body")
    heads = [keras.Sequential([keras.Input((2,)), body, layers.Dense(n)]) for n in (1, 5)]
    gan = Shared(dense(3, 2, "generator"), heads[0], classifier=heads[1])
    assert len(gan.variables_of("discriminator")) == 2 + 2 + 2
    gan.compile()
    assert gan.optimizer.built


def test_configuration_carries_what_it_was_made_of():
    gan = make_vanilla(saturating=True, average=0.9, seed=4, name="lesson_04")
    config = gan.get_config()
    assert {key: config[key] for key in ("latent_dim", "seed", "average", "saturating", "name")} == {
        "latent_dim": 3,
        "seed": 4,
        "average": 0.9,
        "saturating": True,
        "name": "lesson_04",
    }
    again = type(gan).from_config(config)
    assert again.sample(2, seed=0).shape == images(2).shape
    assert again.name == "lesson_04"
