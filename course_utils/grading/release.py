"""`python -m course_utils.grading.release`: makes `assignments/` from `solutions/`; what `make assignments` runs."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from course_utils.grading.course import Course, SourceError


def release(root, into=None):
    """Generate every assignment from its source, without solutions and hidden tests; returns their names.

    Args:
        root: the course's folder.
        into: the folder to write, instead of the course's `assignments/`. What else lies in it is removed.

    Raises:
        SourceError: for a source that nbgrader refuses; nothing is changed then.
    """
    into = Path(into or Path(root) / "assignments")
    with tempfile.TemporaryDirectory(prefix="course-release-") as work:
        # A gradebook of its own: this one only makes files, and the instructor's is not touched.
        course = Course(root, work, database=Path(work) / "gradebook.db")
        for name in course.assignments():
            course.source(name)
        made = Path(work) / "release"
        if into.exists():
            shutil.rmtree(into)
        if made.exists():
            shutil.copytree(made, into)
    return course.assignments()


def main(arguments=None):
    """Write the assignments and say which; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m course_utils.grading.release", description=__doc__)
    parser.add_argument("--root", default=".", help="the course's folder")
    try:
        names = release(parser.parse_args(arguments).root)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Wrote {len(names)} assignments: {', '.join(names) or 'none'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
