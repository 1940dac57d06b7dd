"""The codes of a small InfoGAN, and their sliders."""

import numpy as np
import pytest

from course_utils.widgets import code_explorer
from tests.gans.table import make_infogan

pytestmark = pytest.mark.backends


def test_controls_are_labelled_and_each_changes_the_picture():
    shown = code_explorer.explorer(make_infogan())
    assert [control.description for control in shown.controls.values()] == ["category", "code c1", "noise vector"]
    assert shown.text.value == "category 0, c1 = 0.0, noise vector 0"
    for name, value in {"category": 2, "c1": -1.5, "noise": 7}.items():
        before = bytes(shown.picture.value)
        shown.controls[name].value = value
        assert bytes(shown.picture.value) != before
    assert shown.text.value == "category 2, c1 = -1.5, noise vector 7"


def test_the_picture_shows_every_category_with_the_same_codes():
    gan = make_infogan()
    latent = gan.latent(1, seed=4)[0]
    large, *small = code_explorer.figure(gan, latent, 1, [0.3], classes=[7, 5, 9]).axes
    assert [axis.get_title() for axis in (large, *small)] == ["1 (a 5)", "0 (a 7)", "1 (a 5)", "2 (a 9)"]
    for i, axis in enumerate(small):
        z = gan.codes.chosen(latent[None], category=i, continuous=[0.3])
        np.testing.assert_allclose(axis.images[0].get_array(), (gan.generate(z)[0, ..., 0] + 1) / 2, atol=1e-5)
