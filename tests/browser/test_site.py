"""The built site in a browser: reachable for everybody, readable on a phone, and content with what lies beside it."""

import subprocess
import sys

import pytest

from tools.badges import ROOT
from tools.site.pages import page_files

PAGES = ["index.html", "search.html", *(file.rsplit(".", 1)[0] + ".html" for file in page_files())]
LESSONS = [page for page in PAGES if page.startswith("notebooks/") and "00_" not in page]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
DESKTOP, PHONE = (1280, 900), (390, 844)
SMALLEST_SIDE = """(formulas) => formulas.length ? Math.min(...formulas
    .map((one) => one.getBoundingClientRect()).flatMap((box) => [box.width, box.height])) : null"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(-3).map((element) => element.outerHTML.slice(0, 120))"""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built as `make site` builds it."""
    pytest.importorskip("sphinx", reason="Sphinx is missing here: `make test-site` runs these tests where it is")
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "tools.site", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return folder


class Visit:
    """Opens pages of the site in a window of one size and scheme; keeps what they asked for and complained about."""

    def __init__(self, context, folder):
        self.folder, self.asked, self.complaints = folder, [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    def open(self, name):
        self.page.goto(f"{self.folder.as_uri()}/{name}")
        return self.page


@pytest.fixture
def visit(browser, site):
    contexts = []

    def visit(size, scheme="light"):
        width, height = size
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme))
        return Visit(contexts[-1], site)

    yield visit
    for context in contexts:
        context.close()


def violations(page):
    """One line for everything on a page that axe-core finds against WCAG 2 A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{one['id']}: {node['html'][:160]} {node['any'][:1]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(visit, page, size, scheme):
    assert violations(visit(size, scheme).open(page)) == []


def test_axe_is_at_work(visit):
    page = visit(DESKTOP).open("index.html")
    page.evaluate("document.querySelector('article img').removeAttribute('alt')")
    assert [line.split(":")[0] for line in violations(page)] == ["image-alt"]


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_scrolls_no_page_sideways(visit, name):
    page = visit(PHONE).open(name)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_complains_of_nothing(visit, name):
    here = visit(DESKTOP)
    here.open(name)
    assert here.asked
    assert [url for url in here.asked if not url.startswith((here.folder.as_uri(), "data:"))] == []
    assert here.complaints == []


@pytest.mark.parametrize("name", LESSONS)
def test_hints_unfold(visit, name):
    page = visit(DESKTOP).open(name)
    hints = page.locator("article details")
    assert hints.count() > 0
    for hint in hints.all():
        assert hint.locator(":scope > :not(summary)").first.is_hidden()
        hint.locator("summary").click()
        assert hint.locator(":scope > :not(summary)").first.is_visible()


@pytest.mark.parametrize("name", LESSONS)
def test_formulas_are_set_and_no_widget_leaves_its_traces(visit, name):
    page = visit(DESKTOP).open(name)
    page.evaluate("document.querySelectorAll('details').forEach((hint) => { hint.open = true; })")
    smallest = page.locator("article math").evaluate_all(SMALLEST_SIDE)
    assert smallest is not None
    assert smallest > 0
    assert page.evaluate("document.fonts.ready.then((fonts) => [...fonts].map((font) => font.status))") == ["loaded"]
    shown = page.locator("article").inner_text()
    assert "Explorer(children" not in shown
    assert "explorer, whose controls need a running kernel" in shown


def test_what_scrolls_inside_itself_is_reached_by_the_keyboard(visit):
    page = visit(PHONE).open("notebooks/05_dcgan.html")
    page.wait_for_selector("article pre[tabindex='0']")
    code = page.locator("article pre[tabindex='0']").first
    code.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_search_finds_a_lesson(visit):
    page = visit(DESKTOP).open("search.html?q=mutual+information")
    page.wait_for_selector("ul.search li a")
    assert "09_infogan" in " ".join(link.get_attribute("href") for link in page.locator("ul.search li a").all())
