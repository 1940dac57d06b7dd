"""An image that is changed by hand, and its translation."""

import numpy as np
import pytest

from course_utils.gans.cyclegan import CycleGAN
from course_utils.widgets import translation_explorer
from tests.gans.table import images
from tests.gans.test_cyclegan import constant, shift

pytestmark = pytest.mark.backends

IMAGES = 0.5 * images(4)


@pytest.fixture
def gan():
    """G adds 0.1, and F takes away 0.3."""
    return CycleGAN(shift(0.1, "g"), shift(-0.3, "f"), constant(0.0, "x"), constant(0.0, "y"))


def truth(image):
    return image + 0.2


def test_an_image_is_changed_as_the_sliders_say():
    image = np.array([[[-1.0], [1.0]], [[0.0], [-1.0]]], "float32")
    np.testing.assert_array_equal(translation_explorer.changed(image), image)
    levels = translation_explorer.changed(image, stroke=0.5, ground=0.25)
    np.testing.assert_allclose(levels[..., 0], [[-0.5, 0.0], [-0.25, -0.5]])
    turned = translation_explorer.changed(image, turns=1)
    assert turned[..., 0].tolist() == [[1.0, -1.0], [-1.0, 0.0]]


def test_sliders_are_labelled_and_each_changes_the_picture(gan):
    shown = translation_explorer.explorer(gan, IMAGES, truth)
    assert [c.description for c in shown.controls.values()] == ["image", "stroke", "ground", "quarter turns"]
    for name, value in {"number": 3, "stroke": 0.6, "ground": 0.2, "turns": 1}.items():
        before = bytes(shown.picture.value)
        shown.controls[name].value = value
        assert bytes(shown.picture.value) != before


def test_the_text_tells_both_errors(gan):
    shown = translation_explorer.explorer(gan, IMAGES, truth)
    # A difference of 0.1 on [-1, 1] is 0.05 of the range; there and back moves every pixel by 0.2.
    assert shown.text.value == "G(x) misses the truth by 0.050 of the range, F(G(x)) misses x by 0.100."
    without = translation_explorer.explorer(gan, IMAGES)
    assert without.text.value == "F(G(x)) misses x by 0.100 of the range from black to white."


def test_the_picture_shows_the_way_there_the_truth_and_the_way_back(gan):
    image = IMAGES[2]
    shown = translation_explorer.panels(gan, image, truth)
    expected = {"x": image, "G(x)": image + 0.1, "truth": image + 0.2, "F(G(x))": image - 0.2}
    assert list(shown) == list(expected)
    for name, picture in expected.items():
        np.testing.assert_allclose(shown[name], picture, atol=1e-6)
    axes = translation_explorer.figure(gan, image, truth).axes
    assert [axis.get_title() for axis in axes] == list(expected)
    assert len(translation_explorer.figure(gan, image).axes) == 3
