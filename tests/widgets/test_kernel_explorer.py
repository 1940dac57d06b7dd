"""Classic kernels, and the controls that move them."""

import keras
import numpy as np
import pytest

from course_utils.data.photographs import photograph
from course_utils.widgets import kernel_explorer

PNG = b"\x89PNG\r\n"
IMAGE = np.random.default_rng(0).uniform(-1, 1, (13, 10)).astype("float32")
EDGES = {"Sobel x", "Sobel y", "Laplacian"}


def by_keras(image, kernel, stride, padding):
    layer = keras.layers.Conv2D(1, kernel.shape, strides=stride, padding=padding, use_bias=False)
    layer.build((None, *image.shape, 1))
    layer.set_weights([kernel[:, :, None, None]])
    return keras.ops.convert_to_numpy(layer(image[None, ..., None]))[0, ..., 0]


@pytest.mark.backends
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["Sobel x", "blur, Gaussian 5×5", "blur, 7×7 mean"])
def test_it_computes_what_keras_computes(name, stride, padding):
    kernel = kernel_explorer.KERNELS[name]
    result = kernel_explorer.correlate(IMAGE, kernel, stride, padding)
    np.testing.assert_allclose(result, by_keras(IMAGE, kernel, stride, padding), atol=1e-5)


def test_even_kernels_are_padded_as_by_keras():
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    result = kernel_explorer.correlate(IMAGE, kernel, 1, "same")
    np.testing.assert_allclose(result, by_keras(IMAGE, kernel, 1, "same"), atol=1e-5)


def test_correlation_by_hand():
    image = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    np.testing.assert_allclose(kernel_explorer.correlate(image, np.array([[-1.0, 10.0]])), [[19, 28], [46, 55]])


@pytest.mark.parametrize("name", kernel_explorer.KERNELS)
def test_weights_add_up_to_one_or_find_edges(name):
    weights = kernel_explorer.KERNELS[name]
    assert weights.sum() == pytest.approx(0 if name in EDGES else 1, abs=1e-6)
    if name in EDGES:
        assert weights[weights > 0].sum() == pytest.approx(1)


def test_sobel_kernels_tell_the_axes_apart():
    upright = np.repeat([[-1.0, -1.0, 1.0, 1.0]], 4, axis=0)
    sobel_x, sobel_y = kernel_explorer.KERNELS["Sobel x"], kernel_explorer.KERNELS["Sobel y"]
    np.testing.assert_allclose(kernel_explorer.correlate(upright, sobel_x), 2)
    np.testing.assert_allclose(kernel_explorer.correlate(upright, sobel_y), 0)
    np.testing.assert_allclose(kernel_explorer.correlate(upright.T, sobel_y), 2)


@pytest.mark.parametrize("name", kernel_explorer.KERNELS)
@pytest.mark.parametrize("strength", [-1.0, 0.0, 0.5, 2.0])
def test_mixing_kernels_mixes_pictures(name, strength):
    filtered = kernel_explorer.correlate(IMAGE, kernel_explorer.KERNELS[name], padding="same")
    mixed = kernel_explorer.correlate(IMAGE, kernel_explorer.blended(name, strength), padding="same")
    np.testing.assert_allclose(mixed, (1 - strength) * IMAGE + strength * filtered, atol=1e-5)


@pytest.mark.parametrize(
    ("control", "value"), [("kernel", "Laplacian"), ("strength", 0.3), ("stride", 3), ("padding", "same")]
)
def test_a_moved_control_changes_picture_and_text(control, value):
    shown = kernel_explorer.explorer()
    picture, text = bytes(shown.picture.value), shown.text.value
    shown.controls[control].value = value
    assert shown.picture.value[:6] == PNG
    assert bytes(shown.picture.value) != picture
    assert shown.text.value != text


def test_controls_are_labelled():
    shown = kernel_explorer.explorer()
    assert [control.description for control in shown.controls.values()] == ["kernel", "strength", "stride", "padding"]


def test_text_says_what_the_picture_shows():
    shown = kernel_explorer.explorer("camera")
    shown.controls["kernel"].value = "Sobel y"
    shown.controls["stride"].value = 4
    image = photograph("camera", size=128)[..., 0]
    result = by_keras(image, kernel_explorer.KERNELS["Sobel y"], 4, "valid")
    assert shown.text.value == (
        "Sobel y, strength 1.0: the weights add up to 0.00. 128×128 becomes 32×32; "
        f"values from {result.min():.2f} to {result.max():.2f}, shown from -1 (black) to 1 (white)."
    )


def test_static_figure_shows_the_same_as_the_explorer():
    figure = kernel_explorer.figure(IMAGE, "sharpen", strength=0.5, stride=2, padding="same")
    left, middle, right = figure.axes
    result = by_keras(IMAGE, kernel_explorer.blended("sharpen", 0.5), 2, "same")
    np.testing.assert_allclose(right.images[0].get_array(), np.clip((result + 1) / 2, 0, 1), atol=1e-5)
    np.testing.assert_allclose(left.images[0].get_array(), (IMAGE + 1) / 2, atol=1e-6)
    assert middle.texts[4].get_text() == "3"


def test_unknown_kernel_is_named():
    with pytest.raises(ValueError, match="Received: kernel='swirl'"):
        kernel_explorer.blended("swirl", 1.0)


def test_unknown_padding_is_named():
    with pytest.raises(ValueError, match="'valid', 'same'. Received: padding='reflect'"):
        kernel_explorer.correlate(IMAGE, np.eye(3), padding="reflect")
