import re

import numpy as np
import pytest

from course_utils import plotting

COUNTS = np.array([[3, 1, 0], [0, 2, 0], [1, 1, 398]])


def test_numbers_are_percents_of_their_rows():
    figure = plotting.confusion({"one": COUNTS, "two": COUNTS[:2]}, rows="code", columns="answer", title="who is who")
    figure.canvas.draw()
    one, two = figure.axes
    assert [(text.get_position(), text.get_text()) for text in one.texts] == [
        ((0, 0), "75"),
        ((1, 0), "25"),
        ((1, 1), "100"),
        ((2, 2), "100"),
    ]
    np.testing.assert_allclose(two.images[0].get_array(), [[75, 25, 0], [0, 100, 0]])
    assert one.images[0].get_clim() == (0, 100)
    assert [one.get_title(), one.get_ylabel(), two.get_xlabel()] == ["one", "code", "answer"]
    assert figure.get_suptitle() == "who is who"


def test_numbers_can_be_read_on_dark_cells():
    one = plotting.confusion({"one": COUNTS}).axes[0]
    assert [text.get_color() for text in one.texts] == ["white", "black", "white", "white"]


@pytest.mark.parametrize(
    ("matrices", "said"),
    [
        ({}, "with at least one. Received: {}"),
        (COUNTS, "must be a dict"),
        ({"a": np.ones(3)}, "'a' must be counts (rows, columns)"),
        ({"a": [[1, 0], [0, 0]]}, "Received: row sums [1.0, 0.0]"),
        ({"a": [[3, -1], [0, 1]]}, "none negative"),
    ],
)
def test_other_matrices_are_refused_by_name(matrices, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        plotting.confusion(matrices)


IMAGES = np.linspace(-1, 1, 7 * 16, dtype="float32").reshape(7, 4, 4, 1)


def test_the_chosen_image_stands_large_and_is_framed_among_all():
    figure = plotting.chosen(IMAGES, 5, list("abcdefg"))
    figure.canvas.draw()
    large, *small = figure.axes
    assert len(small) == 7
    np.testing.assert_allclose(large.images[0].get_array(), (IMAGES[5, ..., 0] + 1) / 2, atol=1e-6)
    np.testing.assert_allclose(small[2].images[0].get_array(), (IMAGES[2, ..., 0] + 1) / 2, atol=1e-6)
    assert [axis.get_frame_on() for axis in small] == [i == 5 for i in range(7)]
    assert [axis.get_title() for axis in figure.axes] == ["f", *"abcdefg"]
    wide, narrow = (axis.get_window_extent().width for axis in (large, small[0]))
    assert wide > 2 * narrow


@pytest.mark.parametrize(("choice", "names"), [(7, "abcdefg"), (-1, "abcdefg"), (0, "abc")])
def test_a_choice_that_is_none_is_refused(choice, names):
    with pytest.raises(ValueError, match=f"Received: choice={choice} and {len(names)} names"):
        plotting.chosen(IMAGES, choice, names)
