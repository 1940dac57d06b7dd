import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import plotting

GREY = np.linspace(-1, 1, 10 * 4 * 4, dtype="float32").reshape(10, 4, 4, 1)
HISTORY = {"discriminator_loss": [1.3, 1.2, 1.1], "generator_loss": [0.7, 0.8, 0.9]}


def drawn(figure):
    """Images that stand in a figure, and that it is finished: no window of pyplot's keeps it."""
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    figure.canvas.draw()
    return [image for axis in figure.axes for image in axis.get_images()]


def legend(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


def test_progress_shows_losses_and_one_mosaic():
    figure = plotting.training_progress(GREY, HISTORY, title="epoch 3", columns=4)
    (mosaic,) = drawn(figure)
    assert mosaic.get_array().shape == (3 * 6, 4 * 6)
    assert np.asarray(mosaic.get_array())[1:5, 7:11] == pytest.approx((GREY[1, ..., 0] + 1) / 2)
    assert legend(figure.axes[0]) == ["discriminator loss", "generator loss"]


def test_every_loss_has_a_colour_and_a_line_of_its_own():
    names = ["discriminator_loss", "generator_loss", "val_discriminator_loss", "val_generator_loss", "kid", "a", "b"]
    (axis,) = plotting.loss_curves({name: [1.0, 2.0] for name in names}).axes
    assert legend(axis) == [name.replace("_", " ") for name in names]
    assert len({line.get_color() for line in axis.lines}) == len(names)
    assert len({str(line._dash_pattern) for line in axis.lines}) == len(names)


def test_curves_start_at_epoch_one():
    (axis,) = plotting.loss_curves(HISTORY, title="Losses").axes
    assert axis.lines[0].get_xydata().tolist() == [[1, 1.3], [2, 1.2], [3, 1.1]]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "loss (nats)")
    assert plotting.loss_curves(HISTORY, ylabel="loss").axes[0].get_ylabel() == "loss"


def test_histories_compare_one_series_of_several_runs():
    runs = {"saturating": HISTORY, "non-saturating": {"generator_loss": [0.5, 0.4]}}
    (axis,) = plotting.histories(runs, "generator_loss").axes
    assert legend(axis) == ["saturating", "non-saturating"]
    assert axis.lines[1].get_ydata().tolist() == [0.5, 0.4]
    assert axis.get_ylabel() == "generator loss"


def test_histories_may_have_a_limit_that_none_can_pass():
    (axis,) = plotting.histories({"one": HISTORY}, "generator_loss", limit=("log 10", 2.3)).axes
    assert legend(axis) == ["one", "log 10"]
    assert list(axis.lines[1].get_ydata()) == [2.3, 2.3]


def test_shares_are_bars_with_the_two_limits():
    figure = plotting.shares({"vanilla": np.full(10, 0.1), "DCGAN": np.linspace(0, 0.2, 10)})
    drawn(figure)
    (axis,) = figure.axes
    assert [bar.get_height() for bar in axis.patches] == pytest.approx([0.1] * 10 + np.linspace(0, 0.2, 10).tolist())
    assert [line.get_ydata()[0] for line in axis.lines] == [0.02, 0.25]
    assert legend(axis) == ["vanilla", "DCGAN"]


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plotting.loss_curves([1.0, 2.0]), "Received: [1.0, 2.0]"),
        (lambda: plotting.loss_curves({"loss": 1.0}), "Received: {'loss': 1.0}"),
        (lambda: plotting.histories({"run": HISTORY}, "kid"), "Received: series='kid'"),
        (lambda: plotting.shares([0.5, 1.5]), "Received: {'samples': [0.5, 1.5]}"),
        (lambda: plotting.shares({"a": [0.5, 0.5], "b": [1.0]}), "Received: {'a': [0.5, 0.5], 'b': [1.0]}"),
    ],
)
def test_other_arguments_are_refused_by_name(draw, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw()
    assert plt.get_fignums() == []
