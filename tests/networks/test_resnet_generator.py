import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.networks.resnet_generator import resnet_generator
from tests.gans.table import images

pytestmark = pytest.mark.backends


def kinds(network, *names):
    return [layer for layer in network.layers if type(layer).__name__ in names]


def test_sizes_and_widths_are_the_papers():
    network = resnet_generator()
    assert network.input_shape == network.output_shape == (None, 128, 128, 3)
    convolutions = kinds(network, "Conv2D", "Conv2DTranspose")
    inside = [(256, 3, 1, 32)] * 12
    encoder, decoder = [(64, 7, 1, 128), (128, 3, 2, 64), (256, 3, 2, 32)], [(128, 4, 2, 64), (64, 4, 2, 128)]
    expected = [*encoder, *inside, *decoder, (3, 7, 1, 128)]
    assert [(c.filters, c.kernel_size[0], c.strides[0], c.output.shape[1]) for c in convolutions] == expected
    assert len(kinds(network, "GroupNormalization")) == len(convolutions) - 1
    # One ReLU for each normalisation, but for the second of each block, and the tanh.
    assert len(kinds(network, "Activation")) == 17 - 6 + 1


def test_parameters_by_hand():
    w, k = 4, 5
    convolutions = 3 * w * k * k + 9 * w * 2 * w + 9 * 2 * w * 4 * w + 2 * 2 * 9 * (4 * w) ** 2
    back = 16 * 4 * w * 2 * w + 16 * 2 * w * w + k * k * w * 3 + 3
    norms = 2 * (w + 2 * w + 4 * w + 4 * 4 * w + 2 * w + w)
    assert resnet_generator((16, 16, 3), w, blocks=2, kernel=k).count_params() == convolutions + back + norms


def test_one_halving_leaves_out_the_innermost_pair():
    w, k = 4, 3
    network = resnet_generator((18, 16, 3), w, blocks=1, kernel=k, halvings=1)
    convolutions = kinds(network, "Conv2D", "Conv2DTranspose")
    assert [c.output.shape[1:] for c in convolutions] == [(18, 16, w), *[(9, 8, 2 * w)] * 3, (18, 16, w), (18, 16, 3)]
    weights = 3 * w * k * k + 9 * w * 2 * w + 2 * 9 * (2 * w) ** 2 + 16 * 2 * w * w + k * k * w * 3 + 3
    assert network.count_params() == weights + 2 * (w + 3 * 2 * w + w)


def test_normalisation_is_of_each_image_and_each_channel():
    keras.utils.set_random_seed(0)
    network = resnet_generator((16, 16, 3), 4, blocks=1)
    x = images(3, 16, 3)
    together = ops.convert_to_numpy(network(x, training=True))
    alone = np.concatenate([ops.convert_to_numpy(network(x[i : i + 1])) for i in range(3)])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    first = kinds(network, "GroupNormalization")[0]
    values = np.random.default_rng(0).normal(3, 2, (2, 8, 8, 4)).astype("float32")
    normalised = ops.convert_to_numpy(first(values))
    np.testing.assert_allclose(normalised.mean(axis=(1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(normalised.std(axis=(1, 2)), 1, atol=2e-3)


def test_a_block_adds_to_what_it_gets():
    network = resnet_generator((16, 16, 3), 4, blocks=1)
    # With a scale of 0 the second normalisation of the block gives 0, and the block hands its input on.
    add = kinds(network, "Add")[0]
    second = kinds(network, "GroupNormalization")[4]
    second.gamma.assign(np.zeros(second.gamma.shape))
    inside = keras.Model(network.input, [kinds(network, "Activation")[2].output, add.output])
    before, after = inside(images(2, 16, 3))
    np.testing.assert_array_equal(ops.convert_to_numpy(before), ops.convert_to_numpy(after))


def test_weights_start_small():
    network = resnet_generator((16, 16, 3), 16, blocks=1)
    kernels = [layer.kernel for layer in kinds(network, "Conv2D", "Conv2DTranspose")]
    assert [ops.convert_to_numpy(k).std() for k in kernels] == pytest.approx([0.02] * len(kernels), rel=0.1)


def test_low_precision_gives_float32_images_in_range():
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = resnet_generator((16, 16, 3), 4, blocks=1)
    made = network(images(2, 16, 3))
    assert keras.backend.standardize_dtype(made.dtype) == "float32"
    assert np.abs(ops.convert_to_numpy(made)).max() <= 1
    assert isinstance(network.layers[-1], layers.Activation)
    assert network.layers[-1].activation is keras.activations.tanh


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"image_shape": (18, 16, 3)}, "Received: image_shape=(18, 16, 3)"),
        ({"image_shape": (4, 4, 3)}, "Received: image_shape=(4, 4, 3)"),
        ({"image_shape": (16, 16)}, "Received: image_shape=(16, 16)"),
        ({"image_shape": (18, 18, 3), "halvings": 2}, "divide by 4, as they are halved 2 times"),
        ({"halvings": -1}, "Received: halvings=-1"),
        ({"blocks": -1}, "Received: blocks=-1"),
        ({"blocks": 1.0}, "Received: blocks=1.0"),
        ({"width": 0}, "Received: width=0"),
        ({"kernel": 4}, "Received: kernel=4"),
        ({"kernel": 33, "image_shape": (16, 16, 3)}, "Received: kernel=33"),
    ],
)
def test_what_it_cannot_have_is_refused_by_name(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        resnet_generator(**({"image_shape": (16, 16, 3), "width": 4} | arguments))
