"""Reads what a student handed in, whatever it is, and makes a notebook of it that can be graded."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbformat.reader

from course_utils.grading.hidden import visible

LARGEST_FILE = 20 * 2**20
MOST_CELLS = 2000


class RefusedError(Exception):
    """A submission that cannot be graded; the message is a sentence for the instructor."""


@dataclass(frozen=True)
class Submission:
    """A submission that can be graded.

    Args:
        notebook: the student's cells, in their order. Of her metadata only known grade ids are left, and what stands
            beside them comes from the source; there are no outputs.
        remarks: sentences for the instructor on what was mended.
    """

    notebook: nbformat.NotebookNode
    remarks: tuple


def find(folder, assignment):
    """Path of the one notebook in a submission's folder, and remarks about its name.

    Raises:
        RefusedError: where there is none, more than one under another name, or something that is no plain file.
    """
    folder = Path(folder)
    if folder.is_symlink() or not folder.is_dir():
        raise RefusedError(f"{folder.name!r} is a link or a file, and should be a folder.")
    notebooks = sorted(path for path in folder.iterdir() if path.suffix == ".ipynb")
    wanted = folder / f"{assignment}.ipynb"
    if wanted in notebooks:
        return _plain(wanted), ()
    if not notebooks:
        handed_in = ", ".join(sorted(repr(path.name) for path in folder.iterdir())[:5]) or "nothing"
        raise RefusedError(f"There is no notebook. Expected {wanted.name}; handed in: {handed_in}.")
    if len(notebooks) > 1:
        names = ", ".join(repr(path.name) for path in notebooks[:5])
        raise RefusedError(f"There are {len(notebooks)} notebooks and none is named {wanted.name}: {names}.")
    return _plain(notebooks[0]), (f"{notebooks[0].name!r} was taken for {wanted.name}.",)


def read(path, source):
    """The `Submission` in a file.

    Args:
        path: of the notebook.
        source: the assignment's source notebook, solutions and hidden tests included.

    Raises:
        RefusedError: where the file is no notebook, too large, or holds no code.
    """
    found, remarks = _parsed(path), []
    language = (found.metadata.get("kernelspec") or {}).get("name", "python3")
    if "python" not in str(language).lower():
        remarks.append(f"It was written for the kernel {str(language)[:40]!r}, and was run with python3.")
    cells = [_clean(cell) for cell in found.cells]
    if not any(cell.source.strip() for cell in cells if cell.cell_type == "code"):
        raise RefusedError("No code cell holds any code: there may be outputs, but nothing that could be graded.")
    known = {_id(cell): cell for cell in source.cells if _id(cell)}
    cells, mended = _restored(cells, known)
    remarks += mended
    missing = [name for name in known if name not in {_id(cell) for cell in cells}]
    locked = [name for name in missing if known[name].metadata.nbgrader["locked"]]
    if locked:
        remarks.append(f"Locked cells were missing and stand at the end now: {_listed(locked)}.")
        cells += [_from_source(known[name]) for name in locked]
    if lost := [name for name in missing if name not in locked]:
        remarks.append(f"Answer cells have lost their names, their code still runs: {_listed(lost)}.")
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": dict(source.metadata["kernelspec"])})
    return Submission(notebook, tuple(remarks))


def _plain(path):
    # A link may lead to a file of the instructor's, and a pipe is never at its end.
    if not stat.S_ISREG(path.lstat().st_mode):
        raise RefusedError(f"{path.name!r} is a link or a device, and should be a plain file.")
    return path


def _parsed(path):
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise RefusedError(
            f"The notebook has {size / 2**20:.0f} MB, and {LARGEST_FILE / 2**20:.0f} are allowed. Ask for one without "
            "outputs (Kernel, Restart and clear outputs)."
        )
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8-sig") as file:
            found = json.load(file)
    except UnicodeDecodeError as error:
        raise RefusedError(f"The file is no text in UTF-8 (byte {error.start}), so it is no notebook.") from error
    except ValueError as error:
        raise RefusedError(f"The file is no notebook: its JSON breaks off or is malformed ({error}).") from error
    except RecursionError as error:
        raise RefusedError("The file is no notebook: its JSON is nested too deeply.") from error
    return _upgraded(found)


def _upgraded(found):
    if not isinstance(found, dict) or not ({"cells", "worksheets"} & set(found)):
        raise RefusedError("The file holds JSON, but it is no notebook: it has no cells.")
    try:
        major, minor = nbformat.reader.get_version(found)
        found = nbformat.convert(nbformat.versions[major].to_notebook_json(found, minor=minor), 4)
        cells = found.cells
        metadata = found.setdefault("metadata", nbformat.from_dict({}))
        bad = not isinstance(cells, list) or not isinstance(metadata, dict) or not all(map(_sound, cells))
    # nbformat has no error of its own for a notebook that is none: attributes, keys or types are wrong somewhere.
    except Exception as error:
        raise RefusedError(
            f"The file is no notebook that Jupyter can read ({type(error).__name__}: {error})."
        ) from error
    if bad:
        raise RefusedError("The file is no notebook that Jupyter can read: a cell has no type or no text.")
    if len(cells) > MOST_CELLS:
        raise RefusedError(f"The notebook has {len(cells)} cells, and {MOST_CELLS} are allowed.")
    return found


def _sound(cell):
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    source = cell.get("source")
    return isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))


def _clean(cell):
    """A cell of the same type and text, with its grade id as only metadata."""
    source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
    # Half a surrogate pair cannot be sent to a kernel.
    source = source.encode("utf-8", "replace").decode()
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    fresh = make.get(cell.cell_type, nbformat.v4.new_raw_cell)(source)
    if name := _id(cell):
        fresh.metadata.nbgrader = nbformat.from_dict({"grade_id": name})
    return fresh


def _restored(cells, known):
    """The cells, with the metadata of the source on each grade id and the source's text in locked cells; and remarks.

    Of several cells with one name the last keeps it: it is the one whose definitions hold in the end.
    """
    changed, repeated, foreign, fresh = [], [], [], []
    seen = set()
    for cell in reversed(cells):
        name = _id(cell)
        if name is not None and (name in seen or name not in known):
            (repeated if name in seen else foreign).append(name)
            del cell.metadata["nbgrader"]
        elif name is not None:
            seen.add(name)
            ours = _from_source(known[name])
            if not known[name].metadata.nbgrader["locked"]:
                ours.source = cell.source
            elif cell.source.strip() not in (ours.source.strip(), visible(ours.source).strip()):
                changed.append(name)
            cell = ours
        fresh.append(cell)
    remarks = [f"Locked cells were changed, and are as handed out again: {_listed(changed)}."] if changed else []
    remarks += [f"Names stood on several cells, the last keeps it: {_listed(repeated)}."] if repeated else []
    remarks += [f"Names of cells that are not ours were taken off: {_listed(foreign)}."] if foreign else []
    return fresh[::-1], remarks


def _from_source(known):
    cell = _clean(known)
    cell.metadata.nbgrader = nbformat.from_dict(dict(known.metadata.nbgrader))
    return cell


def _listed(names):
    return ", ".join(repr(name[:60]) for name in sorted(set(names))[:5])


def _id(cell):
    told = cell.get("metadata", {})
    told = told.get("nbgrader") if isinstance(told, dict) else None
    name = told.get("grade_id") if isinstance(told, dict) else None
    return name if isinstance(name, str) and name else None
