"""nbgrader's side of grading: the gradebook, the autograded notebooks, the feedback pages. One process writes."""

import json
import logging
import os
import sysconfig
import warnings
from pathlib import Path

import nbformat
import sqlalchemy.exc
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from course_utils.grading.feedback import HideTests

COURSE = "cnn-gan-course"
# What nbgrader reports of its own work would tear the progress bar; its errors are raised all the same.
QUIET = logging.getLogger("course_utils.grading.nbgrader")
QUIET.setLevel(logging.CRITICAL)


class SourceError(ValueError):
    """The assignment itself cannot be used; the message says why."""


class Replay(NbGraderPreprocessor):
    """Stands where nbgrader runs a notebook, and puts in what the sandbox recorded of the same cells."""

    executed = {}

    def preprocess(self, nb, resources):
        told = self.executed[resources["nbgrader"]["student"]]
        if [cell.source for cell in nb.cells] != [cell.source for cell in told.cells]:
            raise RuntimeError("The cells that ran are not the cells that are marked. This is a fault of the grader.")
        for cell, ran in zip(nb.cells, told.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = ran.outputs, ran.execution_count
        return nb, resources


class Course:
    """The folders and the gradebook of one course.

    Args:
        root: the course's folder, with `solutions/` in it. `gradebook.db`, `autograded/` and `feedback/` are written
            there, `submitted/` is read.
        work: a folder for what is only needed while grading runs.
        database: the gradebook's file; None takes the course's own.
    """

    def __init__(self, root, work, database=None):
        self.root, self.work = Path(root).resolve(), Path(work).resolve()
        # nbgrader starts its database's `alembic` by name, and this environment need not be the active one.
        os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
        self.database = f"sqlite:///{database or self.root / 'gradebook.db'}"

    def assignments(self):
        """Names of the assignments that have a source, in order."""
        return sorted(path.stem for path in self.root.glob("solutions/*/*.ipynb") if path.parent.name == path.stem)

    def source(self, assignment):
        """The source notebook of an assignment as nbgrader keeps it, after it has been entered into the gradebook.

        Raises:
            SourceError: for an unknown assignment, or one that nbgrader refuses.
        """
        path = self.root / "solutions" / assignment / f"{assignment}.ipynb"
        if not path.is_file():
            known = ", ".join(self.assignments()) or "none"
            raise SourceError(f"There is no assignment {assignment!r} in solutions/. The known ones are: {known}.")
        try:
            self._convert(GenerateAssignment, assignment, "*", release_directory=str(self.work / "release"), force=True)
        except (Exception, SystemExit) as error:
            raise SourceError(f"nbgrader refuses solutions/{assignment}: {error}") from error
        source = nbformat.read(path, 4)
        with self.gradebook() as book:
            kept = {cell.name: cell for cell in book.find_notebook(assignment, assignment).source_cells}
            for cell in source.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if name in kept:
                    cell.source = kept[name].source
                    cell.metadata.nbgrader["checksum"] = kept[name].checksum
                    cell.metadata.nbgrader["cell_type"] = kept[name].cell_type
        return source

    def record(self, assignment, student, notebook, timestamp=None):
        """Enter an executed notebook: marks into the gradebook, the notebook into `autograded/`."""
        staged = self.work / "staged" / student / assignment
        staged.mkdir(parents=True, exist_ok=True)
        nbformat.write(_without_outputs(notebook), staged / f"{assignment}.ipynb")
        if timestamp:
            (staged / "timestamp.txt").write_text(timestamp)
        Replay.executed = {student: notebook}
        steps = [Replay if step.__name__ == "Execute" else step for step in Autograde().autograde_preprocessors]
        config = Config({"Autograde": {"autograde_preprocessors": steps}})
        self._convert(Autograde, assignment, student, config, submitted_directory=str(self.work / "staged"), force=True)

    def nothing(self, assignment, student):
        """Enter a submission that could not be graded: no marks."""
        with self.gradebook() as book:
            book.update_or_create_student(student)
            submission = _quietly(book.update_or_create_submission, assignment, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = 0, False
            book.db.commit()

    def look_again(self, assignment, student, names):
        """Mark tests of a student for a person to look at."""
        with self.gradebook() as book:
            for name in names:
                book.find_grade(name, assignment, assignment, student).needs_manual_grade = True
            book.db.commit()

    def marks(self, assignment, student):
        """Marks by test, `{name: [marks, most]}`, in the assignment's order."""
        with self.gradebook() as book:
            notebook = book.find_submission_notebook(assignment, assignment, student)
            return {grade.name: [float(grade.score or 0), float(grade.max_score)] for grade in notebook.grades}

    def feedback(self, assignment, student):
        """Write the feedback page of one student, without hidden tests."""
        steps = [HideTests, *GenerateFeedback().preprocessors]
        config = Config({"GenerateFeedback": {"preprocessors": steps}, "HTMLExporter": {"sanitize_html": True}})
        self._convert(GenerateFeedback, assignment, student, config, force=True)

    def gradebook(self):
        """nbgrader's gradebook, as a context."""
        return Gradebook(self.database, COURSE)

    def _convert(self, converter, assignment, student, config=None, force=False, **folders):
        config = Config(config or {})
        config.CourseDirectory.update(
            {"root": str(self.root), "source_directory": "solutions", "course_id": COURSE, "db_url": self.database}
            | {"assignment_id": assignment, "student_id": student, "notebook_id": assignment}
            | folders
        )
        made = converter(coursedir=CourseDirectory(config=config), config=config, log=QUIET, force=force)
        _quietly(made.start)


def _quietly(function, *arguments):
    """Call it without the warnings that nbgrader's own use of its database makes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
        return function(*arguments)


def _without_outputs(notebook):
    copy = nbformat.from_dict(json.loads(nbformat.writes(notebook)))
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copy
