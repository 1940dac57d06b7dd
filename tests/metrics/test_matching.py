import itertools
import re

import numpy as np
import pytest

from course_utils.metrics import match_codes


def test_codes_that_are_classes_by_other_names_agree_wholly():
    classes = np.arange(30) % 3
    found = match_codes((classes + 1) % 3, classes, n=3)
    assert found.agreement == 1
    assert found.class_of.tolist() == [2, 0, 1]
    assert found.table.tolist() == [[0, 0, 10], [10, 0, 0], [0, 10, 0]]


def test_two_codes_of_one_class_leave_one_of_them_with_what_is_left():
    # Codes 0 and 1 both show class 0, so that one of the two gets class 1 and agrees never.
    codes, classes = np.repeat([0, 1, 2], 4), np.array([0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 1])
    found = match_codes(codes, classes, n=3)
    assert found.class_of.tolist() == [0, 1, 2]
    assert found.agreement == pytest.approx(7 / 12)


def test_no_other_match_is_better():
    random = np.random.default_rng(0)
    codes, classes = random.integers(5, size=(2, 200))
    found = match_codes(codes, classes, n=5)
    by_trial = max(sum(np.array(p)[codes] == classes) for p in itertools.permutations(range(5)))
    assert found.agreement * 200 == pytest.approx(by_trial)
    assert (found.class_of[codes] == classes).mean() == pytest.approx(found.agreement)


def test_more_codes_than_classes_leave_some_without():
    found = match_codes(np.array([0, 0, 1, 2, 2]), np.array([1, 1, 1, 0, 0]), n=(3, 2))
    assert found.class_of.tolist() == [1, -1, 0]
    assert found.agreement == pytest.approx(4 / 5)


@pytest.mark.parametrize(
    ("codes", "classes", "said"),
    [
        ([0, 1], [0], "Received: 2 and 1."),
        (
            [0, 3],
            [0, 1],
            "codes must be whole numbers (samples,) from 0 to 2. Received: int64 of shape (2,) from 0 to 3",
        ),
        ([0, 1], [-1, 1], "classes must be whole numbers (samples,) from 0 to 2"),
        ([0.0, 1.0], [0, 1], "Received: float64 of shape (2,) from 0.0 to 1.0"),
        ([[0]], [[0]], "Received: int64 of shape (1, 1)"),
        (np.zeros(0, int), np.zeros(0, int), "Received: int64 of shape (0,)."),
    ],
)
def test_what_cannot_be_matched_is_refused(codes, classes, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        match_codes(codes, classes, n=3)
