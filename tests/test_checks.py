import math

import pytest

from course_utils.checks import Band, RunOutsideBandsError, check_run


@pytest.mark.parametrize(
    ("low", "high", "value", "holds"),
    [
        (1, 3, 1, True),
        (1, 3, 3, True),
        (1, 3, 0.999, False),
        (1, 3, 3.001, False),
        (1, None, 1e9, True),
        (1, None, 0, False),
        (None, 3, -1e9, True),
        (None, 3, 4, False),
        (1, 3, math.nan, False),
        (None, 3, math.nan, False),
    ],
)
def test_a_value_lies_in_the_band_or_not(low, high, value, holds):
    assert Band("x", value, low, high).holds == holds


@pytest.mark.parametrize(
    ("low", "high", "said"), [(1, 3.5, "1 to 3.5"), (None, 3, "at most 3"), (0.25, None, "at least 0.25")]
)
def test_a_band_in_words(low, high, said):
    assert Band("x", 2, low, high).range == said


def test_a_run_inside_its_bands_is_printed_and_passes(capsys):
    check_run(Band("classes covered", 10, low=10), Band("KID", 0.0321, high=0.5))
    assert capsys.readouterr().out.splitlines() == [
        "ok   classes covered        10   (at least 10)",
        "ok   KID                0.0321   (at most 0.5)",
        "This run shows what the lesson says.",
    ]


def test_a_run_outside_names_every_number_and_its_advice(capsys):
    with pytest.raises(RunOutsideBandsError) as error:
        check_run(
            Band("classes covered", 4, low=10, advice="Train longer."),
            Band("loss", 1.0, 0.5, 1.5),
            Band("KID", math.nan, high=0.5, advice="Lower the learning rate."),
        )
    assert "classes covered is 4, and should be at least 10: Train longer." in str(error.value)
    assert "KID is nan, and should be at most 0.5: Lower the learning rate." in str(error.value)
    assert "loss" not in str(error.value)
    assert [line[:4] for line in capsys.readouterr().out.splitlines()] == ["LOOK", "ok  ", "LOOK"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Band("x", 1.0), "Received: 'x' with low=None and high=None"),
        (lambda: Band("x", 1.0, low=2, high=1), "Received: low=2, high=1"),
        (check_run, "Received: none"),
    ],
)
def test_a_check_that_cannot_fail_or_hold_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
