import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data
from course_utils.callbacks import SampleGrid
from course_utils.gans import cgan, dcgan
from tests.gans.table import images, labels, make_cgan, same, state

pytestmark = pytest.mark.backends

BACKEND = keras.backend.backend()


def batch(n=6):
    return images(n), labels(n)


def tensors(*arrays):
    """A batch as a step sees it."""
    return [ops.convert_to_tensor(array) for array in arrays]


def constant(gan, logit):
    """The same game with a D that gives one answer, whatever it sees."""
    weights = [np.zeros(w.shape, "float32") for w in gan.discriminator.weights]
    weights[-1][0] = logit
    gan.discriminator.set_weights(weights)
    return gan


def test_networks_are_those_of_dcgan_with_the_label_joined():
    generator, discriminator = cgan.generator(5, 3, (16, 16, 1), 4), cgan.discriminator(3, (16, 16, 1), 4)
    assert generator.output_shape == (None, 16, 16, 1)
    assert discriminator.output_shape == (None, 1)
    assert generator.count_params() == dcgan.generator(8, (16, 16, 1), 4).count_params()
    assert discriminator.count_params() == dcgan.discriminator((16, 16, 4), 4).count_params()


def test_what_the_bodies_see():
    generator, discriminator = cgan.generator(2, 3, (8, 8, 1), 4), cgan.discriminator(3, (8, 8, 1), 4)
    x = images(2)
    seen = {}
    for network, given in ((generator, [np.zeros((2, 2)), np.eye(3)[[2, 0]]]), (discriminator, [x, np.array([2, 0])])):
        joined = keras.Model(network.inputs, network.layers[-1].input)
        seen[network.name] = ops.convert_to_numpy(joined(given))
    assert seen["generator"].tolist() == [[0, 0, 0, 0, 1], [0, 0, 1, 0, 0]]
    np.testing.assert_array_equal(seen["discriminator"][..., :1], x)
    for pixels, one_hot in zip(seen["discriminator"][..., 1:], np.eye(3)[[2, 0]], strict=True):
        assert (pixels == one_hot).all()


def test_noise_falls_on_the_image_only():
    discriminator = cgan.discriminator(3, (8, 8, 1), 4, instance_noise=0.5)
    joined = keras.Model(discriminator.inputs, discriminator.layers[-1].input)
    seen = ops.convert_to_numpy(joined([images(2), np.array([1, 2])], training=True))
    assert (seen[..., :1] != images(2)).all()
    assert set(np.unique(seen[..., 1:])) == {0, 1}


@pytest.mark.parametrize("label", [1.0, 0.75])
def test_losses_of_a_discriminator_that_answers_08(label):
    gan = constant(make_cgan(real_label=label), np.log(4))
    expected = -label * np.log(0.8) - (1 - label) * np.log(0.2) - np.log(0.2)
    assert float(gan.discriminator_loss(tensors(*batch()))) == pytest.approx(expected, abs=1e-5)
    assert float(gan.generator_loss(tensors(*batch()))) == pytest.approx(-np.log(0.8), abs=1e-5)


def test_both_sides_are_given_the_labels_of_the_batch():
    gan = make_cgan()
    x, y = batch()
    asked = {"generator": [], "discriminator": []}

    def spy(name, network):
        def call(inputs, training):
            asked[name].append(ops.convert_to_numpy(inputs[1]))
            return network(inputs, training=training)

        return call

    networks = gan.generator, gan.discriminator
    for network in networks:
        object.__setattr__(gan, network.name, spy(network.name, network))
    gan.discriminator_loss(tensors(x, y))
    gan.generator_loss(tensors(x, y[:, None]))
    assert [given.argmax(axis=1).tolist() for given in asked["generator"]] == [y.tolist()] * 2
    assert [given.ravel().tolist() for given in asked["discriminator"]] == [y.tolist()] * 3


def test_it_learns_to_obey():
    """Class 0 is dark, class 1 bright: after some steps the asked class decides how bright a sample is."""
    keras.utils.set_random_seed(0)
    y = np.arange(64) % 2
    x = np.where(y[:, None, None, None] == 1, 0.8, -0.8) + 0.1 * images(64)
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.005, "beta_1": 0.5}}
    gan = cgan.CGAN(cgan.generator(3, 2, (8, 8, 1), 4), cgan.discriminator(2, (8, 8, 1), 4))
    gan.compile(*(keras.optimizers.deserialize(adam) for _ in range(2)))
    gan.fit(data.batches(x, y, batch_size=16), epochs=40, verbose=0)
    dark, bright = (gan.sample(16, label, seed=1).mean() for label in (0, 1))
    assert dark < -0.3
    assert bright > 0.3


def test_sample_takes_the_classes_in_turn_or_those_asked_for():
    gan = make_cgan()
    z = np.random.default_rng(3).standard_normal((4, 3), dtype="float32")
    default = gan.sample(4, seed=3)
    np.testing.assert_array_equal(default, gan.generate(z, [0, 1, 2, 0]))
    np.testing.assert_array_equal(default, gan.generate(z, np.eye(3)[[0, 1, 2, 0]]))
    np.testing.assert_array_equal(gan.sample(4, 2, seed=3), gan.generate(z, [[2], [2], [2], [2]]))
    assert (gan.sample(4, 2, seed=3)[:2] != default[:2]).any()


def test_samples_come_in_parts_from_the_averages():
    gan = make_cgan(average=0.9)
    gan.compile()
    gan.fit(*batch(8), verbose=0)
    z = np.zeros((5, 3))
    np.testing.assert_allclose(gan.generate(z, 1, batch_size=2), gan.generate(z, 1), atol=1e-6)
    now = ops.convert_to_numpy(gan.generator([z, np.eye(3)[[1] * 5]], training=False))
    assert np.abs(gan.generate(z, 1) - now).max() > 0


