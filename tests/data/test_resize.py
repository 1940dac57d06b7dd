import numpy as np
import pytest
from PIL import Image

from course_utils.data.resize import resize


def ramp(height, width):
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    return (0.02 * rows + 0.01 * columns)[np.newaxis, ..., np.newaxis]


@pytest.mark.parametrize("size", [8, 16, 28])
def test_equals_pillow_on_each_image_and_channel(size):
    images = np.random.default_rng(0).uniform(-0.2, 0.2, (3, 14, 11, 2)).astype(np.float32)
    resized = resize(images, size, low=-1.0, high=1.0)
    assert resized.shape == (3, size, size, 2)
    assert resized.dtype == np.float32
    for n in range(3):
        for c in range(2):
            alone = Image.fromarray(images[n, :, :, c]).resize((size, size), Image.Resampling.BICUBIC)
            np.testing.assert_allclose(resized[n, :, :, c], np.asarray(alone), atol=1e-6)


def test_doubling_keeps_a_ramp_away_from_the_border():
    # Pixel i of the doubled image has its centre at (i + 0.5) / 2 - 0.5 of the source; cubic kernels keep ramps.
    resized = resize(ramp(8, 8), 16, low=-1.0, high=1.0)[0, :, :, 0]
    centres = (np.arange(16) + 0.5) / 2 - 0.5
    expected = 0.02 * centres[:, np.newaxis] + 0.01 * centres[np.newaxis, :]
    np.testing.assert_allclose(resized[4:12, 4:12], expected[4:12, 4:12], atol=1e-6)


def test_reducing_antialiases():
    # Stripes of one pixel have no place at half the size: the filter must give their mean, not one of the two colours.
    stripes = np.tile(np.array([1.0, -1.0], np.float32), 16)
    images = np.broadcast_to(stripes, (1, 32, 32))[..., np.newaxis].copy()
    resized = resize(images, 8, low=-1.0, high=1.0)
    assert np.abs(resized[:, :, 2:-2]).max() < 0.02


def test_overshoot_is_clipped():
    images = np.full((1, 10, 10, 1), -1.0, np.float32)
    images[:, 4:6, 4:6] = 1.0
    resized = resize(images, 37, low=-1.0, high=1.0)
    assert resized.min() == -1.0
    assert resized.max() <= 1.0
