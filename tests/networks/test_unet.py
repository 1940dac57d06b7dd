import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.networks.unet import unet

pytestmark = pytest.mark.backends


def of_kind(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def test_the_papers_network_is_that_of_its_appendix():
    network = unet((256, 256, 1), width=64)
    assert network.output_shape == (None, 256, 256, 3)
    down, up = of_kind(network, layers.Conv2D), of_kind(network, layers.Conv2DTranspose)
    assert [layer.filters for layer in down] == [64, 128, 256, 512, 512, 512, 512, 512]
    assert [layer.output.shape[1] for layer in down] == [128, 64, 32, 16, 8, 4, 2, 1]
    assert [layer.filters for layer in up] == [512, 512, 512, 512, 256, 128, 64, 3]
    # What the decoder's convolutions see, with the skips joined: the paper lists 512-1024-1024-1024-1024-512-256-128.
    assert [layer.input.shape[-1] for layer in up] == [512, 1024, 1024, 1024, 1024, 512, 256, 128]
    assert [layer.rate for layer in of_kind(network, layers.Dropout)] == [0.5] * 3
    assert len(of_kind(network, layers.BatchNormalization)) == 6 + 7


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("skips", [True, False])
def test_every_depth_gives_back_the_size(depth, skips):
    network = unet((32, 32, 2), channels=1, width=2, depth=depth, skips=skips)
    assert network.output_shape == (None, 32, 32, 1)
    narrowest = min(layer.output.shape[1] for layer in of_kind(network, layers.Conv2D))
    assert narrowest == 32 // 2**depth
    assert len(of_kind(network, layers.Concatenate)) == (depth - 1 if skips else 0)
    assert len(of_kind(network, layers.Dropout)) == (depth - 1) // 2


def test_depth_follows_the_size_where_none_is_given():
    assert [len(of_kind(unet((s, t, 3), width=2), layers.Conv2D)) for s, t in ((32, 32), (24, 40), (6, 16))] == [
        5,
        3,
        1,
    ]


def test_images_are_in_range_and_differ():
    images = ops.convert_to_numpy(unet((16, 16, 3), width=4)(np.random.default_rng(0).normal(size=(2, 16, 16, 3))))
    assert images.dtype == np.float32
    assert np.abs(images).max() <= 1
    assert (images[0] != images[1]).any()


def test_without_skips_everything_passes_the_narrowest_layer():
    x = np.random.default_rng(0).uniform(-1, 1, (1, 16, 16, 3)).astype("float32")
    for skips in (True, False):
        network = unet((16, 16, 3), width=4, skips=skips)
        narrowest = of_kind(network, layers.Conv2D)[-1]
        narrowest.set_weights([np.zeros_like(w) for w in narrowest.get_weights()])
        answers = [ops.convert_to_numpy(network(sign * x, training=False)) for sign in (1, -1)]
        assert (answers[0] != answers[1]).any() == skips


def test_dropout_is_noise_in_training_and_its_seed_fixes_it():
    x = np.ones((2, 16, 16, 3), "float32")
    keras.utils.set_random_seed(0)
    network = unet((16, 16, 3), width=4, seed=3)
    first, second, still, again = (
        ops.convert_to_numpy(network(x, training=training)) for training in (True, True, False, False)
    )
    assert (first != second).any()
    assert (still == again).all()
    keras.utils.set_random_seed(0)
    repeated = ops.convert_to_numpy(unet((16, 16, 3), width=4, seed=3)(x, training=True))
    np.testing.assert_allclose(repeated, first, atol=1e-6)
    keras.utils.set_random_seed(0)
    other = ops.convert_to_numpy(unet((16, 16, 3), width=4, seed=4)(x, training=True))
    assert np.abs(other - first).max() > 1e-4


def test_without_dropout_training_draws_nothing():
    network = unet((16, 16, 3), width=4, dropout=0)
    x = np.ones((2, 16, 16, 3), "float32")
    first, second = (ops.convert_to_numpy(network(x, training=True)) for _ in range(2))
    assert (first == second).all()


def test_low_precision_gives_float32_images():
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = unet((16, 16, 3), width=4)
    assert {layer.compute_dtype for layer in network.layers} == {"bfloat16", "float32"}
    assert keras.backend.standardize_dtype(network(np.zeros((1, 16, 16, 3), "float32")).dtype) == "float32"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"input_shape": (16, 16)}, "Received: (16, 16)"),
        (
            {"input_shape": (15, 16, 3)},
            "15x16 pixels can be halved 0 times, and depth must be from 1 to that. Received",
        ),
        ({"depth": 5}, "halved 4 times, and depth must be from 1 to that. Received: depth=5"),
        ({"depth": 0}, "Received: depth=0"),
        ({"depth": 2.0}, "Received: depth=2.0"),
        ({"dropout": 1}, "Received: dropout=1"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        unet(**{"input_shape": (16, 16, 3), "width": 2} | arguments)
