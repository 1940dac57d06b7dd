"""The edits of a label map, and their sliders."""

import numpy as np
import pytest

from course_utils.widgets.label_explorer import figure, label_explorer, with_disc

PALETTE = np.array([[0, 0, 0], [0, 114, 178], [230, 159, 0]], "uint8")
NAMES = ("background", "nucleus", "brown")
LABELS = np.random.default_rng(0).integers(0, 3, (4, 12, 12))


def test_a_disc_by_hand():
    edited = with_disc(np.zeros((5, 5), int), 2, row=2, column=1, radius=2)
    expected = [[0, 0, 0, 0, 0], [2, 2, 2, 0, 0], [2, 2, 2, 0, 0], [2, 2, 2, 0, 0], [0, 0, 0, 0, 0]]
    assert edited.tolist() == expected
    assert (with_disc(LABELS[0], 1, 5, 5, 0) == LABELS[0]).all()


def test_the_figure_shows_both_maps_beside_their_translations():
    seen = []

    def translate(maps):
        seen.append(maps)
        return -maps

    shown = figure(translate, LABELS[0], LABELS[1], PALETTE)
    pictures = [axis.images[0].get_array() for axis in shown.axes]
    np.testing.assert_allclose(pictures[0], PALETTE[LABELS[0]] / 255, atol=1e-6)
    np.testing.assert_allclose(pictures[2], PALETTE[LABELS[1]] / 255, atol=1e-6)
    np.testing.assert_allclose(pictures[1], 1 - pictures[0], atol=1e-6)
    np.testing.assert_allclose(pictures[3], 1 - pictures[2], atol=1e-6)
    assert seen[0].shape == (2, 12, 12, 3)


@pytest.fixture
def explorer():
    return label_explorer(lambda maps: -maps, LABELS, NAMES, PALETTE)


def test_sliders_are_labelled_and_each_changes_the_picture(explorer):
    described = [control.description for control in explorer.controls.values()]
    assert described == ["label map", "label", "row", "column", "radius"]
    for name, value in {"chosen": 2, "label": 0, "row": 1, "column": 3, "radius": 5}.items():
        before = bytes(explorer.picture.value)
        explorer.controls[name].value = value
        assert bytes(explorer.picture.value) != before


def test_the_text_says_what_was_drawn(explorer):
    explorer.controls["radius"].value = 0
    assert explorer.text.value == "0% of label map 0 became 'nucleus', in a disc around row 6, column 6"
    explorer.controls["radius"].value = 6
    after = with_disc(LABELS[0], 1, 6, 6, 6)
    assert explorer.text.value.startswith(f"{(after != LABELS[0]).mean():.0%} of label map 0 became 'nucleus'")
