"""Guards around tests: cells whose outcome only the instructor's side knows, so that a kernel that lies is noticed.

Tests run in the student's own process, which can be made to say anything. So every test is surrounded: a cell before it
must report what the tests rest on (`probe`), its own last line must compute a number drawn for this run, and a cell
after it, an assertion of a falsehood, must fail. A kernel that swallows errors, or answers for the tests, gives itself
away at one of them, or has to tell them apart from tests, one by one and in advance.
"""

import ast
import inspect
import json
import re
import secrets
from dataclasses import dataclass

import nbformat

from course_utils.grading import audit, probe

TAMPERED = "Tampering"
NOT_RUN = "NotRun"
OURS = (TAMPERED, NOT_RUN)
GUARD = "course_guard"
# IPython keeps the text of the running cell in these; tests themselves stay out of its history.
PLACES = re.compile(
    r"\b(?:linecache|get_parent|parent_header|last_execution_result|raw_cell|history_manager|_getframe"
    r"|tb_frame|gi_frame|f_back|f_globals|co_consts|_ih|__traceback__)\b"
)


@dataclass(frozen=True)
class Finding:
    """Something that the instructor should look at: the test cell, and what was seen there."""

    cell: str
    seen: str


def guarded(notebook):
    """A copy of a notebook with guards around its tests, and what they must show: a dictionary for `judged`."""
    cells, expected = [_cell(f"{inspect.getsource(audit)}\n\ninstall()\ndel install", None, "first")], {}
    handed_out = []
    for cell in nbformat.from_dict(notebook).cells:
        if not is_test(cell):
            cells.append(cell)
            handed_out += _definitions(cell)
            continue
        a, b, key = secrets.randbelow(10**6), secrets.randbelow(10**6), secrets.token_hex(8)
        expected[key] = {"name": grade_id(cell), "source": cell.source, "number": a * b + a}
        again = "\n".join(dict.fromkeys(handed_out))
        looks = f"{inspect.getsource(probe)}\n\n__import__('json').dumps(fingerprint(globals()))"
        before = _cell(f"{again}\n{looks}", key, "before")
        after = _cell(f"assert {a} * {b} == {a * b + 1 + secrets.randbelow(1000)}, {b}", key, "after")
        expected[key]["falsehood"] = str(b)
        cell.source = f"{cell.source}\n{a} * {b} + {a}"
        cell.metadata[GUARD] = [key, "test"]
        cells += [before, cell, after]
    copy = nbformat.from_dict(notebook)
    copy.cells = cells
    return copy, expected


def judged(executed, expected, reference):
    """The executed notebook without its guards, and what they found.

    Args:
        executed: what `guarded` made, run.
        expected: what `guarded` returned beside it.
        reference: fingerprint of a kernel that nobody has touched, or None to take the word of no probe.

    Returns:
        The notebook, in which a test whose guards found something has an error output, so that it earns nothing; and a
        list of `Finding`.
    """
    findings, cells, seen = [], [], {}
    for cell in executed.cells:
        key, role = cell.metadata.get(GUARD, (None, None))
        if role is None:
            cells.append(cell)
        if key is None:
            continue
        seen.setdefault(key, {})[role] = cell
        if role == "test":
            cells.append(cell)
    looked = peeking(cells)
    for key, must in expected.items():
        parts = seen[key]
        problem = looked or _problem(parts, must, reference)
        _restore(parts["test"], must)
        if problem:
            findings.append(Finding(must["name"], problem))
            parts["test"].outputs = [error(TAMPERED, f"This test earned nothing: {problem}. A person will look at it.")]
    executed.cells = cells
    return executed, findings


def peeking(cells):
    """What in the student's own cells names a place where the text of a test can be read; None where nothing does."""
    for cell in cells:
        locked = cell.metadata.get("nbgrader", {}).get("locked")
        named = () if locked or cell.cell_type != "code" else PLACES.findall(cell.source)
        if named:
            return f"the student's code names {named[0]!r}, where the tests can be read"
    return None


def is_test(cell):
    """Whether a cell's outcome decides marks."""
    told = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(told.get("grade")) and not told.get("solution")


def grade_id(cell):
    """The cell's name in the gradebook."""
    return cell.metadata["nbgrader"]["grade_id"]


def error(name, text):
    """An error output."""
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])


def stream(text):
    """An output of plain text."""
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def _cell(source, key, role):
    return nbformat.v4.new_code_cell(source, metadata={GUARD: [key, role]})


def _problem(parts, must, reference):
    test = parts["test"]
    if _stopped(test):
        return None
    if not _failed(test) and _answer(test) != str(must["number"]):
        return "it did not fail, and its last line did not compute what it must"
    if _stopped(parts["after"]):
        return None if _failed(test) else "the kernel ended right after it"
    if not any(e.ename == "AssertionError" and e.evalue == must["falsehood"] for e in _errors(parts["after"])):
        return "a false assertion after it did not fail"
    return _changed(parts["before"], reference, must["source"])


def _changed(before, reference, source):
    try:
        found = json.loads(ast.literal_eval(_answer(before)))
    except (ValueError, SyntaxError, TypeError):
        return "the cell that looks at the kernel gave no answer"
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    shadowed = sorted(name for name in names if f"shadow: {name}" in found)
    if shadowed:
        return f"the notebook has its own {shadowed[0]!r}, a name of Python's that this test uses"
    if reference is None:
        return None
    changed = [
        n for n, text in found.items() if reference.get(n, text) != text and n.startswith(("function: ", "trace: "))
    ]
    changed += [n for n in found if n.startswith("hook: ") and n not in reference and not _installed(n + found[n])]
    missing = [n for n in reference if n.startswith("function: builtins.") and n not in found]
    return f"changed in the kernel: {', '.join(sorted([*changed, *missing])[:5])}" if changed or missing else None


def _definitions(cell):
    """Imports and definitions of a locked cell: they hold again before every test, whatever came between."""
    if cell.cell_type != "code" or not cell.metadata.get("nbgrader", {}).get("locked"):
        return []
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return [ast.unparse(node) for node in ast.parse(cell.source).body if isinstance(node, kinds)]


def _installed(text):
    return "site-packages" in text or "built in" in text or "/lib/python" in text


def _restore(test, must):
    test.source = must["source"]
    del test.metadata[GUARD]
    test.outputs = [o for o in test.outputs if o.output_type != "execute_result"]
    for output in test.outputs:
        # nbgrader gives no marks for a test that writes there, and a library's warning is no wrong answer.
        if output.output_type == "stream":
            output.name = "stdout"


def _answer(cell):
    results = [o for o in cell.outputs if o.output_type == "execute_result"]
    return results[-1].data.get("text/plain") if results else None


def _errors(cell):
    return [o for o in cell.outputs if o.output_type == "error"]


def _failed(cell):
    return bool(_errors(cell))


def _stopped(cell):
    return any(e.ename == NOT_RUN for e in _errors(cell))
