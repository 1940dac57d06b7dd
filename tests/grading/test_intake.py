"""Whatever is handed in: a notebook to grade, or a sentence."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading import intake
from tests.grading import sample


def read(tmp_path, given):
    path = tmp_path / "x.ipynb"
    if isinstance(given, bytes):
        path.write_bytes(given)
    else:
        path.write_text(given if isinstance(given, str) else nbformat.writes(given))
    return intake.read(path, sample.source())


def refused(tmp_path, given):
    with pytest.raises(intake.RefusedError) as caught:
        read(tmp_path, given)
    return str(caught.value)


def names(notebook):
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]


def test_a_sound_notebook_gets_its_hidden_tests_back(tmp_path):
    found = read(tmp_path, sample.answered())
    assert found.remarks == ()
    assert [c.source for c in found.notebook.cells if c.metadata.nbgrader["grade"]] == [
        c.source for c in sample.source().cells if c.metadata.nbgrader["grade"]
    ]
    assert found.notebook.cells[2].source == sample.SQUARE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "JSON breaks off"),
        ('{"cells": [', "JSON breaks off"),
        ("\xff\xfe".encode("latin1"), "UTF-8"),
        (b"PK\x03\x04\x00\xff", "UTF-8"),
        ("[1, 2]", "no cells"),
        ('{"a": 1}', "no cells"),
        ('{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "can read"),
        ('{"cells": [{"cell_type": "code"}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "can read"),
        ('{"cells": [7], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "can read"),
        ('{"cells": [], "nbformat": 99, "nbformat_minor": 5, "metadata": {}}', "can read"),
        ('{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "No code cell"),
        ("[" * 100000, "nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_named(tmp_path, text, sentence):
    assert sentence in refused(tmp_path, text)


def test_large_files_are_refused_with_their_size(tmp_path):
    path = tmp_path / "x.ipynb"
    with open(path, "wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(intake.RefusedError, match=r"50 MB, and 20 are allowed.*without outputs"):
        intake.read(path, sample.source())


def test_too_many_cells_are_refused(tmp_path):
    notebook = sample.answered()
    notebook.cells += [new_code_cell("1") for _ in range(intake.MOST_CELLS)]
    assert "cells, and" in refused(tmp_path, notebook)


def test_a_notebook_of_outputs_only(tmp_path):
    notebook = sample.answered("", "")
    for cell in notebook.cells:
        cell.source = cell.source if cell.cell_type == "markdown" else ""
    assert "No code cell holds any code" in refused(tmp_path, notebook)


def test_an_old_format_and_a_byte_order_mark_are_read(tmp_path):
    old = nbformat.convert(sample.answered(), 3)
    assert sample.SQUARE in [cell.source for cell in read(tmp_path, nbformat.writes(old, 3)).notebook.cells]
    assert read(tmp_path, b"\xef\xbb\xbf" + nbformat.writes(sample.answered()).encode()).notebook.cells


def test_another_kernel_is_remarked_and_replaced(tmp_path):
    notebook = sample.answered()
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    found = read(tmp_path, notebook)
    assert any("'ir'" in remark for remark in found.remarks)
    assert found.notebook.metadata.kernelspec["name"] == "python3"


def test_repeated_names_stay_on_the_last_cell(tmp_path):
    notebook = sample.answered()
    notebook.cells.insert(
        3, new_code_cell("def square(x):\n    return 0", metadata=sample.told("square", solution=True))
    )
    found = read(tmp_path, notebook)
    assert names(found.notebook).count("square") == 1
    assert found.notebook.cells[2].metadata == {}
    assert any("several cells" in remark for remark in found.remarks)


def test_missing_tests_stand_at_the_end(tmp_path):
    notebook = sample.answered()
    del notebook.cells[3]
    found = read(tmp_path, notebook)
    assert names(found.notebook)[-1] == "test_square"
    assert any("missing" in remark for remark in found.remarks)


def test_a_copy_without_any_names_is_still_graded(tmp_path):
    notebook = sample.answered()
    for cell in notebook.cells:
        del cell.metadata["nbgrader"]
    found = read(tmp_path, notebook)
    assert set(names(found.notebook)) >= {"test_square", "test_cube"}
    assert any("have lost their names" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    "forged",
    [
        {"points": 1000},
        {"points": "many"},
        {"grade": False},
        {"locked": False},
        {"solution": True},
        {"schema_version": 99},
        {"grade_id": ["x"]},
        {"grade_id": ""},
    ],
)
def test_forged_metadata_counts_for_nothing(tmp_path, forged):
    notebook = sample.answered()
    notebook.cells[3].metadata.nbgrader.update(forged)
    notebook.cells[3].metadata["tags"] = ["skip-execution"]
    tests = [c for c in read(tmp_path, notebook).notebook.cells if "test_square" in str(c.metadata)]
    assert len(tests) == 1
    assert dict(tests[0].metadata.nbgrader) == dict(sample.source().cells[3].metadata.nbgrader)
    assert "tags" not in tests[0].metadata
    assert "HIDDEN" in tests[0].source


def test_a_changed_test_is_as_it_was(tmp_path):
    notebook = sample.answered()
    notebook.cells[3].source = "assert True"
    found = read(tmp_path, notebook)
    assert found.remarks == ("Locked cells were changed, and are as handed out again: 'test_square'.",)
    assert found.notebook.cells[3].source == sample.source().cells[3].source


def test_a_foreign_name_is_taken_off(tmp_path):
    notebook = sample.answered()
    notebook.cells.append(new_code_cell("1", metadata=sample.told("of_another_course", grade=True, points=50)))
    found = read(tmp_path, notebook)
    assert "of_another_course" not in names(found.notebook)
    assert any("'of_another_course'" in remark for remark in found.remarks)


def test_a_test_turned_into_words_is_code_again(tmp_path):
    notebook = sample.answered()
    notebook.cells[3].cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        del notebook.cells[3][key]
    assert read(tmp_path, notebook).notebook.cells[3].cell_type == "code"


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    text = json.dumps(json.loads(nbformat.writes(sample.answered()))).replace("x * x", "x * x  # \\ud800")
    assert "x * x  # ?" in read(tmp_path, text).notebook.cells[2].source


def find(folder):
    return intake.find(folder, sample.NAME)


def test_finds_the_notebook_under_its_name(tmp_path):
    path = sample.hand_in(tmp_path, "a", sample.answered())
    assert find(path.parent) == (path, ())


def test_takes_the_only_notebook_under_another_name(tmp_path):
    path = sample.hand_in(tmp_path, "a", sample.answered(), "Copy of hw0 (1).ipynb")
    found, remarks = find(path.parent)
    assert found == path
    assert "Copy of hw0 (1).ipynb" in remarks[0]


def test_refuses_none_several_and_what_is_no_file(tmp_path):
    path = sample.hand_in(tmp_path, "a", "text", "answers.docx")
    with pytest.raises(intake.RefusedError, match=r"no notebook.*answers\.docx"):
        find(path.parent)
    for name in ("b.ipynb", "c.ipynb"):
        sample.hand_in(tmp_path, "a", sample.answered(), name)
    with pytest.raises(intake.RefusedError, match="2 notebooks"):
        find(path.parent)
    secret = tmp_path / "secret"
    secret.write_text("secret")
    os.symlink(secret, path.parent / f"{sample.NAME}.ipynb")
    with pytest.raises(intake.RefusedError, match="link or a device"):
        find(path.parent)
    os.remove(path.parent / f"{sample.NAME}.ipynb")
    os.mkfifo(path.parent / f"{sample.NAME}.ipynb")
    with pytest.raises(intake.RefusedError, match="link or a device"):
        find(path.parent)
    os.symlink(path.parent, tmp_path / "link")
    with pytest.raises(intake.RefusedError, match="should be a folder"):
        find(tmp_path / "link")
