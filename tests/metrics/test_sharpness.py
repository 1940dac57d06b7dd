import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from course_utils.metrics import relative_sharpness

RANDOM = np.random.default_rng(0)


def test_a_ramp_by_hand():
    # Rising by 0.1 down and by 0.2 to the right: the gradient's size is sqrt(0.05) everywhere, and twice that.
    ramp = (0.1 * np.arange(4)[:, None] + 0.2 * np.arange(3))[None, ..., None] - 0.5
    assert relative_sharpness(ramp, 2 * ramp) == pytest.approx(2.0)
    down = np.repeat(0.1 * np.arange(4)[:, None], 3, axis=1)[None, ..., None]
    assert relative_sharpness(ramp, down) == pytest.approx(0.1 / np.sqrt(0.05))


def test_blur_lowers_it_and_noise_raises_it():
    real = gaussian_filter(RANDOM.normal(size=(4, 32, 32, 3)), (0, 1, 1, 0))
    real /= np.abs(real).max()
    blurred = [relative_sharpness(real, gaussian_filter(real, (0, s, s, 0))) for s in (0.5, 1, 2)]
    assert 1 > blurred[0] > blurred[1] > blurred[2] > 0
    assert relative_sharpness(real, real + RANDOM.normal(0, 0.1, real.shape)) > 1


def test_brightness_does_not_count_and_neither_do_order_and_number():
    real = RANDOM.uniform(-0.5, 0.5, (4, 8, 8, 1))
    assert relative_sharpness(real, real[::-1] + 0.3) == pytest.approx(1)
    assert relative_sharpness(real, np.concatenate([real, real])) == pytest.approx(1)


@pytest.mark.parametrize("shape", [(8, 8, 1), (2, 1, 8, 1), (0, 8, 8, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="fake must be"):
        relative_sharpness(RANDOM.normal(size=(1, 8, 8, 1)), np.zeros(shape))


def test_even_real_images_are_refused():
    with pytest.raises(ValueError, match="without any contrast"):
        relative_sharpness(np.ones((1, 8, 8, 1)), np.ones((1, 8, 8, 1)))
