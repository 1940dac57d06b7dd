import numpy as np
import pytest

from course_utils.data.label_maps import paint, read_labels

PALETTE = np.array([[0, 0, 0], [255, 0, 51], [0, 255, 0]], "uint8")


def test_paint_by_hand():
    picture = paint(np.array([[0, 1], [2, 1]]), PALETTE)
    assert picture.dtype == np.float32
    np.testing.assert_allclose(picture, [[[-1, -1, -1], [1, -1, -0.6]], [[-1, 1, -1], [1, -1, -0.6]]], atol=1e-6)


def test_labels_come_back_through_noise():
    labels = np.random.default_rng(0).integers(0, 3, (4, 8, 8))
    noisy = paint(labels, PALETTE) + np.random.default_rng(1).uniform(-0.5, 0.5, (4, 8, 8, 3))
    np.testing.assert_array_equal(read_labels(noisy, PALETTE), labels)


@pytest.mark.parametrize("labels", [[[3]], [[-1]], [[0.5]]])
def test_labels_outside_the_palette_are_refused(labels):
    with pytest.raises(ValueError, match=r"from 0 to 2\. Received: "):
        paint(np.array(labels), PALETTE)
