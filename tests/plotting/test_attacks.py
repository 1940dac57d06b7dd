import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils import plotting

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-0.8, 0.8, (3, 4, 5, 1)).astype("float32")
CHANGE = np.zeros_like(IMAGES)
CHANGE[0, 0, 0] = 0.1
CHANGE[1, 1, 2] = -0.2


def finished(figure):
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    figure.canvas.draw()
    return figure.axes


def colour(drawn, row, column):
    return np.array(drawn.cmap(drawn.norm(drawn.get_array()))[row, column, :3])


def test_perturbations_stand_in_three_rows():
    axes = finished(plotting.perturbations(IMAGES, IMAGES + CHANGE, "abc", "xyz", "three"))
    assert [axis.get_title() for axis in axes] == ["a", "b", "c", "", "", "", "x", "y", "z"]
    assert [axes[i].get_ylabel() for i in (0, 3, 6)] == ["image", "change, full\ncolour: 0.2", "sum"]
    np.testing.assert_allclose(axes[0].images[0].get_array(), (IMAGES[0, ..., 0] + 1) / 2, atol=1e-6)
    np.testing.assert_allclose(axes[7].images[0].get_array(), ((IMAGES + CHANGE)[1, ..., 0] + 1) / 2, atol=1e-6)
    np.testing.assert_allclose(axes[4].images[0].get_array(), CHANGE[1, ..., 0], atol=1e-6)


def test_all_changes_share_one_scale_and_the_signs_have_opposite_colours():
    axes = finished(plotting.perturbations(IMAGES, IMAGES + CHANGE, "abc", "xyz"))
    added, taken = axes[3].images[0], axes[4].images[0]
    assert added.get_clim() == taken.get_clim() == pytest.approx((-0.2, 0.2))
    np.testing.assert_allclose(colour(added, 3, 4), 0.97, atol=0.02)  # no change is white
    red, _, blue = colour(added, 0, 0)
    assert red > blue
    red, _, blue = colour(taken, 1, 2)
    assert blue > red


def test_three_channels_show_their_mean_change():
    images = np.zeros((1, 4, 4, 3), "float32")
    attacked = images.copy()
    attacked[0, 1, 1] = (0.3, 0.0, 0.0)
    axes = finished(plotting.perturbations(images, attacked, "a", "b"))
    assert axes[1].images[0].get_array()[1, 1] == pytest.approx(0.1)
    assert axes[2].images[0].get_array().shape == (4, 4, 3)


def test_nothing_changed_can_be_drawn():
    axes = finished(plotting.perturbations(IMAGES, IMAGES, "abc", "xyz"))
    assert axes[3].get_ylabel() == "change, full\ncolour: 0"


@pytest.mark.parametrize(("attacked", "after"), [(IMAGES[:2], "xyz"), (IMAGES, "xy")])
def test_perturbations_need_one_entry_each(attacked, after):
    with pytest.raises(ValueError, match="one entry for each image. Received: shapes"):
        plotting.perturbations(IMAGES, attacked, "abc", after)


@pytest.mark.parametrize(
    ("images", "said"),
    [(IMAGES * 3, r"in \[-1, 1\]"), (IMAGES[0], r"Received: shape \(4, 5, 1\)"), (IMAGES * np.nan, "must be finite")],
)
def test_other_images_are_refused(images, said):
    with pytest.raises(ValueError, match=said):
        plotting.perturbations(images, images, "abc", "xyz")


def test_accuracy_is_drawn_in_percent_and_each_attack_has_its_marker():
    series = {"noise": [1.0, 0.9], "FGSM": [1.0, 0.25], "PGD": [1.0, 0.0]}
    (axis,) = finished(plotting.accuracy_under_attack((0.0, 0.6), series, "accuracy", chance=0.1))
    *lines, chance = axis.lines
    assert [line.get_ydata().tolist() for line in lines] == [[100, 90], [100, 25], [100, 0]]
    assert chance.get_ydata() == [10, 10]
    assert len({line.get_marker() for line in lines}) == len({line.get_linestyle() for line in lines}) + 1 == 3
    assert [text.get_text() for text in axis.get_legend().get_texts()] == list(series)


