"""What a worker does with one submission: no gradebook, no other submission, text in and text out."""

import nbformat

from course_utils.grading import guards
from course_utils.grading.execution import execute


def run_one(text, reference, limits, sandboxed):
    """Run one notebook with its guards; a job that any process may do.

    Returns:
        The notebook's text with outputs; findings as (cell, what was seen); why it was stopped, or None; seconds;
        bytes.
    """
    notebook, expected = guards.guarded(nbformat.reads(text, 4))
    outcome = execute(notebook, limits, sandboxed)
    judged, findings = guards.judged(outcome.notebook, expected, reference)
    told = [(finding.cell, finding.seen) for finding in findings]
    return nbformat.writes(judged), told, outcome.stopped, outcome.seconds, outcome.peak_memory
