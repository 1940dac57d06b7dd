"""The channel explorer on a small network."""

import time

import keras
import numpy as np
import pytest
from keras import layers

from course_utils import features
from course_utils.widgets import channel_explorer

PNG = b"\x89PNG\r\n"
IMAGES = np.random.default_rng(0).uniform(-1, 1, (300, 32, 32, 1)).astype("float32")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(4, 4, strides=2, padding="same", name="first"),
            layers.LeakyReLU(),
            layers.Conv2D(6, 4, strides=2, padding="same", name="second"),
        ]
    )


@pytest.fixture(scope="module")
def maximised():
    random = np.random.default_rng(1)
    return {name: random.uniform(-1, 1, (n, 32, 32, 1)).astype("float32") for name, n in (("first", 4), ("second", 6))}


@pytest.fixture
def shown(model, maximised):
    return channel_explorer.explorer(model, IMAGES, maximised)


@pytest.mark.parametrize(("control", "value"), [("layer", "second"), ("channel", 2), ("image", 7)])
def test_a_moved_control_changes_picture_and_text(control, value, shown):
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[control].value = value
    assert shown.picture.value[:6] == PNG
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_controls_are_labelled(shown):
    assert [control.description for control in shown.controls.values()] == ["layer", "channel", "image"]


def test_the_slider_answers_at_once(shown):
    shown.controls["layer"].value = "second"
    taken = []
    for channel in (1, 2, 3):
        begin = time.perf_counter()
        shown.controls["channel"].value = channel
        taken.append(time.perf_counter() - begin)
    assert min(taken) < 0.5


def test_the_text_says_what_the_picture_shows(model, shown):
    shown.controls["layer"].value = "second"
    shown.controls["channel"].value = 5
    shown.controls["image"].value = 11
    activations = features.feature_maps(model, IMAGES[11:12], "second")["second"][0, ..., 5]
    strongest = np.sort(features.feature_maps(model, IMAGES, "second")["second"][..., 5].max(axis=(1, 2)))[::-1]
    assert shown.text.value == (
        f"Channel 5 of the 6 of second. It sees 10×10 pixels at a time. On the image it gives "
        f"{activations.min():.2f} to {activations.max():.2f}; on its strongest patches {strongest[0]:.2f} down to "
        f"{strongest[8]:.2f}."
    )


def test_a_layer_with_fewer_channels_begins_again(shown):
    shown.controls["channel"].value = 5
    assert shown.text.value.startswith("Channel 1 of the 4 of first.")


def test_static_figure_shows_the_same_as_the_explorer(model, maximised):
    figure = channel_explorer.figure(model, IMAGES, maximised, "second", channel=3, image=2)
    made, real, activations, *patches = [image for axis in figure.axes for image in axis.get_images()]
    np.testing.assert_allclose(made.get_array(), (maximised["second"][3, ..., 0] + 1) / 2, atol=1e-6)
    np.testing.assert_allclose(real.get_array(), (IMAGES[2, ..., 0] + 1) / 2, atol=1e-6)
    expected = features.feature_maps(model, IMAGES[2:3], "second")["second"][0, ..., 3]
    np.testing.assert_allclose(activations.get_array(), expected, atol=1e-6)
    first = features.exciting_patches(model, IMAGES, "second", 3).images[0]
    np.testing.assert_allclose(patches[0].get_array(), (first[..., 0] + 1) / 2, atol=1e-6)


@pytest.mark.parametrize(("layers_", "images", "said"), [(0, 300, "0 layers"), (1, 8, "8 images")])
def test_too_little_is_named(layers_, images, said, model, maximised):
    with pytest.raises(ValueError, match=said):
        channel_explorer.explorer(model, IMAGES[:images], dict(list(maximised.items())[:layers_]))
