"""Limits are positive numbers, and the message names the one that is not."""

import pytest

from course_utils.grading.limits import Limits


def test_defaults_hold():
    assert Limits().cell_seconds < Limits().wall_seconds
    assert Limits().file <= Limits().folder < Limits().memory


@pytest.mark.parametrize("bad", [0, -1, "2 GB", None, True, float("nan")])
def test_refuses_what_is_no_limit(bad):
    with pytest.raises(ValueError, match=r"memory=.*"):
        Limits(memory=bad)
