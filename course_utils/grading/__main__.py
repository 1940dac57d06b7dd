"""`python -m course_utils.grading ASSIGNMENT`: what `make grade ASSIGNMENT=...` runs."""

import argparse
import sys
import time

from course_utils.grading import batch, sandbox
from course_utils.grading.course import SourceError
from course_utils.grading.schedule import DaskPool, LocalPool

UNSAFE = (
    "Students' code runs WITHOUT a sandbox, as you: it can read your files, the solutions and other submissions, "
    "and use the network."
)


class Bar:
    """A line that says how far the batch is, and how long it will take."""

    def __init__(self):
        self.started, self.first = time.monotonic(), None

    def __call__(self, done, of, record):
        self.first = done - 1 if self.first is None else self.first
        left = batch.left(self.started, done, of, self.first)
        filled = round(30 * done / of)
        wait = f"{left / 60:.0f} min left" if left and left > 90 else f"{left or 0:.0f} s left"
        end = "\n" if done == of else ""
        print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{of}  {wait}   ", end=end, flush=True)


def main(arguments=None):
    """Grade one assignment, say what came of it; returns the exit status."""
    given = _parser().parse_args(arguments)
    if given.unsafe_no_sandbox:
        print(UNSAFE, file=sys.stderr)
    try:
        if not given.unsafe_no_sandbox:
            sandbox.version()
        pool = DaskPool(given.dask) if given.dask else LocalPool(given.workers)
        records = batch.grade(given.root, given.assignment, pool, sandboxed=not given.unsafe_no_sandbox, progress=Bar())
    except (SourceError, sandbox.SandboxMissingError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    if not records:
        print(f"There are no submissions of {given.assignment}: put them at submitted/<student>/{given.assignment}/.")
    for status in (batch.REFUSED, batch.LOOK):
        for record in records:
            if record.status == status:
                print(f"{status:8} {record.student}: {' '.join(record.reasons)}")
    print(f"{len(records)} submissions, in grades.csv, gradebook.db and feedback/.")
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m course_utils.grading", description=__doc__)
    parser.add_argument("assignment", help="as in solutions/, such as hw1_shapes_and_losses")
    parser.add_argument("--root", default=".", help="the course's folder")
    parser.add_argument("--workers", type=int, help="kernels at a time; default: one for each core")
    parser.add_argument("--dask", help="address of a dask scheduler, to grade on its workers")
    parser.add_argument("--unsafe-no-sandbox", action="store_true", help="run students' code as yourself")
    return parser


if __name__ == "__main__":
    sys.exit(main())