@pytest.mark.parametrize("shares", [[1.0], [1.0, 1.1], [1.0, np.nan]])
def test_accuracy_takes_one_share_for_each_epsilon(shares):
    with pytest.raises(ValueError, match="'FGSM' must hold a share from 0 to 1 for each of 2 epsilons"):
        plotting.accuracy_under_attack((0.0, 0.6), {"FGSM": shares})


@pytest.mark.parametrize("count", [0, 7])
def test_accuracy_has_six_looks(count):
    with pytest.raises(ValueError, match=f"1 to 6 attacks. Received: {count}"):
        plotting.accuracy_under_attack((0.0, 0.6), {str(i): [1.0, 0.5] for i in range(count)})


def test_the_line_marks_the_true_class_and_the_winner():
    scales = np.linspace(-10, 10, 41)
    logits = np.stack([-scales, 2 + 0 * scales, 3 * scales, -5 + 0 * scales], axis=1)
    image, direction = IMAGES[0], CHANGE[0]
    axes = finished(plotting.logits_on_line(scales, logits, image, direction, label=1))
    *pictures, axis = axes
    assert [picture.get_title().split("answer ")[1] for picture in pictures] == ["0", "0", "1", "1", "2", "2", "2"]
    np.testing.assert_allclose(pictures[5].images[0].get_array()[0, 0], np.clip((image[0, 0, 0] + 0.5 + 1) / 2, 0, 1))
    assert [text.get_text() for text in axis.get_legend().get_texts()] == [
        "the others",
        "1, the true class",
        "2, the answer at a = 1",
    ]
    np.testing.assert_allclose(axis.lines[2].get_ydata(), 3 * scales)


@pytest.mark.parametrize(("label", "winner"), [(0, 1), (1, 0), (0, 2), (2, 2)])
def test_the_line_names_the_others_once(label, winner):
    logits = np.tile(np.eye(4)[winner], (3, 1))
    *_, axis = finished(plotting.logits_on_line([-1, 0, 1], logits, IMAGES[0], CHANGE[0], label))
    assert [text.get_text() for text in axis.get_legend().get_texts()].count("the others") == 1


def test_the_line_needs_a_row_of_logits_for_each_scale():
    with pytest.raises(ValueError, match=r"Received: \(3, 4\) for \(2,\)"):
        plotting.logits_on_line([0, 1], np.zeros((3, 4)), IMAGES[0], CHANGE[0], 0)


def test_failed_targets_are_crossed_out():
    images = np.tile(IMAGES[0], (2, 3, 1, 1, 1))
    success = np.array([[True, False, True], [True, True, False]])
    axes = finished(plotting.target_grid(images, success, "all"))
    assert [len(axis.lines) for axis in axes] == [0, 2, 0, 0, 0, 2]
    assert [axis.get_title() for axis in axes[:3]] == ["0", "1", "2"]
    assert [axes[i].get_ylabel() for i in (0, 3)] == ["0", "1"]


def test_targets_need_matching_shapes():
    with pytest.raises(ValueError, match=r"Received: shapes \(3, 4, 5, 1\) and \(3,\)"):
        plotting.target_grid(IMAGES, [True] * 3)


def test_answer_shows_both_answers_as_bars():
    before, after = np.array([0.1, 0.9]), np.array([0.75, 0.25])
    axes = finished(plotting.answer_bars(IMAGES[1], IMAGES[1] + CHANGE[1], before, after, label=1))
    assert [axis.get_title() for axis in axes] == [
        "image: 1 (90%)",
        "change, full colour: 0.200",
        "sum: 0 (75%)",
        "probability",
    ]
    assert [patch.get_height() for patch in axes[3].patches] == [0.1, 0.9, 0.75, 0.25]
    assert axes[3].get_xlabel() == "class (true: 1)"


def test_answer_says_where_nothing_changed():
    share = np.array([0.5, 0.5])
    axes = finished(plotting.answer_bars(IMAGES[0], IMAGES[0], share, share, label=0))
    assert axes[1].get_title() == "no change"
