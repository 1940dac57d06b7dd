import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import plotting

GREY = np.linspace(-1, 1, 48, dtype="float32").reshape(6, 8)
COLOUR = np.repeat(GREY[..., None], 3, axis=-1)
COUNT = np.arange(6).reshape(2, 3)


def finished(figure):
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    figure.canvas.draw()
    return figure.axes


def cell_texts(axis):
    return [text.get_text() for text in axis.texts]


def test_pictures_keep_one_scale_and_say_their_sizes():
    axes = finished(plotting.pictures({"whole": COLOUR, "half": GREY[::2, ::2]}, title="sizes"))
    assert [axis.get_title(loc="left") for axis in axes] == ["whole\n6×8", "half\n3×4"]
    assert axes[0].get_xlim() == axes[1].get_xlim() == (-0.5, 7.5)
    assert axes[0].get_ylim() == axes[1].get_ylim() == (5.5, -0.5)
    assert axes[1].images[0].get_extent() == [-0.5, 3.5, 2.5, -0.5]


def test_pictures_may_fill_their_places():
    axes = finished(plotting.pictures({"whole": GREY, "half": GREY[::2, ::2]}, same_scale=False))
    assert axes[1].get_xlim() == (-0.5, 3.5)


def test_pictures_stand_in_columns():
    figure = plotting.pictures({str(i): GREY for i in range(5)}, columns=4)
    axes = finished(figure)
    assert len(axes) == 8
    assert sum(len(axis.images) for axis in axes) == 5


@pytest.mark.parametrize(("limit", "shown"), [(1.0, [0.0, 0.25, 0.5, 1.0]), (2.0, [0.25, 0.375, 0.5, 1.0])])
def test_limit_is_black_and_white_and_the_rest_is_clipped(limit, shown):
    (axis,) = finished(plotting.pictures({"x": [[-1.0, -0.5, 0.0, 3.0]]}, limit=limit))
    np.testing.assert_allclose(axis.images[0].get_array(), [shown])
    assert axis.images[0].get_clim() == (0, 1)


@pytest.mark.parametrize("image", [np.zeros(4), np.zeros((1, 4, 4, 3)), np.zeros((4, 4, 2)), np.zeros((0, 4))])
def test_other_shapes_are_refused(image):
    with pytest.raises(ValueError, match="'x' must have the shape"):
        plotting.pictures({"x": image})


def test_pixels_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="'x' must be finite. Received: 2 pixels"):
        plotting.pictures({"x": [[0.0, np.nan, np.inf]]})


@pytest.mark.parametrize("draw", [plotting.pictures, plotting.number_grids])
@pytest.mark.parametrize("nothing", [{}, GREY, None])
def test_nothing_to_draw_is_refused(draw, nothing):
    with pytest.raises(ValueError, match="Expected a dict from name to array"):
        draw(nothing)


def test_every_cell_holds_its_number():
    values = [[1, -2, 0.25], [-0.0, 1 / 3, 10]]
    (axis,) = finished(plotting.number_grids({"x": values}))
    assert cell_texts(axis) == ["1", "-2", "0.25", "0", "0.33", "10"]
    assert [text.get_position() for text in axis.texts][:4] == [(0, 0), (1, 0), (2, 0), (0, 1)]


def test_signs_have_opposite_colours():
    (axis,) = finished(plotting.number_grids({"x": [[2.0, 0.0, -2.0]]}))
    drawn = axis.images[0]
    above, zero, below = drawn.cmap(drawn.norm(drawn.get_array()))[0]
    assert above[0] > above[2]  # orange
    assert below[2] > below[1]  # purple
    assert zero[:3].min() > 0.95


def test_frame_stands_around_its_cells():
    left, right = finished(plotting.number_grids({"a": COUNT, "b": COUNT}, {"b": (0, 1, 2, 1)}))
    assert not left.patches
    assert right.patches[0].get_bbox().bounds == (0.5, -0.5, 1, 2)


def test_frame_without_its_array_is_refused():
    with pytest.raises(ValueError, match=r"frames must name arrays among \['a'\]. Received: \['z'\]"):
        plotting.number_grids({"a": COUNT}, {"z": (0, 0, 1, 1)})


def test_number_grid_wants_two_axes():
    with pytest.raises(ValueError, match=r"'a' must have the shape \(rows, columns\). Received: shape \(3,\)"):
        plotting.number_grids({"a": [1, 2, 3]})


def test_zero_weights_are_left_out_and_all_matrices_share_their_colours():
    axes = finished(plotting.weight_matrices({"dense": COUNT + 1, "local": COUNT}))
    first, second = axes[0].images[0], axes[1].images[0]
    assert first.get_clim() == second.get_clim()
    assert np.ma.count_masked(first.get_array()) == 0
    assert second.get_array().mask.tolist() == [[True, False, False], [False, False, False]]
    assert [axes[0].get_xlabel(), axes[0].get_ylabel(), axes[1].get_xlabel()] == [
        "input pixel",
        "output pixel",
        "input pixel",
    ]


def test_filtering_shows_picture_kernel_and_result_at_one_scale():
    left, middle, right = finished(plotting.filtering(GREY, np.eye(3), GREY[::2, ::2]))
    assert [left.get_title(loc="left"), right.get_title(loc="left")] == ["picture: 6×8", "result: 3×4"]
    assert cell_texts(middle) == ["1", "0", "0", "0", "1", "0", "0", "0", "1"]
    assert left.get_xlim() == right.get_xlim()


@pytest.fixture
def reach():
    gradient = np.zeros((20, 20))
    gradient[4:13, 5:12] = 0.5
    gradient[8, 8] = 5.0
    return plotting.receptive_field(np.zeros((20, 20, 3)), [(7, 3), (4, 9)], gradient)


def test_receptive_field_draws_each_square_by_arithmetic(reach):
    left = finished(reach)[0]
    assert [patch.get_bbox().bounds for patch in left.patches] == [(6.5, 6.5, 3, 3), (3.5, 3.5, 9, 9)]
    assert cell_texts(left) == ["3", "9"]
    assert left.get_title() == "by arithmetic: 9×9 after the last layer"


def test_receptive_field_counts_the_gradient_itself(reach):
    right = finished(reach)[1]
    assert right.get_title() == "by gradient: 9×7 pixels are not 0"
    shown = right.images[0].get_array()
    assert np.ma.count(shown) == 9 * 7
    assert shown.max() == 0
    assert shown.min() == pytest.approx(-1)
    assert right.patches[0].get_bbox().bounds == (3.5, 3.5, 9, 9)
