import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import plotting

GREY = np.linspace(-1, 1, 10 * 4 * 4, dtype="float32").reshape(10, 4, 4, 1)
COLOUR = np.repeat(GREY, 3, axis=-1)
HISTORY = {"discriminator_loss": [1.3, 1.2, 1.1], "generator_loss": [0.7, 0.8, 0.9]}


def drawn(figure):
    """Images that stand in a figure, and that it is finished: no window of pyplot's keeps it."""
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    figure.canvas.draw()
    return [image for axis in figure.axes for image in axis.get_images()]


def legend(axis):
    return [text.get_text() for text in axis.get_legend().get_texts()]


@pytest.mark.parametrize("images", [GREY, COLOUR], ids=["grey", "colour"])
def test_grid_shows_every_image(images):
    shown = drawn(plotting.image_grid(images, columns=4))
    assert len(shown) == 10
    pixels = (images[3] + 1) / 2
    assert np.asarray(shown[3].get_array()) == pytest.approx(pixels[..., 0] if images is GREY else pixels)
    assert shown[0].get_clim() == (0, 1)


def test_grid_has_rows_of_columns_and_titles():
    figure = plotting.image_grid(GREY, columns=4, titles=[f"digit {i}" for i in range(10)], title="Samples")
    drawn(figure)
    assert len(figure.axes) == 12
    assert [axis.get_title() for axis in figure.axes[:2]] == ["digit 0", "digit 1"]
    assert figure.get_suptitle() == "Samples"


def test_rows_carry_their_names():
    figure = plotting.image_rows({"real": GREY[:3], "generated": GREY[:5]})
    assert len(drawn(figure)) == 8
    assert [figure.axes[0].get_ylabel(), figure.axes[5].get_ylabel()] == ["real", "generated"]


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


def test_histories_compare_one_series_of_several_runs():
    runs = {"saturating": HISTORY, "non-saturating": {"generator_loss": [0.5, 0.4]}}
    (axis,) = plotting.histories(runs, "generator_loss").axes
    assert legend(axis) == ["saturating", "non-saturating"]
    assert axis.lines[1].get_ydata().tolist() == [0.5, 0.4]
    assert axis.get_ylabel() == "generator loss"


def test_shares_are_bars_with_the_two_limits():
    figure = plotting.shares({"vanilla": np.full(10, 0.1), "DCGAN": np.linspace(0, 0.2, 10)})
    drawn(figure)
    (axis,) = figure.axes
    assert [bar.get_height() for bar in axis.patches] == pytest.approx([0.1] * 10 + np.linspace(0, 0.2, 10).tolist())
    assert [line.get_ydata()[0] for line in axis.lines] == [0.02, 0.25]
    assert legend(axis) == ["vanilla", "DCGAN"]


def bad(value):
    images = GREY.copy()
    images[2, 1, 1, 0] = value
    return images


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (GREY[0], "Received: shape (4, 4, 1)"),
        (GREY[..., 0], "Received: shape (10, 4, 4)"),
        (GREY[:0], "Received: shape (0, 4, 4, 1)"),
        (np.repeat(GREY, 2, axis=-1), "Received: shape (10, 4, 4, 2)"),
        ((GREY + 1) * 127.5, "Received: 0 to 255"),
        (bad(np.nan), "Received: 1 pixels that are not"),
        (bad(np.inf), "Received: 1 pixels that are not"),
        (bad(-1.5), "Received: -1.5 to 1"),
    ],
)
@pytest.mark.parametrize(
    "draw",
    [
        plotting.image_grid,
        lambda images: plotting.image_rows({"real": images}),
        lambda images: plotting.training_progress(images, HISTORY),
    ],
    ids=["image_grid", "image_rows", "training_progress"],
)
def test_other_images_are_refused_by_name(draw, images, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw(images)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plotting.image_grid(GREY, titles=["one"]), "one for each of the 10 images. Received: 1"),
        (lambda: plotting.image_grid(GREY, columns=0), "Received: columns=0"),
        (lambda: plotting.image_rows({}), "Received: {}"),
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
