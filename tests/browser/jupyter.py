"""A notebook in JupyterLab, used as a reader uses it: by menus, buttons and keys."""

import re
import time
from typing import NamedTuple

ERRORS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
QUEUED = "[*]"
# Outputs of every cell now, as the longest that they ever were: a display that is updated stays one.
WATCH = """() => {
    window.pictures = {};
    const look = () => document.querySelectorAll(".jp-Notebook .jp-CodeCell").forEach((cell, i) => {
        const seen = (window.pictures[i] ??= {most: 0, sources: new Set()});
        const images = [...cell.querySelectorAll(".jp-OutputArea-child > .jp-RenderedImage img")];
        seen.most = Math.max(seen.most, images.length);
        images.forEach((image) => seen.sources.add(image.src.length + image.src.slice(-200)));
    });
    look();
    new MutationObserver(look).observe(document.querySelector(".jp-Notebook"),
        {subtree: true, childList: true, attributes: true, attributeFilter: ["src"]});
}"""
WATCHED = "() => Object.values(window.pictures).map((seen) => ({most: seen.most, different: seen.sources.size}))"

CONTROLS = "[role=slider], [role=textbox], select"
NAME = "(part) => part.getAttribute('aria-label') ?? document.querySelector(`label[for='${part.id}']`).textContent"
# Resolves with the milliseconds from the key to the frame that shows another picture.
CHANGED = """(picture) => {
    let pressed;
    document.addEventListener("keydown", () => pressed = performance.now(), {capture: true, once: true});
    window.changed = new Promise((resolve) => picture.addEventListener("load",
        () => requestAnimationFrame(() => resolve(performance.now() - pressed)), {once: true}));
}"""


class Look(NamedTuple):
    """An explorer's picture as PNG bytes, its line of text and its alternative text."""

    pixels: bytes
    text: str
    alternative: str


class Notebook:
    """An open notebook.

    Args:
        page: Playwright's page.
        address: of the notebook in JupyterLab.

    Attributes:
        refused: what the server would not give, as (status, address).
        complaints: what the page's scripts threw.
    """

    def __init__(self, page, address):
        self.page, self.refused, self.complaints = page, [], []
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        # A cell that is run before its kernel is there makes JupyterLab ask for one.
        page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for(timeout=60_000)

    def _note(self, answer):
        if answer.status >= 400:
            self.refused.append((answer.status, answer.url))

    @property
    def code(self):
        """Locator of the code cells."""
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    def menu(self, name, entry):
        """Choose an entry of a menu."""
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    def run_all(self, seconds):
        """Run every cell; returns the seconds that this took.

        Raises:
            TimeoutError: where a cell has not ended by then.
        """
        self.menu("Edit", "Clear Outputs of All Cells")
        self.page.evaluate(WATCH)
        started = time.monotonic()
        self.menu("Run", "Run All Cells")
        self._wait_for_the_end(seconds)
        return time.monotonic() - started

    def run(self, index, seconds=60):
        """Run the code cell with this number, and wait for its end."""
        self.code.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self._wait_for_the_end(seconds)

    def _wait_for_the_end(self, seconds):
        prompts = self.page.locator(".jp-Notebook .jp-InputArea-prompt")
        give_up = time.monotonic() + seconds
        # A cell is queued a moment after the key, and the first look must not come before that.
        self.page.wait_for_timeout(300)
        while QUEUED in "".join(prompts.all_inner_texts()):
            if time.monotonic() > give_up:
                raise TimeoutError(f"A cell still runs after {seconds} s.")
            self.page.wait_for_timeout(200)

    def numbers(self):
        """The number that each code cell got when it ran; None for one that has not."""
        texts = self.code.locator(".jp-InputArea-prompt").all_inner_texts()
        return [int(found[0]) if (found := re.findall(r"\d+", text)) else None for text in texts]

    def errors(self, index=None):
        """Texts of errors and of what was written on stderr, on the page or beneath one code cell."""
        place = self.page.locator(".jp-Notebook") if index is None else self.code.nth(index)
        return place.locator(ERRORS).all_inner_texts()

    def pictures(self):
        """For each code cell, the most pictures it had at one time since `run_all`, and how many different ones."""
        return self.page.evaluate(WATCHED)

    def explorers(self):
        """The explorers on the page, once each shows its picture and its names."""
        boxes = self.page.locator(".jp-OutputArea-output > .widget-vbox")
        for box in boxes.all():
            box.get_by_role("status").wait_for(timeout=10_000)
            box.locator(".widget-image[alt]").wait_for(timeout=10_000)
        return [Explorer(self.page, box) for box in boxes.all()]

    def type_over(self, index, lines, typed):
        """Select the last `lines` of a code cell's text and type others, key by key.

        JupyterLab indents a new line like the one before it, and deeper after a colon.
        """
        self.code.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        for _ in range(lines - 1):
            self.page.keyboard.press("Shift+ArrowUp")
        self.page.keyboard.press("Shift+Home")
        for number, line in enumerate(typed):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(line)

    def write(self, index, text):
        """Put `text` into a code cell in place of what is there, at once, as from the clipboard."""
        self.code.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def validate(self):
        """Press nbgrader's button; returns the text of its answer, which stays open."""
        self.page.locator(".jp-NotebookPanel-toolbar .validate-button").click()
        answer = self.page.locator(".jp-Dialog #validation-message")
        answer.wait_for(timeout=120_000)
        return answer.inner_text()

    def dismiss(self):
        """Close the dialogue in front."""
        self.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()


class Explorer:
    """An explorer on a page, under the keyboard.

    Args:
        page: Playwright's page.
        box: locator of the explorer.
    """

    def __init__(self, page, box):
        self.page, self.box = page, box
        self.picture, self.text = box.locator(".widget-image"), box.get_by_role("status")

    def look(self):
        """What is seen now, as a `Look`."""
        self.picture.scroll_into_view_if_needed()
        return Look(self.picture.screenshot(), self.text.inner_text(), self.picture.get_attribute("alt"))

    def move(self):
        """Focus the first slider and press the right arrow; returns milliseconds until another picture is shown."""
        self.box.get_by_role("slider").first.focus()
        self.picture.evaluate(CHANGED)
        self.page.keyboard.press("ArrowRight")
        return self.page.evaluate("window.changed")

    def controls(self):
        """Names of the sliders, numbers and lists, from top to bottom."""
        return self.box.evaluate(f"(box) => [...box.querySelectorAll({CONTROLS!r})].map({NAME})")

    def unnamed(self):
        """What a screen reader would call by its kind only."""
        shown = self.box.aria_snapshot().splitlines()
        kinds = "slider|textbox|combobox|img|spinbutton|checkbox|button"
        return [line for line in shown if re.fullmatch(rf"\s*- ({kinds})( \[.*\])?:?.*", line) and '"' not in line]

    def reached_by_tab(self):
        """Names of the controls that Tab reaches, one after the other from the first one on."""
        self.box.locator(CONTROLS).first.focus()
        reached = []
        while self.box.evaluate("(box) => box.contains(document.activeElement)"):
            reached.append(self.page.evaluate(f"({NAME})(document.activeElement)"))
            self.page.keyboard.press("Tab")
        return reached
