"""The walk between latent vectors, and its sliders."""

import numpy as np
import pytest

from course_utils.gans import vanilla
from course_utils.widgets.latent_explorer import latent_explorer, slerp, walk

pytestmark = pytest.mark.backends


@pytest.fixture
def gan():
    shape = (8, 8, 1)
    return vanilla.VanillaGAN(vanilla.generator(16, shape, width=8), vanilla.discriminator(shape, width=8))


def test_slerp_of_perpendicular_vectors_by_hand():
    a, b = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    np.testing.assert_allclose(slerp(a, b, 0.5), [np.sqrt(2), np.sqrt(2)], rtol=1e-6)
    np.testing.assert_allclose(slerp(a, b, 1 / 3), [2 * np.cos(np.pi / 6), 2 * np.sin(np.pi / 6)], rtol=1e-6)


def test_slerp_of_equal_vectors_stays_there():
    a = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(slerp(a, a, 0.3), a, rtol=1e-6)


def test_walk_keeps_the_length_and_the_ends():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 64))
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    steps = walk(a, b, steps=7)
    assert steps.shape == (7, 64)
    np.testing.assert_allclose(np.linalg.norm(steps, axis=1), np.linalg.norm(a), rtol=1e-5)
    np.testing.assert_allclose(steps[[0, -1]], [a, b], rtol=1e-5)


def test_sliders_are_labelled_and_each_changes_the_picture(gan):
    shown = latent_explorer(gan)
    assert [control.description for control in shown.controls.values()] == ["from", "to", "place"]
    for name, value in {"start": 5, "end": 6, "place": 0.9}.items():
        before = bytes(shown.picture.value)
        shown.controls[name].value = value
        assert bytes(shown.picture.value) != before
    assert shown.text.value == "90% of the way from 5 to 6"
