import keras
import numpy as np
import pytest
from keras import ops

from course_utils.networks.classifier import classifier

pytestmark = pytest.mark.backends


@pytest.mark.parametrize(("shape", "classes"), [((16, 16, 1), 10), ((28, 28, 1), 10), ((32, 20, 3), 4)])
def test_gives_one_logit_a_class_and_64_features(shape, classes):
    model = classifier(shape, classes)
    assert model.input_shape == (None, *shape)
    assert model.output_shape == (None, classes)
    assert model.get_layer("features").output.shape == (None, 64)


def test_the_answers_are_logits():
    logits = ops.convert_to_numpy(classifier()(np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1))))
    assert logits.min() < 0
    assert not np.allclose(logits.sum(axis=1), 1)


def test_counts_of_parameters_worked_by_hand():
    # Per block of widths a -> b: 9ab + 9bb of convolutions and 2 x 4b of normalisation; then 2 x 2 x 64 pixels remain.
    blocks = sum(9 * a * b + 9 * b * b + 8 * b for a, b in ((1, 16), (16, 32), (32, 64)))
    assert classifier().count_params() == blocks + (256 * 64 + 64) + (64 * 10 + 10)


@pytest.mark.parametrize(("policy", "inside"), [("float32", "float32"), ("mixed_bfloat16", "bfloat16")])
def test_logits_are_float32_under_every_policy(policy, inside):
    keras.config.set_dtype_policy(policy)
    model = classifier()
    assert model.get_layer("features").compute_dtype == inside
    assert keras.backend.standardize_dtype(model(np.zeros((1, 16, 16, 1), "float32")).dtype) == "float32"


def test_a_dtype_overrides_the_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    assert {layer.compute_dtype for layer in classifier(dtype="float32").layers[1:]} == {"float32"}


def test_momentum_is_that_of_every_normalisation():
    normalisations = [layer for layer in classifier(momentum=0.9).layers if "batch_normalization" in layer.name]
    assert [layer.momentum for layer in normalisations] == [0.9] * 6


def test_learns():
    images = np.random.default_rng(0).uniform(-1, 1, (32, 16, 16, 1)).astype("float32")
    labels = np.arange(32) % 2
    images[labels == 1, :8] = 1.0
    model = classifier(classes=2)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    losses = model.fit(images, labels, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (7, 16, 1)}, r"at least 8 pixels.*Received: input_shape=\(7, 16, 1\)"),
        ({"input_shape": (16, 16)}, r"Received: input_shape=\(16, 16\)"),
        ({"input_shape": (None, None, 1)}, r"Received: input_shape=\(None, None, 1\)"),
        ({"classes": 1}, "Received: classes=1"),
        ({"momentum": 1.0}, "Received: momentum=1.0"),
        ({"widths": ()}, r"Received: widths=\(\)"),
        ({"widths": (16, 0)}, r"Received: widths=\(16, 0\)"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        classifier(**arguments)
