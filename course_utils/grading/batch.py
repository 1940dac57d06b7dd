"""Grades all submissions of an assignment: what is new or changed, whatever is handed in, and to the end."""

import ast
import csv
import hashlib
import json
import os
import re
import tempfile
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

import dateutil.parser
import nbformat

from course_utils.grading import guards, intake
from course_utils.grading.course import Course
from course_utils.grading.execution import execute
from course_utils.grading.job import run_one
from course_utils.grading.limits import Limits
from course_utils.grading.schedule import LocalPool

GRADED, REFUSED, LOOK = "graded", "refused", "look"
PLAIN_NAME = re.compile(r"[\w@+-](?:[\w .@+-]*[\w@+-])?")


@dataclass
class Record:
    """What is known of one submission; it is kept as a file, so that a run that was cut off goes on.

    Args:
        student: name of the folder that was handed in.
        id: the name in the gradebook: the same, or made safe.
        status: `"graded"`; `"look"`, graded with something for a person to decide; `"refused"`, no marks.
        digest: of the files handed in and of the source that they were graded by.
        reasons: sentences for the instructor.
        marks: marks and most marks by test.
        seconds: that its kernel ran.
        megabytes: of memory at most.
    """

    student: str
    id: str
    status: str
    digest: str
    reasons: list = field(default_factory=list)
    marks: dict = field(default_factory=dict)
    seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def score(self):
        return sum(got for got, _ in self.marks.values())


def grade(root, assignment, pool=None, limits=None, sandboxed=True, progress=None):
    """Grade what lies in `submitted/<student>/<assignment>/`, and write `grades.csv` and the feedback pages.

    Args:
        root: the course's folder.
        assignment: its name, as in `solutions/`.
        pool: a `LocalPool` or `DaskPool`; None makes a `LocalPool` for all cores.
        limits: a `Limits`, for each submission.
        sandboxed: False runs students' code unprotected.
        progress: function of (done, all, record) that is called after each submission; or None.

    Returns:
        List of `Record`, by student.

    Raises:
        SourceError, SandboxMissingError: nothing was graded.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="course-grading-") as work, pool or LocalPool() as pool:
        course = Course(root, work)
        source = course.source(assignment)
        reference = _reference(source, limits, sandboxed)
        folders = _folders(course.root, assignment)
        digests = {name: _digest(folder, source) for name, folder in folders.items()}
        records = {name: _known(course.root, assignment, name, digests[name]) for name in folders}
        done = sum(record is not None for record in records.values())
        jobs = {}
        for name, folder in folders.items():
            if records[name] is not None:
                continue
            record = Record(name, safe(name), GRADED, digests[name])
            try:
                submission = _read(folder, assignment, source)
            except intake.RefusedError as error:
                records[name], done = _refused(course, assignment, record, str(error)), done + 1
                _tell(progress, done, len(folders), records[name])
                continue
            record.reasons += submission.remarks
            jobs[name] = (nbformat.writes(submission.notebook), reference, limits, sandboxed)
            records[name] = record
        for name, result in pool.run(run_one, jobs):
            records[name] = _graded(course, assignment, folders[name], records[name], result)
            done += 1
            _tell(progress, done, len(folders), records[name])
        write_grades(course.root / "grades.csv", assignment, records.values())
    return list(records.values())


def safe(name):
    """A student's name as the gradebook and file patterns take it: other characters become percent codes."""
    return name if PLAIN_NAME.fullmatch(name) else quote(name, safe="@+-").replace(".", "%2E")


def write_grades(path, assignment, records):
    """Write one line for each submission; what a spreadsheet would take for a formula is written as text."""
    tests = list(dict.fromkeys(name for record in records for name in record.marks))
    partly = path.with_suffix(".part")
    with open(partly, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["student", "assignment", "status", "score", "most", *tests, "seconds", "MB", "reasons"])
        for record in sorted(records, key=lambda record: record.student):
            most = sum(most for _, most in record.marks.values())
            marks = [record.marks.get(name, ("", ""))[0] for name in tests]
            known = [record.student, assignment, record.status, record.score, most, *marks]
            row = [*known, round(record.seconds, 1), round(record.megabytes), " ".join(record.reasons)]
            rows.writerow([f"'{v}" if isinstance(v, str) and v[:1] in "=+-@\t\r" and v else v for v in row])
    os.replace(partly, path)


