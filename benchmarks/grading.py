"""How long a class takes to grade: a folder of generated submissions, through the grader as it is.

Usage: python -m benchmarks.grading [--submissions 200] [--assignment hw1_shapes_and_losses] [--workers N] [--seed 0]

The class is drawn from the assignment's own answers: the solution, typical wrong answers, the blank page, loops without
an end, and notebooks that are none. Each submission's marks are known, and checked. Prints a line, and writes
`benchmarks/results/grading.json`.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil

from course_utils.grading import batch
from course_utils.grading.__main__ import Bar
from course_utils.grading.schedule import LocalPool
from tests.assignments.answers import ROOT, answered, full, points, released, told, wrong
from tools.run_notebooks import PeakMemory

RESULT = Path(__file__).parent / "results" / "grading.json"
SHARES = {"full": 45, "wrong": 44, "blank": 6, "endless": 3, "broken": 2}  # of a hundred students


def endless(assignment):
    """The full answers, but the first answer cell never ends: it and the tests that need it have no marks."""
    notebook = full(assignment)
    first = next(cell for cell in notebook.cells if told(cell).get("solution"))
    first.source = "while True:\n    pass"
    return notebook


def drawn(assignment, count, seed):
    """Yield (kind, file's text, marks or None where they depend on which tests need the endless cell)."""
    most = sum(points(assignment).values())
    mistakes = [answered(assignment, mistake) for mistake in wrong(assignment).values()]
    worth = [(notebook, most - sum(points(assignment)[test] for test in lost)) for notebook, lost in mistakes]
    made = {
        "full": [(nbformat.writes(full(assignment)), most)],
        "wrong": [(nbformat.writes(notebook), marks) for notebook, marks in worth],
        "blank": [(nbformat.writes(released(assignment)), 0)],
        "endless": [(nbformat.writes(endless(assignment)), None)],
        "broken": [('{"cells": [', 0)],
    }
    chance = random.Random(seed)
    for kind in chance.choices(list(SHARES), SHARES.values(), k=count):
        yield kind, *chance.choice(made[kind])


def hand_in(root, assignment, submissions):
    """Write the submissions as students' folders; returns {student: marks or None}."""
    shutil.copytree(ROOT / "solutions" / assignment, root / "solutions" / assignment)
    marks = {}
    for number, (kind, text, earned) in enumerate(submissions):
        student = f"{number:03d}_{kind}"
        folder = root / "submitted" / student / assignment
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_text(text)
        marks[student] = earned
    return marks


def main():
    """Grade a generated class; returns the exit status, 1 where a mark was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--assignment", default="hw1_shapes_and_losses")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, PeakMemory() as memory:
        root = Path(folder)
        marks = hand_in(root, given.assignment, drawn(given.assignment, given.submissions, given.seed))
        started = time.monotonic()
        records = batch.grade(root, given.assignment, LocalPool(given.workers), progress=Bar())
        seconds = time.monotonic() - started
    wrongly = [r.student for r in records if marks[r.student] is not None and r.score != marks[r.student]]
    own = psutil.Process().memory_info().rss
    alone = sorted(record.seconds for record in records if record.seconds)
    row = {
        **vars(given),
        "seconds": round(seconds, 1),
        "median_kernel_seconds": round(alone[len(alone) // 2], 2),
        "longest_kernel_seconds": round(alone[-1], 1),
        "workers_and_kernels_mb": round(memory.peak / 2**20),
        "grader_mb": round(own / 2**20),
        "largest_sandbox_mb": round(max(record.megabytes for record in records)),
        "kinds": {kind: sum(student.endswith(kind) for student in marks) for kind in SHARES},
        "wrong_marks": wrongly,
    }
    print(json.dumps(row, indent=1))
    RESULT.write_text(json.dumps(row, indent=1) + "\n")
    return 1 if wrongly else 0


if __name__ == "__main__":
    sys.exit(main())
