"""The picture of the lessons: boxes with number, time and name, and arrows to what builds on each.

Usage: python -m course_utils.plotting.lesson_picture FILE

writes it as an SVG file.
"""

import sys
import textwrap
from html import escape
from pathlib import Path

from course_utils.lessons import LESSONS, minutes

# Column and row of each lesson. Rows are close enough that an arrow to the next one crosses no box.
PLACES = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (2, 0), 5: (2, 1), 6: (2, 2), 7: (2, 3), 8: (2, 4), 9: (1, 2), 10: (0, 2)}
BOX_WIDTH, BOX_HEIGHT, HEAD = 150, 112, 28
STEP_X, STEP_Y = 163, 154
MARGIN = 2
ASIDE = 24
LETTERS, LINE = 14, 19
# Grey on white and on black alike, as arrows lie on the page's own ground; boxes bring theirs along.
ARROW = "#767676"
PAPER, INK, EDGE = "#e8f1fa", "#10202f", "#0072b2"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"


def svg():
    """The picture as SVG text: it takes the width of what it stands in, and brings its own text alternative."""
    width, height = size()
    arrows = [_arrow(parent, lesson.number) for lesson in LESSONS for parent in lesson.builds_on]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'aria-labelledby="lesson-map-title lesson-map-words" font-family="{FONT}">',
            '<title id="lesson-map-title">Map of the lessons</title>',
            f'<desc id="lesson-map-words">{escape(words())}</desc>',
            *arrows,
            *(_box(lesson) for lesson in LESSONS),
            _legend(),
            "</svg>\n",
        ]
    )


def size():
    """Width and height of the picture, in its own units."""
    columns, rows = (1 + max(place[axis] for place in PLACES.values()) for axis in (0, 1))
    return (columns - 1) * STEP_X + BOX_WIDTH + 2 * MARGIN, (rows - 1) * STEP_Y + BOX_HEIGHT + 2 * MARGIN


def corner(number):
    """Left and upper edge of a lesson's box."""
    column, row = PLACES[number]
    return MARGIN + column * STEP_X, MARGIN + row * STEP_Y


def words():
    """What the map shows, in words."""
    said = []
    for lesson in LESSONS:
        parents = " and ".join(f"{number:02}" for number in lesson.builds_on)
        said.append(f"{lesson.number:02} {lesson.name}: {f'builds on {parents}' if parents else 'a place to start'}.")
    return " ".join(said)


def _box(lesson):
    """A lesson's number, minutes and name in a frame; the name in as many lines as it takes, in the room's middle."""
    x, y = corner(lesson.number)
    lines = textwrap.wrap(lesson.name, LETTERS)
    first = y + HEAD + (BOX_HEIGHT - HEAD - LINE * len(lines)) / 2 + 12
    name = "".join(
        f'<text x="{x + BOX_WIDTH / 2:g}" y="{first + LINE * i:g}" font-size="16" font-weight="600" '
        f'text-anchor="middle" fill="{INK}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="{PAPER}" stroke="{EDGE}" '
        'stroke-width="1.5"/>'
        f'<text x="{x + 10}" y="{y + 20}" font-size="16" font-weight="700" fill="{INK}">{lesson.number:02}</text>'
        f'<text x="{x + BOX_WIDTH - 10}" y="{y + 20}" font-size="15" text-anchor="end" fill="{INK}">'
        f"{minutes(lesson.seconds)}</text>{name}"
    )


def _arrow(parent, child):
    """An arrow from the lower edge of one box to the upper edge of another, a row below."""
    others = [lesson.number for lesson in LESSONS if parent in lesson.builds_on]
    from_x, from_y = _middle(parent) + _aside(child, others), corner(parent)[1] + BOX_HEIGHT
    to_x, to_y = _middle(child) + _aside(parent, LESSONS[child - 1].builds_on), corner(child)[1] - 2
    half = (from_y + to_y) / 2
    path = f"M{from_x:g} {from_y:g}C{from_x:g} {half:g} {to_x:g} {half:g} {to_x:g} {to_y - 9:g}"
    head = f"M{to_x:g} {to_y:g}l-5 -10h10z"
    return f'<path d="{path}" fill="none" stroke="{ARROW}" stroke-width="2"/><path d="{head}" fill="{ARROW}"/>'


def _middle(number):
    return corner(number)[0] + BOX_WIDTH / 2


def _aside(number, numbers):
    """How far from a box's middle the arrow of one lesson meets it: side by side, in the order of their columns."""
    in_order = sorted(numbers, key=corner)
    return ASIDE * (in_order.index(number) - (len(in_order) - 1) / 2)


def _legend():
    """What box and arrow mean, in the corner that no lesson takes."""
    x, y = MARGIN, MARGIN + 3 * STEP_Y + 44
    lines = [
        "Arrows lead to what",
        "builds on a lesson.",
        "Places to start: 01 and 04.",
        "min: the whole page,",
        "on two processor cores.",
    ]
    texts = "".join(
        f'<text x="{x + 12}" y="{y + 25 + 20 * i}" font-size="15" fill="{INK}">{line}</text>'
        for i, line in enumerate(lines)
    )
    frame = f'<rect x="{x}" y="{y}" width="{STEP_X + BOX_WIDTH}" height="118" rx="8" fill="#f4f4f4" stroke="{ARROW}"/>'
    return frame + texts


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(), encoding="utf-8")
