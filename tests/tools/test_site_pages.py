"""What the site makes of lessons and texts before Sphinx sees them."""

import base64

import nbformat
import pytest
from nbformat.v4 import new_output

from tests.tools.notebooks import code, prose, stream
from tools.badges import repository
from tools.site import pages

PAGES = ["notebooks/01_cnn_operations.ipynb", "notebooks/05_dcgan.ipynb", "docs/grading.md", "CONTRIBUTING.md"]
LESSON = PAGES[0]
HOST = f"https://github.com/{repository()}"
PNG = base64.b64encode(b"picture").decode()


def test_every_lesson_is_a_page_in_order():
    found = [file for file in pages.page_files() if file.startswith("notebooks/")]
    assert found == sorted(found)
    assert len(found) >= 10
    assert {"docs/grading.md", "docs/scaling.md", "CONTRIBUTING.md"} <= set(pages.page_files())


@pytest.mark.parametrize(
    ("link", "file", "leads_to"),
    [
        ("05_dcgan.ipynb", LESSON, "05_dcgan.ipynb"),
        ("../docs/grading.md#writing", LESSON, "../docs/grading.md#writing"),
        ("../README.md", LESSON, "../index.md"),
        ("README.md", "CONTRIBUTING.md", "index.md"),
        ("LICENSE", "CONTRIBUTING.md", f"{HOST}/blob/main/LICENSE"),
        ("../pyproject.toml#x", "docs/grading.md", f"{HOST}/blob/main/pyproject.toml#x"),
        ("../assignments", "docs/grading.md", f"{HOST}/tree/main/assignments"),
        ("../gone.txt", LESSON, "../gone.txt"),
        ("#here", LESSON, "#here"),
        ("https://arxiv.org/abs/1406.2661", LESSON, "https://arxiv.org/abs/1406.2661"),
    ],
)
def test_a_link_leads_to_a_page_or_to_the_repository(link, file, leads_to):
    assert pages.target(link, file, PAGES) == leads_to


def test_links_in_markdown_and_in_html_are_led():
    text = 'see [the *licence*](../LICENSE), ![a](LICENSE) and <a class="x" href="05_dcgan.ipynb#top">05</a>'
    assert pages.linked(text, LESSON, PAGES) == (
        f'see [the *licence*]({HOST}/blob/main/LICENSE), ![a](LICENSE) and <a class="x" href="05_dcgan.html#top">05</a>'
    )


def test_a_folded_hint_becomes_a_text_of_its_own():
    text = "<details><summary>Hint</summary>Set $p = 1$.</details>"
    assert pages.unfolded(text).split("\n\n") == [
        "<details>\n<summary>Hint</summary>",
        "Set $p = 1$.",
        "</details>\n",
    ]


def test_pictures_in_the_text_become_numbered_files(tmp_path):
    text = f"![one](data:image/png;base64,{PNG})\n![two](data:image/png;base64,{PNG})"
    assert pages.pictures_as_files(text, tmp_path, "05_x") == "![one](05_x-1.png)\n![two](05_x-2.png)"
    assert (tmp_path / "05_x-2.png").read_bytes() == b"picture"


def test_a_badge_becomes_a_link_in_words(tmp_path):
    cell = prose("[![Open in Colab](https://colab.example/badge.svg)](https://colab.example/x)")
    pages.prose(cell, LESSON, PAGES, tmp_path)
    assert cell.source == "[Open in Colab](https://colab.example/x)"


def test_an_explorer_becomes_a_sentence_and_other_outputs_stay():
    widget = new_output("execute_result", data={pages.WIDGET: {}, "text/plain": "Explorer(children=())"})
    cell = code("explorer", 1, [stream("ready\n"), widget])
    (after,) = pages.code(cell, LESSON, PAGES)
    assert [output.output_type for output in cell.outputs] == ["stream"]
    assert "open the lesson with `make lab`" in after.source
    assert "01_cnn_operations.ipynb" in after.source


def test_a_figure_hands_its_text_to_the_builder():
    figure = new_output("display_data", {"image/png": PNG}, metadata={"image/png": {"alt": "Figure: two curves."}})
    cell = code("plot()", 1, [figure])
    assert pages.code(cell, LESSON, PAGES) == []
    assert cell.metadata["mystnb"] == {"image": {"alt": "Figure: two curves."}}


def test_all_sources_are_written(tmp_path):
    written = pages.write_sources(tmp_path)
    assert written == pages.page_files()
    for file in written:
        assert (tmp_path / file).is_file()
    lesson = nbformat.read(tmp_path / LESSON, as_version=4)
    assert lesson.metadata.language_info.pygments_lexer == "ipython3"
    assert "data:image" not in "".join(cell.source for cell in lesson.cells)
