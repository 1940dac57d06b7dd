import re

import numpy as np
import pytest

from course_utils.metrics import pair_quality, ssim

RANDOM = np.random.default_rng(0)
REAL = np.tanh(RANDOM.normal(size=(3, 16, 16, 3))).astype("float32")


def test_equal_images_are_perfect():
    labels = RANDOM.integers(0, 2, (3, 16, 16))
    assert pair_quality(REAL, REAL, labels) == {"l1": 0.0, "ssim": 1.0, "sharpness": 1.0, "label_colour": 0.0}


def test_l1_by_hand():
    fake = REAL.copy()
    fake[0] = np.where(REAL[0] > 0, REAL[0] - 0.5, REAL[0] + 0.5)
    # One image of three is off by a half everywhere.
    assert pair_quality(REAL, fake)["l1"] == pytest.approx(0.5 / 3, rel=1e-5)


def test_l1_is_scikit_learns():
    from sklearn.metrics import mean_absolute_error

    fake = np.tanh(RANDOM.normal(size=REAL.shape))
    assert pair_quality(REAL, fake)["l1"] == pytest.approx(mean_absolute_error(REAL.ravel(), fake.ravel()), rel=1e-5)


def test_ssim_of_even_images_by_hand():
    # Without structure only the brightness counts: (2ab + c) / (a^2 + b^2 + c) with c = (0.01 * 2)^2.
    a, b = np.full((1, 16, 16, 1), 0.05), np.full((1, 16, 16, 1), 0.01)
    assert ssim(a, b) == pytest.approx((0.001 + 0.0004) / (0.0025 + 0.0001 + 0.0004), rel=1e-4)


def test_ssim_falls_with_noise_and_is_zero_for_the_unrelated():
    little, much = (np.clip(REAL + RANDOM.normal(0, s, REAL.shape), -1, 1) for s in (0.1, 0.5))
    unrelated = np.tanh(RANDOM.normal(size=REAL.shape))
    assert 1 > ssim(REAL, little) > ssim(REAL, much) > 0.2
    assert abs(ssim(REAL, unrelated)) < 0.1


def test_without_labels_their_colour_is_left_out():
    assert set(pair_quality(REAL, -REAL)) == {"l1", "ssim", "sharpness"}


@pytest.mark.parametrize(
    ("real", "fake", "said"),
    [
        (REAL, REAL[:2], "Received: shapes (3, 16, 16, 3) and (2, 16, 16, 3)"),
        (REAL[0], REAL[0], "Received: shapes (16, 16, 3)"),
        (REAL, 2 * REAL, "fake must lie in [-1, 1]. Received: -"),
        (REAL * np.nan, REAL, "real must lie in [-1, 1]. Received: nan"),
    ],
)
def test_what_is_no_pair_is_refused(real, fake, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        pair_quality(real, fake)
