"""The marks of the real assignments, through the real pipeline: full, none, and what a wrong answer is worth."""

import shutil

import pytest

from course_utils.grading import batch
from tests.assignments.answers import NAMES, ROOT, answered, full, points, released, together
from tests.grading.sample import hand_in

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", params=NAMES)
def marks(request, tmp_path_factory):
    """An assignment, its wrong answers in groups, and the marks of every way to answer it, graded in one batch."""
    name, root = request.param, tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions" / name, root / "solutions" / name)
    groups = {f"group {i}": group for i, group in enumerate(together(name))}
    made = {student: answered(name, *group.values())[0] for student, group in groups.items()}
    ways = {"full": full(name), "blank": released(name)} | made
    for what, notebook in ways.items():
        folder = hand_in(root, what, notebook, f"{name}.ipynb").parent
        folder.rename(folder.with_name(name))
    records = batch.grade(root, name)
    assert {record.status for record in records} == {batch.GRADED}, [record.reasons for record in records]
    return name, groups, {record.student: record.marks for record in records}


def test_the_solution_has_full_marks(marks):
    name, _, got = marks
    assert got["full"] == {test: [most, most] for test, most in points(name).items()}


def test_the_blank_assignment_has_none(marks):
    name, _, got = marks
    assert got["blank"] == {test: [0, most] for test, most in points(name).items()}


def test_each_wrong_answer_loses_what_it_should_and_no_more(marks):
    name, groups, got = marks
    assert sum(map(len, groups.values())) >= 8
    for student, group in groups.items():
        _, lost = answered(name, *group.values())
        expected = {test: [0 if test in lost else most, most] for test, most in points(name).items()}
        assert got[student] == expected, list(group)
