import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from course_utils.plotting import places as pictures


def boxes(axis, look):
    """(left, top, width, height) of every rectangle of one look."""
    if "facecolor" in look:
        chosen = [p for p in axis.patches if p.get_hatch() == look["hatch"]]
    else:
        chosen = [p for p in axis.patches if not p.get_fill() and p.get_edgecolor() == to_rgba(look["edgecolor"])]
    return [(*p.get_xy(), p.get_width(), p.get_height()) for p in chosen]


@pytest.mark.parametrize(
    ("case", "untouched"),
    [
        ((7, 3, 2, 0), []),
        ((8, 3, 2, 0), [7]),
        ((8, 3, 2, 1), [9]),
        ((8, 3, 2, 2), [11]),
        ((10, 2, 4, 0), [2, 3, 6, 7]),
        ((224, 11, 4, 0), [223]),
        ((227, 11, 4, 0), []),
        ((5, 9, 1, 1), [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_untouched_cells_by_hand(case, untouched):
    assert np.flatnonzero(~pictures.touched(*case)).tolist() == untouched


def test_square_shows_first_and_last_place_and_hatches_the_rest():
    square, row = pictures.landings(8, 3, 2, 0).axes
    assert boxes(square, pictures.FIRST) == [(-0.5, -0.5, 3, 3)]
    assert boxes(square, pictures.LAST) == [(3.5, 3.5, 3, 3)]
    assert boxes(square, pictures.UNSEEN) == [(6.5, -0.5, 1, 8), (-0.5, 6.5, 8, 1)]
    assert boxes(row, pictures.UNSEEN)[0][::2] == (6.5, 1)


def test_square_counts_from_the_image_and_not_from_its_padding():
    square, row = pictures.landings(8, 3, 2, 2).axes
    assert boxes(square, pictures.FIRST) == [(-2.5, -2.5, 3, 3)]
    assert boxes(square, pictures.LAST) == [(5.5, 5.5, 3, 3)]
    assert boxes(square, pictures.UNSEEN) == [(8.5, -2.5, 1, 12), (-2.5, 8.5, 12, 1)]
    assert boxes(square, pictures.PADDING) == [(-2.5, -2.5, 12, 12)]
    assert boxes(row, pictures.UNSEEN)[0][0] == 8.5


def test_row_shows_every_place():
    row = pictures.landings(8, 3, 2, 1).axes[1]
    places = [box[0] for box in boxes(row, pictures.FIRST) + boxes(row, pictures.LAST)]
    assert places == [-1.5, 0.5, 2.5, 4.5]
    assert row.get_xlim()[0] < -1.5
    assert row.get_yticks().tolist() == [0, 1, 2, 3]


def test_gaps_between_places_are_hatched_where_the_stride_is_larger_than_the_kernel():
    square = pictures.landings(10, 2, 4, 0).axes[0]
    assert [box[0] for box in boxes(square, pictures.UNSEEN)[::2]] == [1.5, 5.5]


def test_kernel_that_does_not_fit_sticks_out():
    square, row = pictures.landings(5, 9, 1, 1).axes
    assert boxes(square, pictures.FIRST) == [(-1.5, -1.5, 9, 9)]
    assert boxes(square, pictures.LAST) == []
    assert square.get_xlim()[1] > 7.5
    assert [text.get_text() for text in row.texts] == ["does not fit"]


def test_legend_names_what_is_drawn():
    (legend,) = pictures.landings(8, 3, 2, 0).legends
    assert [text.get_text() for text in legend.texts] == ["first place", "last place", "padding", "never touched"]


def test_rows_stand_side_by_side_on_one_scale():
    figure = pictures.landing_rows({"whole": (7, 3, 2, 0), "padded": (8, 3, 2, 1)})
    assert [axis.get_title() for axis in figure.axes] == ["whole", "padded"]
    assert len({axis.get_ylim() for axis in figure.axes}) == 1
    assert len(boxes(figure.axes[0], pictures.FIRST) + boxes(figure.axes[0], pictures.LAST)) == 3


def test_unseen_pixels_are_hatched_in_the_picture_and_in_its_corner():
    image = np.zeros((50, 50, 3), "float32")
    whole, corner = pictures.unseen_pixels(image, 45, corner=20).axes
    for axis in (whole, corner):
        assert boxes(axis, pictures.UNSEEN) == [(44.5, -0.5, 5, 50), (-0.5, 44.5, 50, 5)]
    assert corner.get_xlim() == (29.5, 49.5)
    assert corner.get_ylim() == (49.5, 29.5)


def test_unseen_pixels_shows_the_image_itself():
    image = np.random.default_rng(0).uniform(-1, 1, (12, 12, 3))
    for axis in pictures.unseen_pixels(image, 11, corner=4).axes:
        (shown,) = axis.get_images()
        assert np.asarray(shown.get_array()) == pytest.approx((image + 1) / 2, abs=1e-6)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (np.full((8, 8, 3), 200.0), r"must lie in \[-1, 1\]. Received: 200 to 200"),
        (np.full((8, 8, 3), np.nan), r"must lie in \[-1, 1\]. Received: nan to nan"),
        (np.zeros((8, 9, 3)), r"must be square.*Received: shape \(8, 9, 3\)"),
        (np.zeros((1, 8, 8, 3)), r"must be square.*Received: shape \(1, 8, 8, 3\)"),
        (np.zeros((8, 8, 2)), r"must be square.*Received: shape \(8, 8, 2\)"),
    ],
)
def test_unseen_pixels_refuses_another_shape_or_range(image, said):
    with pytest.raises(ValueError, match=said):
        pictures.unseen_pixels(image, 7)


def test_figures_are_closed_for_pyplot_and_can_be_drawn():
    plt.close("all")
    for figure in (
        pictures.landings(227, 11, 4, 0),
        pictures.landing_rows({"a": (4, 4, 1, 0)}),
        pictures.unseen_pixels(np.zeros((8, 8, 1)), 8, corner=4),
    ):
        figure.canvas.draw()
    assert plt.get_fignums() == []
