"""The whole batch: marks, grades, feedback; going on, grading again, and a corpus of hostile submissions."""

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import psutil
import pytest

from course_utils.grading import batch
from course_utils.grading.course import SourceError
from course_utils.grading.limits import MEBI, Limits
from course_utils.grading.schedule import LocalPool
from tests.grading import sample

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]
TIGHT = Limits(memory=600 * MEBI, processes=60, cell_seconds=6, wall_seconds=30)
MARKS = {"test_square": 2, "test_cube": 3}


def graded(root, **options):
    return {record.student: record for record in batch.grade(root, sample.NAME, limits=TIGHT, **options)}


def rows(root):
    with open(root / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def page(root, student):
    return (root / "feedback" / student / sample.NAME / f"{sample.NAME}.html").read_text()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in which everything was graded once: honest, wrong, broken and hostile submissions side by side."""
    root = sample.make_course(tmp_path_factory.mktemp("course"))
    sample.hand_in(root, "ada", sample.answered())
    sample.hand_in(root, "bob", sample.answered(square="def square(x):\n    return x + x"))
    sample.hand_in(root, "cyd", sample.answered("def square(x):\n    raise NotImplementedError", "..."))
    sample.hand_in(root, "liv", sample.answered(square="def square(x):\n    return 4"))
    sample.hand_in(root, "junk", "{")
    sample.hand_in(root, "Zoë O'Neil [2]", sample.answered())
    sample.hand_in(root, "=cmd|' ", sample.answered())
    sample.hand_in(root, "..%2F..", sample.answered())
    for name, (answers, _, _) in sample.hostile().items():
        sample.hand_in(root, f"hostile_{name}", sample.answered(*answers))
    sample.hand_in(root, "zed", sample.answered())
    # Other tests grade at the same time: what this batch leaves is told by a temporary folder of its own.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="batch-") as own:
        patch.setattr(tempfile, "tempdir", own)
        patch.setenv("TMPDIR", own)
        records = graded(root)
        time.sleep(1)
        left = [*os.listdir(own), *(p for p in psutil.process_iter(["cmdline"]) if f"{own}/" in str(p.info))]
    return root, records, left


def test_there_are_thirty_hostile_submissions_or_more():
    assert len(sample.hostile()) >= 30


@pytest.mark.parametrize("student", ["ada", "zed", "Zoë O'Neil [2]", "=cmd|' ", "..%2F.."])
def test_honest_work_has_its_marks_beside_hostile_work(course, student):
    _, records, _ = course
    assert records[student].marks == {name: [most, most] for name, most in MARKS.items()}
    assert records[student].status == batch.GRADED


@pytest.mark.parametrize("name", sample.hostile())
def test_hostile_work_earns_what_is_honest_in_it(course, name):
    _, records, _ = course
    record, (_, marks, reads) = records[f"hostile_{name}"], sample.hostile()[name]
    assert tuple(got for got, _ in record.marks.values()) == marks, record.reasons
    told = " ".join(record.reasons)
    assert reads == "nothing" or any(word in told for word in reads.split("|")), told
    assert (record.status == batch.LOOK) == ("Look at" in told)


def test_nothing_is_left_behind(course):
    _, _, left = course
    assert left == []
    assert not os.path.exists("/tmp/pickle_bomb")


def test_wrong_and_broken_work(course):
    _, records, _ = course
    assert records["bob"].score == 3
    assert records["cyd"].score == 0
    assert records["junk"].score == 0
    assert records["junk"].status == batch.REFUSED
    assert "JSON" in records["junk"].reasons[0]


def test_grades_have_a_line_for_everybody(course):
    root, records, _ = course
    lines = rows(root)
    # A spreadsheet must not run a name.
    assert set(lines) == {f"'{name}" if name.startswith("=") else name for name in records}
    assert lines["ada"]["score"] == "5.0"
    assert lines["ada"]["most"] == "5.0"
    assert lines["bob"]["test_square"] == "0.0"
    assert lines["junk"]["status"] == "refused"


def test_feedback_shows_no_hidden_test(course):
    root, _, _ = course
    for folder in (root / "feedback").iterdir():
        text = page(root, folder.name)
        assert "HIDDEN" not in text
        assert "square(3)" not in text
        assert "cube(-3)" not in text
        assert "<script>document" not in text
        assert "<img src=x" not in text
    assert "square(2) is 4" in page(root, "ada")
    assert "All tests of this cell passed" in page(root, "ada")
    assert "A test of this cell failed. try an odd number" in page(root, "liv")


def test_the_gradebook_marks_what_a_person_must_decide(course):
    from course_utils.grading.course import Course

    root, _, _ = course
    with Course(root, root / "work").gradebook() as book:
        found = book.find_submission_notebook(sample.NAME, sample.NAME, "hostile_no_asserts")
        assert {g.name: g.needs_manual_grade for g in found.grades} == {"test_square": False, "test_cube": True}


def test_a_second_run_grades_nothing_again(course):
    root, records, _ = course
    told = []
    again = graded(root, progress=lambda *report: told.append(report))
    assert told == []
    assert {s: r.score for s, r in again.items()} == {s: r.score for s, r in records.items()}


@pytest.fixture
def small(tmp_path):
    root = sample.make_course(tmp_path)
    for student in ("ada", "bob", "cyd"):
        sample.hand_in(root, student, sample.answered())
    return root


def test_what_changed_is_graded_again(small):
    graded(small)
    sample.hand_in(small, "bob", sample.answered(cube="def cube(x):\n    return -1"))
    told = []
    records = graded(small, progress=lambda done, of, record: told.append((done, of, record.student)))
    assert told == [(3, 3, "bob")]
    assert records["bob"].score == 2
    assert rows(small)["bob"]["score"] == "2.0"


def test_a_changed_source_grades_everything_again(small):
    graded(small)
    path = small / "solutions" / sample.NAME / f"{sample.NAME}.ipynb"
    path.write_text(path.read_text().replace("cube(-3)) == -27", "cube(-2)) == -8"))
    told = []
    graded(small, progress=lambda *report: told.append(report))
    assert len(told) == 3


def test_a_run_that_was_killed_goes_on(small):
    for i in range(4):
        sample.hand_in(small, f"slow{i}", sample.answered(cube="import time\ntime.sleep(1)\n" + sample.CUBE))
    line = [sys.executable, "-m", "course_utils.grading", sample.NAME, "--root", str(small), "--workers", "1"]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, start_new_session=True)
    records = small / "autograded" / ".records" / sample.NAME
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(list(records.glob("*.json"))) < 2:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = {json.loads(path.read_text())["student"] for path in records.glob("*.json")}
    assert 2 <= len(kept) < 7
    told = []
    done = graded(small, progress=lambda _done, _of, record: told.append(record.student))
    assert set(told) == set(done) - kept
    assert all(record.score == 5 for record in done.values())


class Failing(LocalPool):
    """A pool in which one job is lost."""

    def run(self, function, jobs):
        yield "bob", RuntimeError("its worker was killed")
        yield from super().run(function, {key: jobs[key] for key in jobs if key != "bob"})


def test_what_the_grader_itself_lost_is_told_and_graded_by_the_next_run(small):
    records = graded(small, pool=Failing(1))
    assert (records["bob"].status, records["bob"].score, records["ada"].score) == (batch.REFUSED, 0, 5)
    assert "start it again" in rows(small)["bob"]["reasons"]
    told = []
    records = graded(small, progress=lambda _done, _of, record: told.append(record.student))
    assert told == ["bob"]
    assert (records["bob"].status, records["bob"].score) == (batch.GRADED, 5)


def test_a_late_hand_in_is_graded_with_its_time(small):
    (small / "submitted" / "ada" / sample.NAME / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")
    (small / "submitted" / "bob" / sample.NAME / "timestamp.txt").write_text("when I was done")
    records = graded(small)
    assert records["ada"].score == records["bob"].score == 5
    assert any("timestamp" in reason for reason in records["bob"].reasons)


def test_an_unknown_assignment_is_refused_by_name(small):
    with pytest.raises(SourceError, match=r"'hw9'.*hw0_powers"):
        batch.grade(small, "hw9")


def test_no_submissions_are_no_error(tmp_path):
    assert batch.grade(sample.make_course(tmp_path), sample.NAME, limits=TIGHT) == []
    assert rows(tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "kept"),
    [("ada", "ada"), ("Ada Love", "Ada Love"), ("a.b@c", "a.b@c"), ("ü", "ü"), ("..", "%2E%2E"), ("a[1]", "a%5B1%5D")],
)
def test_names_are_made_safe(name, kept):
    assert batch.safe(name) == kept
