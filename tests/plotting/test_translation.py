import re

import numpy as np
import pytest

from course_utils import plotting

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (3, 8, 8, 3))


def test_patch_scores_stand_below_their_images_with_their_means():
    scores = RANDOM.uniform(0, 1, (3, 2, 2, 1))
    figure = plotting.patch_scores(IMAGES, scores, (0, 1), title="scores")
    axes = figure.axes[:6]
    for i in range(3):
        np.testing.assert_allclose(axes[i].images[0].get_array(), (IMAGES[i] + 1) / 2, atol=1e-6)
        np.testing.assert_allclose(axes[3 + i].images[0].get_array(), scores[i, :, :, 0])
        assert axes[3 + i].images[0].get_clim() == (0, 1)
        assert axes[3 + i].get_xlabel() == f"{scores[i].mean():.2f}"
    assert figure.get_suptitle() == "scores"


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2), (3, 2, 2, 3)])
def test_scores_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=re.escape(f"Received: shape {shape}")):
        plotting.patch_scores(IMAGES, np.zeros(shape), (0, 1))


def test_trade_off_draws_medians_and_ranges():
    rows = {"a": {"l1": np.array([1.0, 3.0, 2.0]), "sharp": np.array([5.0, 4.0, 9.0])}, "b": {"l1": 7.0, "sharp": 8.0}}
    axis = plotting.trade_off(rows, "l1", "sharp", "error", "sharpness", ideal=1.0).axes[0]
    across, up, marker = axis.lines[:3]
    assert across.get_xdata().tolist() == [1, 3]
    assert up.get_ydata().tolist() == [4, 9]
    assert (marker.get_xdata()[0], marker.get_ydata()[0]) == (2, 5)
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]
    assert len({line.get_marker() for line in axis.lines[2:6:3]}) == 2
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("error", "sharpness")
    assert axis.lines[-1].get_ydata()[0] == 1.0


@pytest.mark.parametrize("n", [0, 9])
def test_too_few_or_too_many_rows_are_refused(n):
    with pytest.raises(ValueError, match=f"Received: {n}"):
        plotting.trade_off({i: {"x": 1, "y": 1} for i in range(n)}, "x", "y", "x", "y")
