"""The checks of the built pages let nothing broken, foreign or without words pass."""

import pytest

from tools.site.check import problems

GOOD = """<html><head><link rel="stylesheet" href="style.css"><script src="code.js"></script></head>
<body id="top"><img src="a.png" alt="A cup."><a href="#top">up</a> <a href="other/page.html#there">on</a>
<a href="https://arxiv.org/abs/1406.2661">paper</a> <a href="mailto:ada@example.org">ada</a>
<img src="data:image/png;base64,AAAA" alt="A dot."></body></html>"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "other").mkdir()
    for name in ("code.js", "a.png"):
        (tmp_path / name).write_text("")
    (tmp_path / "style.css").write_text("p { background: url('a.png') }")
    (tmp_path / "other/page.html").write_text('<p id="there">Here.</p>')
    (tmp_path / "index.html").write_text(GOOD)
    return tmp_path


def test_good_pages_pass(folder):
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("code.js", "https://cdn.example.org/code.js", "loads https://cdn.example.org/code.js: put a copy"),
        ("code.js", "//cdn.example.org/code.js", "loads //cdn.example.org/code.js: put a copy"),
        ("code.js", "gone.js", "loads gone.js, which is not there"),
        ("a.png", "https://example.org/a.png", "loads https://example.org/a.png: put a copy"),
        ("#there", "#nowhere", "that page has no such anchor"),
        ("#top", "#bottom", "links to #bottom"),
        ("other/page.html", "other/gone.html", "which is not there"),
        ("other/page.html#there", "../outside.html", "which is not there"),
        ("https://arxiv.org", "https://arxiv", "no well-formed address"),
        ("https://arxiv.org", "htps://arxiv.org", "no well-formed address"),
        ("abs/1406.2661", "abs/1406 2661", "no well-formed address"),
        ('alt="A cup."', 'alt=" "', "without alternative text"),
        ('alt="A cup."', 'alt="a.png"', "without alternative text"),
        ('alt="A cup."', "", "without alternative text"),
    ],
)
def test_what_is_wrong_is_told(folder, before, after, told):
    assert before in GOOD
    (folder / "index.html").write_text(GOOD.replace(before, after))
    (folder.parent / "outside.html").write_text("")
    assert len(problems(folder)) == 1
    assert told in problems(folder)[0]
    assert problems(folder)[0].startswith("index.html ")


def test_a_style_sheet_loads_nothing_from_elsewhere(folder):
    (folder / "style.css").write_text(
        '@import "https://fonts.example.org/x.css"; p { background: url(//example.org/a) }'
    )
    assert [line.split()[2] for line in problems(folder)] == ["https://fonts.example.org/x.css:", "//example.org/a:"]
