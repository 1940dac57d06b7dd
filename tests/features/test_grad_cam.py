import keras
import numpy as np
import pytest
from keras import layers

from course_utils import features
from tests.features import networks

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 4, 4, 1)).astype("float32")
MAPS = np.maximum(np.concatenate([IMAGES, -2 * IMAGES], axis=-1), 0)


def by_hand(maps, label):
    """The mean over 16 pixels of the gradient HEAD / 16 is HEAD / 16: that weighs the channels."""
    return np.maximum(maps @ networks.HEAD[:, label] / 16, 0)


@pytest.mark.parametrize("activation", [None, "softmax"])
@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("kind", networks.KINDS)
def test_maps_worked_by_hand_in_every_kind_of_model(kind, label, activation):
    maps = features.grad_cam(kind(activation), IMAGES, label, "positive")
    np.testing.assert_allclose(maps, by_hand(MAPS, label), rtol=1e-5, atol=1e-8)


def test_a_layer_further_in_passes_the_relu_on_the_way():
    # Seen from before the ReLU, only half of the pixels have a gradient.
    maps = features.grad_cam(networks.nested(), IMAGES, 1, "body/pair")
    before = np.concatenate([IMAGES, -2 * IMAGES], axis=-1)
    weights = networks.HEAD[:, 1] / 16 * (before > 0).mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(maps, np.maximum((weights * before).sum(axis=-1), 0), rtol=1e-5, atol=1e-8)


def test_each_image_has_its_class_and_without_one_the_answer():
    labels = np.array([1, 0, 1])
    expected = np.concatenate([by_hand(MAPS[i : i + 1], label) for i, label in enumerate(labels)])
    np.testing.assert_allclose(features.grad_cam(networks.nested(), IMAGES, labels), expected, rtol=1e-5, atol=1e-8)
    answers = (MAPS.mean(axis=(1, 2)) @ networks.HEAD).argmax(axis=1)
    expected = np.concatenate([by_hand(MAPS[i : i + 1], label) for i, label in enumerate(answers)])
    np.testing.assert_allclose(features.grad_cam(networks.nested(), IMAGES), expected, rtol=1e-5, atol=1e-8)


def pooled():
    """A network whose last feature maps are 2x2, and whose pooled features are maps of a single pixel."""
    images = keras.Input((4, 4, 1))
    x = layers.AveragePooling2D(2, name="half")(networks.body()(images))
    x = layers.GlobalAveragePooling2D(keepdims=True, name="mean")(x)
    x = layers.Dense(2, use_bias=False, name="answer")(layers.Flatten()(x))
    return networks.with_head(keras.Model(images, x))


def test_the_default_is_the_last_layer_with_maps_of_more_than_a_pixel():
    maps = features.grad_cam(pooled(), IMAGES, 1, enlarge=False)
    halves = MAPS.reshape(3, 2, 2, 2, 2, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(maps, np.maximum(halves @ networks.HEAD[:, 1] / 4, 0), rtol=1e-5, atol=1e-8)


def test_maps_are_enlarged_to_the_size_of_the_images():
    small, large = (features.grad_cam(pooled(), IMAGES, 1, enlarge=enlarge) for enlarge in (False, True))
    assert large.shape == (3, 4, 4)
    np.testing.assert_allclose(large[:, 0, 0], small[:, 0, 0], rtol=1e-5)
    np.testing.assert_allclose(large[:, 0, 1], 0.75 * small[:, 0, 0] + 0.25 * small[:, 0, 1], rtol=1e-5)


def test_many_images_are_cut_into_parts_and_joined():
    images = np.tile(IMAGES, (50, 1, 1, 1))
    maps = features.grad_cam(networks.nested(), images, 1)
    np.testing.assert_allclose(maps, np.tile(by_hand(MAPS, 1), (50, 1, 1)), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(
    ("layer", "said"),
    [("conv9", "Received: 'conv9'"), ("mean", r"Received: 'mean', which gives the shape \(1, 2\)")],
)
def test_a_layer_that_gives_no_maps_is_refused(layer, said):
    with pytest.raises(ValueError, match=said):
        features.grad_cam(networks.nested(), IMAGES, 1, layer)


def test_a_model_without_maps_is_refused():
    with pytest.raises(ValueError, match="feature maps of more than one pixel. Received: 'sequential"):
        features.grad_cam(networks.linear(), np.zeros((1, 2, 2, 1)))