def test_every_class_holds_the_latent_vector_row_by_row():
    gan = make_cgan()
    z = np.random.default_rng(0).normal(size=(2, 3))
    made = gan.every_class(z)
    assert made.shape == (6, 8, 8, 1)
    np.testing.assert_allclose(made[3:], gan.generate(z[[1, 1, 1]], [0, 1, 2]), atol=1e-6)


def test_a_run_shows_every_class():
    gan = make_cgan()
    gan.compile()
    grid = SampleGrid(images=2, every=1, draw=cgan.CGAN.every_class, columns=3)
    gan.fit(*batch(8), verbose=0, callbacks=[grid])
    assert [(epoch, frame.shape) for epoch, frame in grid.frames] == [(0, (6, 8, 8, 1)), (1, (6, 8, 8, 1))]


def test_evaluate_shows_its_metrics_images_of_the_batchs_labels():
    gan = make_cgan()
    x, y = batch()
    state = ops.convert_to_numpy(gan.noise_seed.state).copy()
    fake = ops.convert_to_numpy(gan.imitate((x, y)))
    gan.noise_seed.state.assign(state)
    expected = gan.generate(ops.convert_to_numpy(gan.noise(x)), y)
    np.testing.assert_allclose(fake, expected, atol=1e-6)


def as_arrays(x, y):
    return {"x": x, "y": y}


def as_batches(x, y):
    return {"x": data.batches(x, y, batch_size=4)}


@pytest.mark.parametrize("wrap", [as_arrays, as_batches])
@pytest.mark.parametrize(
    ("y", "said"),
    [
        (None, "learns from images and their labels. Received: images alone"),
        (np.full(6, 3), "from 0 to 2. Received: 3 to 3"),
        (np.full(6, -1), "Received: -1 to -1"),
        (np.eye(3)[[0] * 6], "(batch,) or (batch, 1). Received: shape"),
        (np.zeros(6), "must be whole numbers. Received: numbers of type float"),
    ],
)
def test_other_labels_are_refused_before_training(wrap, y, said):
    gan = make_cgan()
    gan.compile()
    before = state(gan)
    for run in (gan.fit, gan.evaluate):
        with pytest.raises(ValueError, match=re.escape(said)):
            run(**wrap(images(6), y), verbose=0)
    if wrap is as_arrays and y is not None:
        with pytest.raises(ValueError, match=re.escape(said)):
            gan.fit(*batch(), validation_data=(images(6), y), verbose=0)
    assert same(before, state(gan))


def test_a_single_label_out_of_range_is_found():
    gan, y = make_cgan(), labels(16)
    y[11] = 3
    gan.compile()
    with pytest.raises(ValueError, match="Received: 0 to 3"):
        gan.fit(data.batches(images(16), y, batch_size=4, shuffle=False), verbose=0)


def test_labels_in_the_batches_of_an_iterator_are_missed_at_the_first_step():
    gan = make_cgan()
    gan.compile()
    with pytest.raises(ValueError, match="Received: images alone"):
        gan.fit(((images(4),) for _ in range(2)), shuffle=False, verbose=0)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.data is for TensorFlow")
def test_data_of_tensorflow_trains():
    import tensorflow as tf

    gan = make_cgan()
    gan.compile()
    batches = tf.data.Dataset.from_tensor_slices(batch(8)).batch(4)
    assert np.isfinite([*gan.fit(batches, shuffle=False, verbose=0).history.values()]).all()


@pytest.mark.parametrize(
    ("z", "asked", "said"),
    [
        (np.zeros((2, 4)), 0, "(n, 3), n >= 1. Received: shape (2, 4)"),
        (np.zeros((2, 3)), 3, "from 0 to 2. Received: 3 to 3"),
        (np.zeros((2, 3)), [0, -1], "Received: -1 to 0"),
        (np.zeros((2, 3)), [0, 1, 2], "mixtures of shape (2, 3). Received: shape (3,)"),
        (np.zeros((2, 3)), [0.5, 1.0], "Received: numbers of type float64"),
        (np.zeros((2, 3)), [[0.5, 0.2, 0.2], [1, 0, 0]], "Received: shares from 0, sums from 0.9 to 1"),
        (np.zeros((2, 3)), [[1.5, -0.5, 0], [1, 0, 0]], "Received: shares from -0.5"),
    ],
)
def test_bad_questions_are_refused_by_name(z, asked, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_cgan().generate(z, asked)


def test_low_precision_gives_float32_images_and_logits_and_trains():
    keras.config.set_dtype_policy("mixed_bfloat16")
    gan = make_cgan(average=0.9)
    gan.compile()
    assert gan.sample(2, seed=0).dtype == np.float32
    assert keras.backend.standardize_dtype(gan.discriminator([*batch(2)]).dtype) == "float32"
    assert np.isfinite([*gan.fit(*batch(8), verbose=0).history.values()]).all()


def test_a_saved_game_draws_the_same(tmp_path):
    gan = make_cgan(average=0.9, real_label=0.9)
    gan.compile()
    gan.fit(*batch(8), verbose=0)
    gan.save(tmp_path / "cgan.keras")
    again = keras.saving.load_model(tmp_path / "cgan.keras")
    assert (again.classes, again.latent_dim, again.real_label) == (3, 3, 0.9)
    np.testing.assert_array_equal(again.sample(4, seed=1), gan.sample(4, seed=1))
