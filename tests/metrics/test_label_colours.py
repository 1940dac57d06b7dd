import re

import numpy as np
import pytest

from course_utils.metrics import label_colour_error

LABELS = np.array([[[0, 0, 0, 1]]])


def test_by_hand():
    real = np.array([[[[0.1], [0.2], [0.3], [0.8]]]])
    fake = np.array([[[[0.3], [0.3], [0.3], [0.4]]]])
    # Means 0.2 and 0.3 of label 0, 0.8 and 0.4 of label 1, which counts as much for its one pixel.
    assert label_colour_error(real, fake, LABELS) == pytest.approx((0.1 + 0.4) / 2)


def test_the_place_within_a_label_does_not_count():
    random = np.random.default_rng(0)
    real, labels = random.uniform(-1, 1, (2, 8, 8, 3)), random.integers(0, 3, (2, 8, 8))
    fake = np.empty_like(real)
    for label in range(3):
        fake[labels == label] = random.permutation(real[labels == label])
    assert label_colour_error(real, fake, labels) == pytest.approx(0, abs=1e-12)
    assert label_colour_error(real, -fake, labels) > 0


def test_channels_are_averaged():
    real = np.zeros((1, 1, 4, 2))
    fake = real + np.array([0.2, -0.4])
    assert label_colour_error(real, fake, LABELS) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("fake", "labels"),
    [(np.zeros((1, 1, 3, 1)), LABELS), (np.zeros((1, 1, 4, 1)), LABELS[0]), (np.zeros((1, 1, 4, 1)), LABELS * 1.0)],
)
def test_other_shapes_are_refused(fake, labels):
    with pytest.raises(ValueError, match=re.escape("Received: shapes (1, 1, 4, 1)")):
        label_colour_error(np.zeros((1, 1, 4, 1)), fake, labels)
