"""The README's pictures are those of the lessons."""

import base64
import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from tools import pictures
from tools.badges import ROOT


def png(width, height, colour):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_committed_pictures_are_the_lessons_own():
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        found = pictures.first_picture(path)
        if found:
            assert (ROOT / "docs" / "images" / f"{path.name[:2]}.png").read_bytes() == found[1], (
                "python -m tools.pictures"
            )


def test_the_committed_banner_is_made_of_them():
    made = pictures.banner({n: (ROOT / "docs" / "images" / f"{n}.png").read_bytes() for n in ("03", "05", "06", "08")})
    kept = Image.open(ROOT / "docs" / "images" / "banner.png")
    assert np.array_equal(np.array(kept.convert("RGB")), np.array(made))


@pytest.mark.parametrize("cells", [[], [new_markdown_cell("no picture")], [new_code_cell("1")]])
def test_a_notebook_without_a_picture(tmp_path, cells):
    nbformat.write(new_notebook(cells=cells), tmp_path / "01.ipynb")
    assert pictures.first_picture(tmp_path / "01.ipynb") is None


def test_the_first_picture_with_its_text(tmp_path):
    one, two = png(4, 2, "red"), png(2, 2, "blue")
    text = "".join(
        f"![a {n}](data:image/png;base64,{base64.b64encode(c).decode()})\n" for n, c in (("1", one), ("2", two))
    )
    nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), tmp_path / "01.ipynb")
    assert pictures.first_picture(tmp_path / "01.ipynb") == ("a 1", one)


def test_a_row_fills_the_width_at_one_height():
    given = {
        "03": png(300, 100, "red"),
        "06": png(100, 100, "lime"),
        "05": png(400, 100, "blue"),
        "08": png(200, 100, "black"),
    }
    sheet = np.array(pictures.banner(given))
    height = (pictures.WIDTH - pictures.GAP) / 4
    assert sheet.shape[1] == pictures.WIDTH + 2 * pictures.GAP
    assert sheet[pictures.GAP + 5, pictures.GAP + 5].tolist() == [255, 0, 0]
    assert sheet[pictures.GAP + 5, pictures.GAP + int(3 * height) + pictures.GAP + 5].tolist() == [0, 255, 0]
    assert sheet[pictures.GAP - 1].min() == 255
