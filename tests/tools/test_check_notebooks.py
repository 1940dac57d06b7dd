"""Each check of the committed lessons accepts a clean one and names what is wrong with another."""

import pytest
from nbformat.v4 import new_notebook, new_output

from tests.tools.notebooks import NAME, clean_lesson, code, prose, stream, write
from tools import check_notebooks
from tools.badges import repository


def found(folder, notebook):
    return check_notebooks.problems(write(folder, notebook))


def test_a_clean_lesson_passes(tmp_path, capsys):
    write(tmp_path, clean_lesson())
    check_notebooks.main(tmp_path)
    assert capsys.readouterr().out == "1 notebooks are clean.\n"


def test_an_empty_folder_fails(tmp_path):
    with pytest.raises(SystemExit, match="No notebook in"):
        check_notebooks.main(tmp_path)


def widgets(lesson):
    lesson.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def stderr(lesson):
    lesson.cells[1].outputs.append(stream("UserWarning: careful", "stderr"))


def error(lesson):
    lesson.cells[3].outputs = [new_output("error", ename="ValueError", evalue="bad", traceback=[])]


def counts(lesson):
    lesson.cells[5].execution_count = 7


def not_run(lesson):
    lesson.cells[39].execution_count = None


def few_cells(lesson):
    del lesson.cells[39:]


def many_cells(lesson):
    lesson.cells += [prose() for _ in range(25)]


def long_cell(lesson):
    lesson.cells[1].source = "x = 1\n" * 31


def much_code(lesson):
    for cell in lesson.cells[1::2]:
        cell.source = "x = 1\n" * 21


def many_median(lesson):
    for cell in lesson.cells[1::2]:
        cell.source = "x = 1\n" * 11


def code_in_a_row(lesson):
    lesson.cells[2:2] = [code("x = 1", 2), code("x = 2", 3)]
    for count, cell in enumerate(lesson.cells[5::2], 4):
        cell.execution_count = count


def markdown_image(lesson):
    lesson.cells[2].source = "![](figure.png)"


def html_image(lesson):
    lesson.cells[2].source = '<img src="figure.png" alt="">'


def bare_figure(lesson):
    lesson.cells[1].outputs = [new_output("display_data", data={"image/png": "iVBOR", "text/plain": "<Figure>"})]


def placeholder(lesson):
    lesson.cells[2].source = "It takes TIME_SECONDS seconds, and `EPOCHS_TOTAL` is a name."


def path_printed(lesson):
    lesson.cells[1].outputs = [stream("saved to /home/ada/model.keras\n")]


def path_here(lesson):
    lesson.cells[1].outputs = [new_output("display_data", data={"text/plain": f"'{check_notebooks.ROOT}/model'"})]


def path_in_metadata(lesson):
    lesson.metadata["interpreter"] = "/Users/ada/python"


def no_badge(lesson):
    lesson.cells[0].source = "# A lesson"


def other_address(lesson):
    lesson.cells[0].source = lesson.cells[0].source.replace(repository(), "somebody/fork")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (widgets, "01_lesson.ipynb: metadata holds widget state"),
        (stderr, "cell 2 wrote to stderr: 'UserWarning: careful'"),
        (error, "cell 4 ended in ValueError: bad"),
        (counts, "cell 6 has execution count 7, expected 3"),
        (not_run, "cell 40 has execution count None, expected 20"),
        (few_cells, "has 39 cells: 40 to 65"),
        (many_cells, "has 66 cells: 40 to 65"),
        (long_cell, "cell 2 has 31 lines of code"),
        (code_in_a_row, "cell 4 is code cell 3 in a row"),
        (markdown_image, "cell 3 shows a picture without alternative text"),
        (html_image, "cell 3 shows a picture without alternative text"),
        (bare_figure, "cell 2 shows a figure without alternative text"),
        (placeholder, "cell 3 holds the placeholder TIME_SECONDS"),
        (path_printed, "cell 2 holds the path /home/ada/model.keras"),
        (path_here, "cell 2 holds the path"),
        (path_in_metadata, "metadata holds the path /Users/ada/python"),
        (no_badge, "cell 1 has no Colab badge"),
        (other_address, f"cell 1 holds another repository's address than {repository()}"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, spoil, said):
    lesson = clean_lesson()
    spoil(lesson)
    lines = found(tmp_path, lesson)
    assert len(lines) == 1, lines
    assert said in lines[0]


def test_only_lessons_have_a_least_length(tmp_path):
    page = new_notebook(cells=clean_lesson().cells[:3])
    page.cells[0].source = page.cells[0].source.replace(NAME, "00_start.ipynb")
    assert check_notebooks.problems(write(tmp_path, page, "00_start.ipynb")) == []
    page.cells[0].source = page.cells[0].source.replace("00_start.ipynb", "10_start.ipynb")
    (line,) = check_notebooks.problems(write(tmp_path, page, "10_start.ipynb"))
    assert "has 3 cells: 40 to 65 make a lesson" in line


def test_other_pages_keep_to_the_rest(tmp_path):
    page = new_notebook(cells=clean_lesson().cells[:3])
    page.cells[0].source = page.cells[0].source.replace(NAME, "00_start.ipynb")
    long_cell(page)
    counts_wrong = page.cells[1]
    counts_wrong.execution_count = 3
    lines = check_notebooks.problems(write(tmp_path, page, "00_start.ipynb"))
    assert [line.split(" has ")[1].split(":")[0] for line in lines] == [
        "execution count 3, expected 1",
        "31 lines of code",
        "a median of 31 lines per code cell",
    ]


def test_too_much_code_is_named_besides_its_median(tmp_path):
    lesson = clean_lesson()
    much_code(lesson)
    total, median = found(tmp_path, lesson)
    assert "has 420 lines of code" in total
    assert "has a median of 21 lines per code cell" in median


def test_median_alone(tmp_path):
    lesson = clean_lesson()
    many_median(lesson)
    assert [line.split(": ", 1)[1] for line in found(tmp_path, lesson)] == [
        "has a median of 11 lines per code cell: divide the longer, 10 is the most"
    ]


@pytest.mark.parametrize(
    "source",
    ["![a grid of digits](figure.png)", '<img alt="a grid of digits" src="figure.png">', "no picture", "a[0](b)"],
)
def test_pictures_with_alternative_text_pass(tmp_path, source):
    lesson = clean_lesson()
    lesson.cells[2].source = source
    assert found(tmp_path, lesson) == []


def test_a_picture_may_hold_any_bytes(tmp_path):
    lesson = clean_lesson()
    data = {"image/png": "iVBOR/home/ada/", "text/plain": "<Figure>"}
    lesson.cells[1].outputs = [new_output("display_data", data=data, metadata={"image/png": {"alt": "A grid."}})]
    assert found(tmp_path, lesson) == []


def test_main_fails_with_every_problem(tmp_path):
    lesson = clean_lesson()
    widgets(lesson)
    counts(lesson)
    write(tmp_path, lesson)
    with pytest.raises(SystemExit) as stopped:
        check_notebooks.main(tmp_path)
    assert len(str(stopped.value).splitlines()) == 2
