"""Coherence of patterns whose direction is known."""

import numpy as np
import pytest

from course_utils.features.coherence import coherence

ROWS, COLUMNS = np.mgrid[:32, :32].astype("float32")


def as_images(*patterns):
    return np.stack(patterns)[..., None].astype("float32")


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 135])
def test_stripes_of_any_direction_have_coherence_one(degrees):
    angle = np.deg2rad(degrees)
    wave = np.sin(0.3 * (np.cos(angle) * COLUMNS + np.sin(angle) * ROWS))
    assert coherence(as_images(wave))[0] == pytest.approx(1, abs=0.01)


def test_the_finest_stripes_count():
    assert coherence(as_images((-1.0) ** COLUMNS, (-1.0) ** ROWS)) == pytest.approx([1, 1])


def test_circles_and_noise_have_none():
    circle = np.cos(np.hypot(ROWS - 15.5, COLUMNS - 15.5)) * np.exp(-np.hypot(ROWS - 15.5, COLUMNS - 15.5) / 4)
    noise = np.random.default_rng(0).standard_normal((200, 200))
    assert coherence(as_images(circle))[0] < 1e-5
    assert coherence(as_images(noise))[0] < 0.02


def test_an_even_image_has_none():
    assert coherence(np.full((2, 4, 4, 3), 0.5)).tolist() == [0, 0]


def test_by_hand():
    # gx = 3 and gy = 1 everywhere: a plane has one direction. Adding a plane turned by 90 degrees, in a second
    # channel and half as steep, leaves (10 - 2.5) / (10 + 2.5).
    plane, turned = 3 * COLUMNS + ROWS, (-COLUMNS + 3 * ROWS) / 2
    assert coherence(np.stack([plane, turned], axis=-1)[None])[0] == pytest.approx(0.6, abs=1e-6)


def test_brightness_and_contrast_do_not_matter():
    image = np.random.default_rng(1).uniform(-1, 1, (1, 8, 8, 1)).astype("float32")
    assert coherence(0.3 * image + 0.2) == pytest.approx(coherence(image), abs=1e-5)


def test_too_small_images_are_named():
    with pytest.raises(ValueError, match=r"Received: shape \(1, 1, 5, 1\)"):
        coherence(np.zeros((1, 1, 5, 1)))
