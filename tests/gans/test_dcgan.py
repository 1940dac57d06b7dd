import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.gans import dcgan
from tests.gans.table import images, make_dcgan

pytestmark = pytest.mark.backends


@pytest.mark.parametrize(
    ("size", "start", "widths"),
    [
        (8, 4, [4]),
        (14, 7, [4]),
        (16, 4, [4, 8]),
        (28, 7, [4, 8]),
        (32, 4, [4, 8, 16]),
        (56, 7, [4, 8, 16]),
        (64, 4, [4, 8, 16, 32]),
    ],
)
def test_sizes_halve_and_widths_double(size, start, widths):
    shape = (size, size, 3)
    generator, discriminator = dcgan.generator(5, shape, 4), dcgan.discriminator(shape, 4)
    assert generator.output_shape == (None, *shape)
    assert discriminator.output_shape == (None, 1)
    down = [layer for layer in discriminator.layers if isinstance(layer, layers.Conv2D)]
    assert [layer.filters for layer in down] == widths
    assert down[-1].output.shape[1:3] == (start, start)
    up = [layer for layer in generator.layers if isinstance(layer, layers.Conv2DTranspose)]
    assert [layer.filters for layer in up] == [*widths[-2::-1], 3]
    assert generator.layers[1].output.shape[1:] == (start, start, widths[-1])


def kinds(network):
    return [type(layer).__name__ for layer in network.layers]


def test_rules_of_section_3():
    generator, discriminator = dcgan.generator(5, (16, 16, 1), 4), dcgan.discriminator((16, 16, 1), 4)
    up, norm, relu = "Conv2DTranspose", "BatchNormalization", "ReLU"
    assert kinds(generator) == ["Dense", "Reshape", norm, relu, up, norm, relu, up, "Activation"]
    # No batch normalisation at D's input or G's output.
    assert kinds(discriminator) == ["Conv2D", "LeakyReLU", "Conv2D", norm, "LeakyReLU", "Flatten", "Dense"]
    assert generator.layers[-1].activation is keras.activations.tanh
    assert discriminator.layers[1].negative_slope == 0.2


def test_weights_start_small():
    kernels = [w for w in dcgan.generator(64, (16, 16, 1), 32).weights if w.path.endswith("kernel")]
    assert [ops.convert_to_numpy(w).std() for w in kernels] == pytest.approx([0.02] * len(kernels), rel=0.1)


def test_what_is_off_by_default():
    discriminator = dcgan.discriminator((16, 16, 1), 4, batch_norm=False, instance_noise=0.1, dropout=0.3)
    assert kinds(discriminator) == [
        "GaussianNoise",
        *["Conv2D", "LeakyReLU", "Dropout"] * 2,
        "Flatten",
        "Dense",
    ]
    assert "BatchNormalization" not in kinds(dcgan.generator(5, (16, 16, 1), 4, batch_norm=False))
    x = images(4, 16)
    answers = [ops.convert_to_numpy(discriminator(x, training=training)) for training in (False, False, True, True)]
    assert (answers[0] == answers[1]).all()
    assert (answers[2] != answers[3]).any()


@pytest.mark.parametrize("shape", [(10, 10, 1), (4, 4, 1), (7, 7, 1), (16, 8, 1), (24, 24, 1), (12, 12, 3)])
@pytest.mark.parametrize("build", [lambda shape: dcgan.generator(5, shape), dcgan.discriminator])
def test_other_sizes_are_refused_by_name(build, shape):
    with pytest.raises(ValueError, match=re.escape(f"Received: image_shape={shape}")):
        build(shape)


def test_an_image_shape_without_channels_is_refused():
    with pytest.raises(ValueError, match=re.escape("(height, width, channels). Received: (16, 16)")):
        dcgan.generator(5, (16, 16))


@pytest.mark.parametrize("label", [0, 1.1, -0.5])
def test_a_bad_real_label_is_refused(label):
    with pytest.raises(ValueError, match=f"Received: {label}"):
        make_dcgan(real_label=label)


def test_losses_with_and_without_label_smoothing():
    x = images(6)
    for label in (1.0, 0.75):
        gan = make_dcgan(real_label=label)
        weights = [np.zeros(w.shape, "float32") for w in gan.discriminator.weights]
        # D answers 0.8, whatever it sees.
        weights[-1][0] = np.log(4)
        gan.discriminator.set_weights(weights)
        expected = -label * np.log(0.8) - (1 - label) * np.log(0.2) - np.log(0.2)
        assert float(gan.discriminator_loss(x)) == pytest.approx(expected, abs=1e-5)
        assert float(gan.discriminator_loss((x, np.zeros(6)))) == pytest.approx(expected, abs=1e-5)
        assert float(gan.generator_loss(x)) == pytest.approx(-np.log(0.8), abs=1e-5)


def test_the_default_optimiser_is_the_papers():
    gan = make_dcgan()
    gan.compile()
    for optimizer in gan.optimizers.values():
        assert (float(optimizer.learning_rate), optimizer.beta_1) == (pytest.approx(2e-4), 0.5)


def test_low_precision_gives_float32_images_and_logits_and_trains():
    keras.config.set_dtype_policy("mixed_bfloat16")
    gan = make_dcgan(average=0.9)
    gan.compile()
    assert gan.sample(2, seed=0).dtype == np.float32
    assert {layer.compute_dtype for layer in gan.generator.layers} == {"bfloat16", "float32"}
    assert keras.backend.standardize_dtype(gan.discriminator(images(2)).dtype) == "float32"
    assert np.isfinite([*gan.fit(images(8), verbose=0).history.values()]).all()
