"""Figures say in words what they hold."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure

from course_utils import plotting
from course_utils.plotting.words import alternative_text, plain

IMAGES = np.zeros((4, 6, 6, 1))


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (lambda: plotting.image_grid(IMAGES, title="training images"), "Figure: training images. 4 pictures."),
        (lambda: plotting.image_grid(IMAGES[:2], titles=["real", "made"]), "Figure: real; made."),
        (
            lambda: plotting.image_rows({"epoch 0": IMAGES, "epoch 9": IMAGES[:3]}, title="the same"),
            "Figure: the same. epoch 0: 4 pictures; epoch 9: 3 pictures.",
        ),
        (
            lambda: plotting.loss_curves({"discriminator_loss": [3, 2, 1.0], "generator_loss": [1, 2, 3.0]}),
            "Figure: 2 curves, named discriminator loss, generator loss, across: epoch, up: loss (nats).",
        ),
        (
            lambda: plotting.shares(np.full(10, 0.1), title="shares"),
            "Figure: shares. 10 bars, across: class, up: share of samples.",
        ),
    ],
)
def test_a_figure_names_what_it_holds(figure, text):
    assert alternative_text(figure()) == text


def test_text_inside_a_panel_and_the_figures_legend_are_named():
    figure, axis = plt.subplots()
    axis.axis("off")
    axis.text(0, 0, "conv1")
    axis.text(0, 1, "42")
    (line,) = axis.plot([0, 1, 2], [0, 1, 2])
    figure.legend([line], ["weights"])
    plt.close(figure)
    assert alternative_text(figure) == "Figure: conv1. Legend: weights."


def test_marks_of_formulas_are_left_out():
    assert plain("$p_\\mathrm{data}$\nand  $D^*$") == "p_data and D^*"


def test_a_notebook_gets_the_text_with_the_picture():
    display = DisplayFormatter()
    display.formatters["image/png"].for_type(Figure, lambda figure: b"picture")
    data, metadata = display.format(plotting.image_grid(IMAGES, title="training images"))
    assert data["image/png"]
    assert metadata["image/png"] == {"alt": "Figure: training images. 4 pictures."}
