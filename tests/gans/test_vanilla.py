import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data
from course_utils.gans import vanilla
from tests.gans.table import images, make_vanilla

pytestmark = pytest.mark.backends


def test_networks_map_noise_to_images_and_images_to_logits():
    generator = vanilla.generator(5, (8, 6, 3), width=4)
    discriminator = vanilla.discriminator((8, 6, 3), width=4)
    fake = generator(np.random.default_rng(0).normal(0, 100, (2, 5)))
    assert fake.shape == (2, 8, 6, 3)
    assert np.abs(ops.convert_to_numpy(fake)).max() <= 1
    assert discriminator(fake).shape == (2, 1)


def test_parameters_are_those_of_three_dense_layers():
    assert vanilla.generator(5, (8, 8, 1), width=4).count_params() == (5 * 4 + 4) + (4 * 8 + 8) + (8 * 64 + 64)
    assert vanilla.discriminator((8, 8, 1), width=4).count_params() == (64 * 8 + 8) + (8 * 4 + 4) + (4 + 1)


def constant_logits(gan, real, fake):
    """Make D answer `real` on images of ones and `fake` on what G makes, which is images of zeros."""
    gan.generator.set_weights([np.zeros(w.shape) for w in gan.generator.weights])
    weights = [np.zeros(w.shape, "float32") for w in gan.discriminator.weights]
    # One path of positive numbers through both hidden layers, so that leaky ReLU passes it on.
    weights[0][0, 0] = weights[2][0, 0] = 1.0
    weights[4][0, 0], weights[5][0] = real - fake, fake
    gan.discriminator.set_weights(weights)


@pytest.mark.parametrize("saturating", [True, False])
def test_losses_are_equation_1(saturating):
    gan = make_vanilla(saturating=saturating)
    # D(x) = 0.8 and D(G(z)) = 0.3.
    constant_logits(gan, real=np.log(4), fake=np.log(3 / 7))
    x = np.ones((6, 8, 8, 1), "float32")
    assert float(gan.discriminator_loss(x)) == pytest.approx(-np.log(0.8) - np.log(0.7), abs=1e-5)
    expected = np.log(0.7) if saturating else -np.log(0.3)
    assert float(gan.generator_loss(x)) == pytest.approx(expected, abs=1e-5)
    assert float(gan.discriminator_loss((x, np.zeros(6)))) == pytest.approx(-np.log(0.8) - np.log(0.7), abs=1e-5)


def test_labels_are_left_aside():
    gan = make_vanilla()
    gan.compile()
    with_labels = data.batches(images(8), np.arange(8), batch_size=4)
    assert np.isfinite([*gan.fit(with_labels, verbose=0, validation_data=with_labels).history.values()]).all()


def test_low_precision_gives_float32_images_and_logits_and_trains():
    keras.config.set_dtype_policy("mixed_bfloat16")
    gan = make_vanilla()
    gan.compile()
    assert gan.sample(2, seed=0).dtype == np.float32
    for network, x in ((gan.generator, np.zeros((2, 3))), (gan.discriminator, images(2))):
        assert keras.backend.standardize_dtype(network(x).dtype) == "float32"
        assert network.layers[-4].compute_dtype == "bfloat16"
    assert np.isfinite([*gan.fit(images(8), verbose=0).history.values()]).all()
