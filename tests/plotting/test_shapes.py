from math import sqrt

import matplotlib.pyplot as plt
import pytest

from course_utils import plotting

SHAPES = [
    ("input", "input", (16, 16, 3)),
    ("CONV1", "convolution", (16, 16, 64)),
    ("POOL1", "pooling", (8, 8, 64)),
    ("FC2", "dense", (100,)),
]
ROWS = [
    {"name": "CONV1", "kind": "convolution", "parameters": 20, "activations": 900},
    {"name": "POOL1", "kind": "pooling", "parameters": 0, "activations": 96},
    {"name": "FC2", "kind": "dense", "parameters": 180, "activations": 4},
]


def test_volumes_are_boxes_with_names_and_shapes():
    (axis,) = plotting.volumes(SHAPES, title="a network").axes
    texts = [text.get_text() for text in axis.texts]
    assert texts[::2] == ["16×16\n×3", "16×16\n×64", "8×8\n×64", "100"]
    assert texts[1::2] == ["input", "CONV1", "POOL1", "FC2"]
    fronts = axis.patches[::3]
    assert [front.get_height() for front in fronts] == pytest.approx([4, 4, sqrt(8), 2.5])
    assert fronts[1].get_width() == fronts[2].get_width() > fronts[0].get_width()
    assert len({front.get_facecolor() for front in fronts}) == 4


def test_volumes_do_not_overlap():
    shapes = [(f"L{i}", "convolution", (224, 224, channels)) for i, channels in enumerate((3, 64, 512, 1))]
    (axis,) = plotting.volumes(shapes).axes
    fronts, sides = axis.patches[::3], axis.patches[2::3]
    for side, following in zip(sides, fronts[1:], strict=False):
        assert side.get_xy()[:, 0].max() < following.get_x()


def test_bars_are_shares_of_each_total():
    left, right = plotting.layer_bars(ROWS, ["parameters", "activations"]).axes
    assert [patch.get_width() for patch in left.patches] == pytest.approx([10, 0, 90])
    assert [patch.get_width() for patch in right.patches] == pytest.approx([90, 9.6, 0.4])
    assert [label.get_text() for label in right.texts] == ["90%", "10%", ""]
    assert left.get_xlabel() == "% of 200 parameters"
    assert [label.get_text() for label in left.get_yticklabels()] == ["CONV1", "POOL1", "FC2"]
    assert left.yaxis_inverted()


def test_bars_keep_the_order_of_the_layers_when_kinds_alternate():
    mixed = [ROWS[0], ROWS[1], ROWS[0] | {"name": "CONV2", "parameters": 60}]
    (axis,) = plotting.layer_bars(mixed, ["parameters"]).axes
    widths = {round(patch.get_y() + patch.get_height() / 2): patch.get_width() for patch in axis.patches}
    assert widths == pytest.approx({0: 25, 1: 0, 2: 75})


def test_totals_stack_the_kinds():
    networks = {"small": ROWS, "twice": [*ROWS, *ROWS]}
    left, right = plotting.totals(networks, ["parameters", "activations"]).axes
    assert [text.get_text() for text in left.texts] == ["200", "400"]
    assert [text.get_text() for text in right.texts] == ["1 k", "2 k"]
    assert max(patch.get_y() + patch.get_height() for patch in left.patches) == pytest.approx(400)
    assert left.get_ylim()[1] > 400


def test_legend_names_each_kind_once():
    (legend,) = plotting.totals({"a": ROWS}, ["parameters", "activations"]).legends
    assert [text.get_text() for text in legend.texts] == ["convolution", "pooling", "dense"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (999, "999"), (4096, "4.1 k"), (62_378_344, "62.4 M"), (1_135_256_096, "1.14 G")],
)
def test_short_numbers(number, said):
    assert plotting.short(number) == said


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plotting.volumes([("a", "convolutional", (2, 2, 1))]),
        lambda: plotting.layer_bars([ROWS[0] | {"kind": "convolutional"}], ["parameters"]),
        lambda: plotting.totals({"a": [ROWS[0] | {"kind": "convolutional"}]}, ["parameters"]),
    ],
)
def test_unknown_kind_is_refused(draw):
    with pytest.raises(ValueError, match=r"input, convolution, pooling, dense\. Received: 'convolutional'"):
        draw()


def test_figures_are_closed_for_pyplot_and_can_be_drawn():
    plt.close("all")
    for figure in (
        plotting.volumes(SHAPES),
        plotting.layer_bars(ROWS, ["parameters"]),
        plotting.totals({"a": ROWS}, ["parameters"]),
    ):
        figure.canvas.draw()
    assert plt.get_fignums() == []
