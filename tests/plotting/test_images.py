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


@pytest.mark.parametrize(("side", "titles", "height"), [(0.85, None, 2.0), (0.85, ["a"] * 8, 2.5), (1.8, None, 3.9)])
def test_grid_is_as_wide_as_its_images(side, titles, height):
    figure = plotting.image_grid(GREY[:8], columns=4, titles=titles, side=side)
    assert figure.get_size_inches() == pytest.approx([4 * side, height])


def test_rows_carry_their_names():
    figure = plotting.image_rows({"real": GREY[:3], "generated": GREY[:5]})
    assert len(drawn(figure)) == 8
    assert [figure.axes[0].get_ylabel(), figure.axes[5].get_ylabel()] == ["real", "generated"]


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
    ],
)
def test_other_arguments_are_refused_by_name(draw, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw()
    assert plt.get_fignums() == []
