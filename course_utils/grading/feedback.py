"""What a student sees of her graded notebook: her own work and the verdict of each test, no hidden test."""

import ast

from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.grading import guards
from course_utils.grading.hidden import visible

PASSED = "All tests of this cell passed."
FAILED = "A test of this cell failed."


class HideTests(NbGraderPreprocessor):
    """Takes hidden tests out of the source and the outputs of test cells, and outputs out of the student's cells.

    A student's code can print what it saw of a hidden test, in any disguise, so no output of hers that was made beside
    hidden tests is shown: she has seen her own when she wrote it.
    """

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code":
            return cell, resources
        if guards.is_test(cell):
            # The verdict needs the hidden part too.
            cell.outputs = [_verdict(cell)]
            cell.source = visible(cell.source)
        else:
            cell.outputs = []
        return cell, resources


def _verdict(cell):
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return guards.stream(PASSED)
    told = errors[0].evalue
    # Only what the instructor wrote may come back, as it was written: the rest is the student's to choose.
    if errors[0].ename in guards.OURS or told in _messages(cell.source):
        return guards.stream(f"{FAILED} {told}")
    return guards.stream(FAILED)


def _messages(source):
    """The texts of a cell's assertions, hidden ones included: they are hints, and hold no numbers of the tests."""
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    return {node.msg.value for node in asserts if isinstance(node.msg, ast.Constant) and node.msg.value}
