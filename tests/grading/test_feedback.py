"""Feedback pages: verdicts and the instructor's hints, nothing that a student chose or a hidden test holds."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from course_utils.grading import feedback, guards
from tests.grading import sample

SOURCE = sample.source().cells[3].source


def shown(*outputs):
    cell = new_code_cell(SOURCE, metadata=sample.told("test_square", grade=True, locked=True), outputs=list(outputs))
    return feedback.HideTests().preprocess_cell(cell, {}, 0)[0]


def test_a_passed_test_says_so():
    assert shown().outputs[0].text == feedback.PASSED
    assert "HIDDEN" not in shown().source


def test_a_hint_of_the_instructor_comes_back():
    failed = new_output("error", ename="AssertionError", evalue="try an odd number", traceback=["square(3) == 9"])
    assert shown(failed).outputs[0].text == f"{feedback.FAILED} try an odd number"


@pytest.mark.parametrize("said", ["assert square(3) == 9", "<script>", "", "square(2)"])
def test_what_a_student_says_does_not(said):
    printed = new_output("stream", name="stdout", text="float(square(3)) == 9")
    failed = new_output("error", ename="AssertionError", evalue=said, traceback=[said])
    assert [output.text for output in shown(printed, failed).outputs] == [feedback.FAILED]


def test_what_the_grader_says_does():
    assert "stopped" in shown(guards.error(guards.NOT_RUN, "It was stopped.")).outputs[0].text


def test_outputs_of_other_cells_are_left_out():
    cell = new_code_cell("print(In)", outputs=[new_output("stream", name="stdout", text="square(3)")])
    assert feedback.HideTests().preprocess_cell(cell, {}, 0)[0].outputs == []
