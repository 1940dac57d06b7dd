"""Guards: honest kernels pass them, lying ones do not."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_output

from course_utils.grading import guards
from tests.grading import sample


def played(notebook, answer):
    """A guarded notebook whose cells were run by a kernel of the test's: `answer(role, cell, must)` gives outputs."""
    guarded, expected = guards.guarded(notebook)
    for cell in guarded.cells:
        key, role = cell.metadata.get(guards.GUARD, (None, None))
        if key:
            cell.outputs = answer(role, cell, expected[key])
    return guarded, expected


def result(text):
    return [new_output("execute_result", data={"text/plain": text}, execution_count=1)]


def honest(role, cell, must):
    if role == "before":
        return result(repr(json.dumps({"function: builtins.abs": "true"})))
    if role == "after":
        return [new_output("error", ename="AssertionError", evalue=must["falsehood"], traceback=[])]
    return result(str(must["number"]))


REFERENCE = {"function: builtins.abs": "true"}


def test_an_honest_kernel_passes_and_the_guards_are_gone():
    before = sample.source()
    judged, findings = guards.judged(*played(before, honest), REFERENCE)
    assert findings == []
    assert [cell.source for cell in judged.cells] == [cell.source for cell in before.cells]
    assert all(cell.get("outputs", []) == [] for cell in judged.cells)
    assert all(guards.GUARD not in cell.metadata for cell in judged.cells)


def test_numbers_are_drawn_anew():
    first, second = (guards.guarded(sample.source())[1] for _ in range(2))
    assert {m["number"] for m in first.values()}.isdisjoint({m["number"] for m in second.values()})


def lying(role_to_change, outputs):
    return lambda role, cell, must: outputs if role == role_to_change else honest(role, cell, must)


@pytest.mark.parametrize(
    ("role", "outputs", "seen"),
    [
        ("test", [], "did not compute"),
        ("test", result("7"), "did not compute"),
        ("after", [], "did not fail"),
        ("after", [new_output("error", ename="AssertionError", evalue="1", traceback=[])], "did not fail"),
        ("before", [], "gave no answer"),
        ("before", result("'not json'"), "gave no answer"),
        ("before", result(repr(json.dumps({"function: builtins.abs": "false"}))), "builtins.abs"),
        ("before", result(repr("{}")), "builtins.abs"),
        ("before", result(repr(json.dumps(REFERENCE | {"shadow: float": "here"}))), "own 'float'"),
        ("before", result(repr(json.dumps(REFERENCE | {"hook: x __main__.y from the notebook": "here"}))), "hook"),
    ],
)
def test_a_lying_kernel_earns_nothing_and_is_named(role, outputs, seen):
    judged, findings = guards.judged(*played(sample.source(), lying(role, outputs)), REFERENCE)
    assert [finding.cell for finding in findings] == ["test_square", "test_cube"]
    assert all(seen in finding.seen for finding in findings)
    tests = [cell for cell in judged.cells if guards.is_test(cell)]
    assert all(cell.outputs[0].ename == guards.TAMPERED for cell in tests)


def test_a_failed_test_is_no_finding():
    failed = [new_output("error", ename="AssertionError", evalue="", traceback=[])]
    judged, findings = guards.judged(*played(sample.source(), lying("test", failed)), REFERENCE)
    assert findings == []
    assert [c.outputs[0].ename for c in judged.cells if guards.is_test(c)] == ["AssertionError"] * 2


def test_hooks_of_installed_libraries_are_no_finding():
    told = REFERENCE | {"hook: event post_execute matplotlib.show from /venv/lib/python3/site-packages/m.py": "here"}
    _, findings = guards.judged(*played(sample.source(), lying("before", result(repr(json.dumps(told))))), REFERENCE)
    assert findings == []


@pytest.mark.parametrize("code", ["sys._getframe(1)", "e.__traceback__.tb_frame", "linecache.cache", "_ih[-1]"])
def test_names_that_lead_to_a_test_are_seen(code):
    assert "can be read" in guards.peeking([new_code_cell(code)])


def test_ordinary_names_are_not():
    assert guards.peeking([new_code_cell("frame = code = traceback = history = 1")]) is None


def test_locked_definitions_hold_again_before_each_test():
    guarded, _ = guards.guarded(sample.source())
    looks = [c for c in guarded.cells if c.metadata.get(guards.GUARD, ("", ""))[1] == "before"]
    assert len(looks) == 2
    assert all(cell.source.startswith("import numpy as np\n") for cell in looks)


def test_a_warning_costs_no_marks():
    def warned(role, cell, must):
        return (
            [new_output("stream", name="stderr", text="deprecated"), *honest(role, cell, must)]
            if role == "test"
            else honest(role, cell, must)
        )

    judged, findings = guards.judged(*played(sample.source(), warned), REFERENCE)
    assert findings == []
    assert [c.outputs[0].name for c in judged.cells if guards.is_test(c)] == ["stdout"] * 2
