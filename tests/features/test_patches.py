import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils import autodiff, features
from course_utils.features.patches import fields_of

pytestmark = pytest.mark.backends

SIDE = 15
IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, SIDE, SIDE + 2, 1)).astype("float32")


def chain(*stack):
    return keras.Sequential([keras.Input((SIDE, SIDE + 2, 1)), *stack])


def ones(kernel, name="last", filters=2, **options):
    return layers.Conv2D(filters, kernel, kernel_initializer="ones", name=name, **options)


def chains():
    yield chain(ones(3, padding="same"))
    yield chain(ones(3))
    yield chain(ones(2, padding="same"), ones(3, "b", strides=2, padding="same"), layers.ReLU(name="end"))
    yield chain(ones(3, strides=2), layers.AveragePooling2D(2), ones((3, 1), "b", padding="same"))
    yield chain(ones((3, 5), dilation_rate=2), ones(2, "b", strides=2))
    yield chain(layers.ZeroPadding2D(((2, 0), (1, 3))), ones(4, strides=3), layers.BatchNormalization())
    inner = chain(ones(3, padding="same"), layers.AveragePooling2D(2, padding="same"), layers.Dropout(0.5))
    yield chain(layers.Dropout(0.5), inner, ones(5, "b", padding="same", strides=2))
    yield chain(layers.SpectralNormalization(ones(3, strides=2, padding="same")), layers.MaxPooling2D(1, name="m"))


@pytest.mark.parametrize("number", range(8))
def test_a_field_is_where_the_gradient_is_not_zero(number):
    model = list(chains())[number]
    last = list(features.layer_shapes(model))[-1]
    fields = fields_of(model, IMAGES[:1], last)
    height, width, _ = features.layer_shapes(model)[last]
    for row, column in ((0, 0), (height - 1, width - 1), (height // 2, 1)):
        only = np.zeros((1, height, width, 1), "float32")
        only[:, row, column] = 1.0
        gradient = autodiff.gradient(
            lambda x, only=only: ops.sum(ops.multiply(model(x, training=False), only)), 1 + 0.1 * IMAGES[:1]
        )
        seen = np.argwhere(ops.convert_to_numpy(gradient)[0, ..., 0] != 0)
        for axis, place in ((0, row), (1, column)):
            middle = fields[axis].start + place * fields[axis].jump
            first, end = middle - (fields[axis].size - 1) / 2, middle + (fields[axis].size - 1) / 2
            assert max(first, 0) <= seen[:, axis].min()
            assert seen[:, axis].max() <= min(end, IMAGES.shape[1 + axis] - 1)
            # At the border, part of a field is padding of an inner layer and lies over no pixel's own field.
            if row == height // 2:
                assert seen[:, axis].min() == max(first, 0)
                assert seen[:, axis].max() == min(end, IMAGES.shape[1 + axis] - 1)


def test_patches_are_the_pixels_and_zero_beyond_the_border():
    model = chain(ones(3, padding="same", filters=1))
    model.layers[0].set_weights([np.eye(3)[1][:, None, None, None] * np.eye(3)[1][None, :, None, None], np.zeros(1)])
    images = np.full((3, SIDE, SIDE + 2, 1), 0.1, "float32")
    images[0, 0, 3], images[1, 14, 16], images[2, 7, 8] = 0.5, 0.9, 0.7
    found = features.exciting_patches(model, images, "last", 0, count=3)
    assert found.sources.tolist() == [1, 2, 0]
    np.testing.assert_allclose(found.values, [0.9, 0.7, 0.5], rtol=1e-6)
    assert found.corners.tolist() == [[13, 15], [6, 7], [-1, 2]]
    expected = np.full((3, 3, 3), 0.1)
    expected[:, 1, 1] = [0.9, 0.7, 0.5]
    expected[0, 2] = expected[0, :, 2] = expected[2, 0] = 0
    np.testing.assert_allclose(found.images[..., 0], expected, rtol=1e-6)


def test_the_channel_gives_for_the_patch_what_it_gave_in_the_image():
    keras.utils.set_random_seed(3)
    model = chain(layers.Conv2D(4, 3), layers.ReLU(), layers.MaxPooling2D(2), layers.Conv2D(5, 3, name="deep"))
    found = features.exciting_patches(model, IMAGES, "deep", 2, count=8)
    assert found.images.shape == (8, 8, 8, 1)
    assert (np.diff(found.values) <= 0).all()
    alone = keras.Sequential([keras.Input((8, 8, 1)), *model.layers])
    np.testing.assert_allclose(ops.convert_to_numpy(alone(found.images))[:, 0, 0, 2], found.values, rtol=1e-4)


def branched():
    images = keras.Input((SIDE, SIDE + 2, 1))
    return keras.Model(images, layers.Add(name="sum")([ones(3, padding="same")(images), images]), name="branched")


@pytest.mark.parametrize(
    ("make", "layer", "said"),
    [
        (branched, "sum", "must be one chain. Received: 'sum', which takes 2 tensors"),
        (lambda: chain(layers.UpSampling2D(name="up")), "up", "Received: 'up', a UpSampling2D"),
        (lambda: chain(layers.Cropping2D(1, name="crop")), "crop", "Received: 'crop', a Cropping2D"),
        (lambda: chain(layers.Softmax(axis=1, name="rows")), "rows", "Received: 'rows', a Softmax"),
        (lambda: chain(layers.Flatten(name="flat")), "flat", r"Received: 'flat', which gives the shape \(1, 255\)"),
        (lambda: chain(ones(3)), "first", "Received: 'first'"),
    ],
)
def test_layers_whose_place_is_not_known_are_refused(make, layer, said):
    with pytest.raises(ValueError, match=said):
        features.exciting_patches(make(), IMAGES, layer, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"channel": 2}, "channels 0 to 1. Received: channel=2"),
        ({"channel": -1}, "Received: channel=-1"),
        ({"count": 9}, "from 1 to the number of images, 8. Received: count=9"),
        ({"count": 0}, "Received: count=0"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        features.exciting_patches(chain(ones(3)), IMAGES, "last", **{"channel": 0, "count": 1} | arguments)