def _reference(source, limits, sandboxed):
    """Fingerprint of a kernel in which the instructor's own solution has run."""
    notebook, _ = guards.guarded(source)
    outcome = execute(notebook, limits, sandboxed)
    for cell in outcome.notebook.cells:
        if cell.metadata.get(guards.GUARD, ("", ""))[1] == "before":
            return json.loads(ast.literal_eval(cell.outputs[-1].data["text/plain"]))
    return None


def _folders(root, assignment):
    """Folders of all submissions, by student."""
    submitted = root / "submitted"
    students = sorted(p for p in submitted.iterdir() if p.is_dir()) if submitted.is_dir() else []
    return {p.name: p / assignment for p in students if os.path.lexists(p / assignment)}


def _digest(folder, source):
    digest = hashlib.sha256(nbformat.writes(source).encode())
    paths = sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
    for path in paths:
        digest.update(path.name.encode(errors="replace"))
        if path.is_file() and not path.is_symlink():
            with open(path, "rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _read(folder, assignment, source):
    path, remarks = intake.find(folder, assignment)
    submission = intake.read(path, source)
    return intake.Submission(submission.notebook, (*remarks, *submission.remarks))


def _refused(course, assignment, record, reason):
    record.status = REFUSED
    record.reasons.append(reason)
    course.nothing(assignment, record.id)
    return _kept(course, assignment, record)


def _graded(course, assignment, folder, record, result):
    if isinstance(result, Exception):
        # No fault of the submission, so it is not kept: the next run tries again.
        course.nothing(assignment, record.id)
        record.status = REFUSED
        record.reasons.append(f"The grader failed on it, start it again ({type(result).__name__}: {result}).")
        return record
    text, findings, stopped, record.seconds, peak = result
    record.megabytes = peak / 2**20
    if stopped:
        record.reasons.append(f"Its kernel was stopped: {stopped}.")
    record.reasons += [f"Look at {cell}: {seen}." for cell, seen in findings]
    record.status = LOOK if findings else GRADED
    handed_in = _handed_in(folder, record)
    try:
        course.record(assignment, record.id, nbformat.reads(text, 4), handed_in)
        course.look_again(assignment, record.id, {cell for cell, _ in findings})
        course.feedback(assignment, record.id)
    # nbgrader gives up on a submission in many ways, and one may not end the batch.
    except (Exception, SystemExit) as error:
        return _refused(course, assignment, record, f"nbgrader failed on it ({type(error).__name__}: {error}).")
    return _kept(course, assignment, record)


def _handed_in(folder, record):
    """Text of the time of handing in, or None; a remark where there is something that is no time."""
    stamp = folder / "timestamp.txt"
    if not stamp.is_file() or stamp.is_symlink():
        return None
    text = stamp.read_text(errors="replace")[:100].strip()
    try:
        dateutil.parser.parse(text)
    except (ValueError, OverflowError):
        record.reasons.append(f"timestamp.txt holds no time and was left out: {text!r}.")
        return None
    return text


def _kept(course, assignment, record):
    """Complete a record with its marks, and keep it as a file; the file stands for 'this submission is done'."""
    record.marks = course.marks(assignment, record.id)
    path = _place(course.root, assignment, record.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_suffix(".part")
    partly.write_text(json.dumps(asdict(record), indent=1))
    os.replace(partly, path)
    return record


def _known(root, assignment, name, digest):
    """The record of a submission that was graded as it lies there now, or None."""
    path = _place(root, assignment, name)
    if not path.is_file():
        return None
    record = Record(**json.loads(path.read_text()))
    return record if record.digest == digest else None


def _place(root, assignment, name):
    return root / "autograded" / ".records" / assignment / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


def _tell(progress, done, of, record):
    if progress:
        progress(done, of, record)


def left(started, done, of, first):
    """Seconds left, from what the submissions of this run have taken so far; None before the first."""
    fresh = done - first
    return (time.monotonic() - started) / fresh * (of - done) if fresh > 0 else None
