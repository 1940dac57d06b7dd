import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils import autodiff
from course_utils.arithmetic import receptive_field, summarise
from course_utils.networks.patch_discriminator import patch_discriminator, patch_size

pytestmark = pytest.mark.backends


@pytest.mark.parametrize(("steps", "size"), [(0, 1), (1, 16), (2, 34), (3, 70), (4, 142), (5, 286)])
def test_patch_sizes_are_the_papers(steps, size):
    assert patch_size(steps) == size


def test_the_papers_network_is_that_of_its_appendix():
    network = patch_discriminator((256, 256, 3), condition_shape=(256, 256, 3))
    convolutions = [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [64, 128, 256, 512, 1]
    assert [layer.strides[0] for layer in convolutions] == [2, 2, 2, 1, 1]
    assert [layer.use_bias for layer in convolutions] == [True, False, False, False, True]
    assert network.output_shape == (None, 30, 30, 1)
    kernels = 16 * (6 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512)
    # Scale, shift, mean and variance of every normalised channel.
    assert network.count_params() == kernels + 64 + 1 + 4 * (128 + 256 + 512)
    assert receptive_field([(4, 2, 1)] * 3 + [(4, 1, 1)] * 2).size == 70
    assert summarise(network).rows[-1].receptive_field == (70, 70)


@pytest.mark.parametrize(("steps", "side"), [(0, 32), (1, 14), (2, 6), (3, 2)])
def test_logits_of_small_images(steps, side):
    network = patch_discriminator((32, 32, 3), 4, steps, None)
    assert network(np.zeros((2, 32, 32, 3), "float32")).shape == (2, side, side, 1)


def test_channels_stop_growing_at_eight_times_the_width():
    network = patch_discriminator((128, 128, 1), 2, 5)
    convolutions = [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [2, 4, 8, 16, 16, 16, 1]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_the_gradient_at_one_logit_reaches_one_patch(steps):
    size = 60
    # Positive kernels and images: no ReLU switches a path off.
    network = patch_discriminator((size, size, 1), 2, steps, None)
    network.set_weights([np.abs(w) + 0.01 for w in network.get_weights()])
    middle = network.output_shape[1] // 2
    seen = autodiff.gradient(lambda x: network(x)[0, middle, middle, 0], np.ones((1, size, size, 1), "float32"))
    rows, columns = np.nonzero(ops.convert_to_numpy(ops.stop_gradient(seen))[0, :, :, 0])
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == patch_size(steps)


@pytest.mark.parametrize(
    ("normalisation", "kind"), [("batch", "BatchNormalization"), ("instance", "GroupNormalization"), (None, None)]
)
def test_the_first_layer_and_the_last_are_not_normalised(normalisation, kind):
    network = patch_discriminator((32, 32, 3), 4, 2, normalisation)
    names = [type(layer).__name__ for layer in network.layers]
    block = ["ZeroPadding2D", "Conv2D"]
    norm = [kind] if kind else []
    activated = [*block, *norm, "LeakyReLU"]
    assert names == ["InputLayer", *block, "LeakyReLU", *activated * 2, *block]


def test_instance_normalisation_looks_at_one_image_and_one_channel():
    network = patch_discriminator((16, 16, 1), 4, 1, "instance")
    layer = next(layer for layer in network.layers if isinstance(layer, layers.GroupNormalization))
    x = np.random.default_rng(0).normal(3, 2, (2, 5, 5, 8)).astype("float32")
    expected = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    np.testing.assert_allclose(ops.convert_to_numpy(ops.stop_gradient(layer(x))), expected, atol=2e-3)


def test_the_condition_counts():
    network = patch_discriminator((16, 16, 3), 4, 1, condition_shape=(16, 16, 1))
    image, other = np.zeros((2, 16, 16, 3), "float32"), np.ones((2, 16, 16, 1), "float32")
    answers = [ops.convert_to_numpy(network([sign * other, image], training=False)) for sign in (-1, 1)]
    assert np.abs(answers[0] - answers[1]).max() > 0


def test_noise_is_added_in_training_only():
    network = patch_discriminator((16, 16, 1), 4, 1, None, instance_noise=0.5)
    x = np.zeros((2, 16, 16, 1), "float32")
    answers = [ops.convert_to_numpy(network(x, training=training)) for training in (False, False, True, True)]
    assert (answers[0] == answers[1]).all()
    assert (answers[2] != answers[3]).any()


def test_low_precision_gives_float32_logits():
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = patch_discriminator((16, 16, 1), 4, 1, "instance", condition_shape=(16, 16, 1))
    assert {layer.compute_dtype for layer in network.layers} == {"bfloat16", "float32"}
    x = np.zeros((1, 16, 16, 1), "float32")
    assert keras.backend.standardize_dtype(network([x, x]).dtype) == "float32"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"image_shape": (16, 16)}, "Received: image_shape=(16, 16), condition_shape=None"),
        ({"condition_shape": (8, 16, 3)}, "Received: image_shape=(32, 32, 3), condition_shape=(8, 16, 3)"),
        ({"steps": -1}, "Received: steps=-1"),
        ({"steps": 1.0}, "Received: steps=1.0"),
        ({"steps": 4}, "at least 48 pixels a side. Received: image_shape=(32, 32, 3)"),
        ({"normalisation": "layer"}, "'batch', 'instance', None. Received: normalisation='layer'"),
    ],
)
def test_what_cannot_be_built_is_refused(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        patch_discriminator(**{"image_shape": (32, 32, 3), "width": 4} | arguments)
