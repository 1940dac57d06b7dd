import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import plotting

IMAGES = np.linspace(-1, 1, 3 * 4 * 4, dtype="float32").reshape(3, 4, 4, 1)
MAPS = np.arange(3 * 4 * 4, dtype="float32").reshape(3, 4, 4)
SIGNED = np.array([[-2.0, 0.0], [1.0, 0.5]])


def drawn(figure):
    """Images that stand in a figure, and that it is finished: no window of pyplot's keeps it."""
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    figure.canvas.draw()
    return [image for axis in figure.axes for image in axis.get_images()]


def test_maps_stand_below_their_images():
    shown = drawn(plotting.map_rows(IMAGES, {"gradient": MAPS, "coarse": MAPS[:, :2, :2]}, title="where it looks"))
    assert len(shown) == 9
    np.testing.assert_allclose(shown[1].get_array(), (IMAGES[1, ..., 0] + 1) / 2)
    np.testing.assert_allclose(shown[5].get_array(), MAPS[2])
    np.testing.assert_allclose(shown[8].get_array(), MAPS[2, :2, :2])


def test_map_rows_carry_names_and_title():
    figure = plotting.map_rows(IMAGES, {"gradient": MAPS}, title="where it looks")
    assert [figure.axes[i].get_ylabel() for i in (0, 3)] == ["image", "gradient"]
    assert figure.get_suptitle() == "where it looks"


def test_each_map_has_its_own_scale_and_one_bright_pixel_does_not_darken_it():
    maps = np.ones((3, 20, 20))
    maps[1, 0, 0], maps[2] = 1000, 5
    shown = drawn(plotting.map_rows(IMAGES, {"map": maps}))
    assert [image.get_clim() for image in shown[3:]] == [(0, 1), (0, 1), (0, 5)]


def test_a_map_that_is_zero_but_for_one_pixel_still_shows_it():
    maps = np.zeros((3, 20, 20))
    maps[0, 3, 3] = 2
    shown = drawn(plotting.map_rows(IMAGES, {"map": maps}))
    assert [image.get_clim() for image in shown[3:]] == [(0, 2), (0, 1), (0, 1)]


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ({}, "Received: {}"),
        (MAPS, "Received: array"),
        ({"gradient": MAPS[:2]}, "'gradient' must be 3 maps"),
        ({"gradient": MAPS[0]}, "Received: shape (4, 4)"),
        ({"gradient": -MAPS}, "smallest -47"),
        ({"gradient": MAPS * np.nan}, "smallest nan"),
    ],
)
def test_other_maps_are_named(maps, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        plotting.map_rows(IMAGES, maps)


def test_portrait_shows_all_four_parts():
    patches = np.repeat(IMAGES, 3, axis=0)
    figure = plotting.channel_portrait(IMAGES[0], IMAGES[1], SIGNED, patches, title="channel 3")
    made, real, activations, *rest = drawn(figure)
    np.testing.assert_allclose(made.get_array(), (IMAGES[0, ..., 0] + 1) / 2)
    np.testing.assert_allclose(real.get_array(), (IMAGES[1, ..., 0] + 1) / 2)
    np.testing.assert_allclose(activations.get_array(), SIGNED)
    assert activations.get_clim() == (-2, 2)
    assert len(rest) == 9
    np.testing.assert_allclose(rest[3].get_array(), (IMAGES[1, ..., 0] + 1) / 2)
    assert figure.get_suptitle() == "channel 3"


def test_portrait_takes_a_silent_channel_and_few_patches_in_colour():
    colour = np.repeat(IMAGES, 3, axis=-1)
    shown = drawn(plotting.channel_portrait(colour[0], colour[1], np.zeros((2, 2)), colour[:2]))
    assert len(shown) == 5


@pytest.mark.parametrize(
    ("activations", "count", "said"), [(SIGNED, 10, "10 patches"), (SIGNED[None], 3, "activations of shape (1, 2, 2)")]
)
def test_portraits_of_other_parts_are_named(activations, count, said):
    patches = np.repeat(IMAGES[:1], count, axis=0)
    with pytest.raises(ValueError, match=re.escape(said)):
        plotting.channel_portrait(IMAGES[0], IMAGES[1], activations, patches)
