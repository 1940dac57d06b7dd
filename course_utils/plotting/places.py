"""Pictures of where a kernel lands: its places on a padded input, and what no place ever touches.

Sizes are in pixels along one side; pixels count from 0, so that padding at the left has negative numbers.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.figures import finished

FIRST = {"fill": False, "edgecolor": "#0072B2", "linewidth": 2.5}
LAST = {"fill": False, "edgecolor": "#D55E00", "linewidth": 2.5, "linestyle": "--"}
PADDING = {"facecolor": "0.9", "edgecolor": "0.6", "hatch": "...", "linewidth": 0}
UNSEEN = {"facecolor": "#E69F00", "edgecolor": "black", "hatch": "////", "linewidth": 0}
# Where a line for every cell would make the picture grey, only the outlines are drawn.
MOST_CELLS = 40


def touched(size, kernel, stride=1, padding=0):
    """Which cells of a padded row lie under the kernel at least once: `(size + 2 * padding,)` of bool."""
    seen = np.zeros(size + 2 * padding, bool)
    for start in _starts(size, kernel, stride, padding):
        seen[start : start + kernel] = True
    return seen


def landings(size, kernel, stride=1, padding=0):
    """Where a square kernel lands on a square input: in two dimensions its first and last place, in one all of them.

    Padding is dotted; cells that no place of the kernel touches are hatched. A kernel larger than the padded input is
    drawn as it sticks out.
    """
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    places = {"left": 0.07, "right": 0.98, "bottom": 0.24, "top": 0.9, "wspace": 0.22}
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), gridspec_kw=places)
    _draw_square(left, size, kernel, stride, padding)
    _draw_row(right, size, kernel, stride, padding)
    left.set_title("two dimensions: first and last place", fontsize=10)
    right.set_title("one row: every place", fontsize=10)
    looks = {"first place": FIRST, "last place": LAST, "padding": PADDING, "never touched": UNSEEN}
    handles = [Rectangle((0, 0), 1, 1, **look, label=name) for name, look in looks.items()]
    figure.legend(handles=handles, loc="lower center", ncols=4, frameon=False, fontsize=9)
    return finished(figure, None)


def landing_rows(cases):
    """Every place along one row of pixels, a panel for each case: title to (size, kernel, stride, padding)."""
    size = (3.2 * len(cases), 2.5)
    figure, axes = plt.subplots(1, len(cases), figsize=size, layout="constrained", squeeze=False)
    most = max(len(_starts(*case)) for case in cases.values())
    for axis, (title, case) in zip(axes[0], cases.items(), strict=True):
        _draw_row(axis, *case)
        axis.set_ylim(most - 0.4, -2)
        axis.set_title(title, fontsize=9)
    return finished(figure, None)


def unseen_pixels(image, seen, corner=24, title=None):
    """An image with the rows and columns from `seen` on hatched, and its lower right corner enlarged.

    Args:
        image: `(height, width, channels)` in [-1, 1], square, with 1 or 3 channels.
        seen: how many rows and columns, counted from the upper left, reach the layers above.
        corner: pixels a side of the enlarged corner.
        title: title of the figure.

    Raises:
        ValueError: where the image has another shape or range.
    """
    shown = (_checked_square(image) + 1) / 2
    size = len(shown)
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.9), layout="constrained")
    for axis, low, name in ((axes[0], 0, "the whole picture"), (axes[1], size - corner, "its lower right corner")):
        axis.imshow(shown, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        _hatch(axis, np.arange(size) >= seen, offset=0)
        axis.set(xlim=(low - 0.5, size - 0.5), ylim=(size - 0.5, low - 0.5), xlabel=name)
    frame = {"fill": False, "edgecolor": "white", "linewidth": 1.5}
    axes[0].add_patch(Rectangle((size - corner - 0.5,) * 2, corner, corner, **frame))
    return finished(figure, title)


def _checked_square(image):
    image = np.asarray(image, "float32")
    if image.ndim != 3 or image.shape[0] != image.shape[1] or image.shape[2] not in (1, 3):
        raise ValueError(
            f"The image must be square, with the shape (size, size, 1 or 3). Received: shape {image.shape}. "
            "For the first image of a batch use images[0]."
        )
    if not np.abs(image).max() <= 1:
        raise ValueError(
            f"The image must lie in [-1, 1]. Received: {image.min():.3g} to {image.max():.3g}. "
            "For 8-bit images use x / 127.5 - 1."
        )
    return image


def _starts(size, kernel, stride, padding):
    return range(0, size + 2 * padding - kernel + 1, stride)


def _draw_square(axis, size, kernel, stride, padding):
    padded, starts = size + 2 * padding, _starts(size, kernel, stride, padding)
    corner = -padding - 0.5, -padding - 0.5
    axis.add_patch(Rectangle(corner, padded, padded, **PADDING))
    axis.add_patch(Rectangle((-0.5, -0.5), size, size, facecolor="white"))
    if starts:
        _hatch(axis, ~touched(size, kernel, stride, padding), offset=padding)
    if padded <= MOST_CELLS:
        lines = _borders(padded, padding)
        for draw in (axis.hlines, axis.vlines):
            draw(lines, lines[0], lines[-1], color="0.6", linewidth=0.5)
    axis.add_patch(Rectangle((-0.5, -0.5), size, size, fill=False, edgecolor="black", linewidth=1.2))
    axis.add_patch(Rectangle(corner, kernel, kernel, **FIRST))
    if starts:
        last = starts[-1] - padding - 0.5
        axis.add_patch(Rectangle((last, last), kernel, kernel, **LAST))
    ends = _ends(padded, kernel, padding)
    axis.set(xlim=ends, ylim=ends[::-1], aspect="equal", xlabel="pixel", ylabel="pixel")
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(6, integer=True))


def _draw_row(axis, size, kernel, stride, padding):
    padded, starts = size + 2 * padding, _starts(size, kernel, stride, padding)
    # The row of pixels stands above the outputs, as thick as a tenth of them.
    thick = max(1.0, 0.1 * len(starts))
    top = -0.6 - thick
    axis.add_patch(Rectangle((-padding - 0.5, top), padded, thick, **PADDING))
    axis.add_patch(Rectangle((-0.5, top), size, thick, facecolor="white"))
    if starts:
        for low, length in _runs(~touched(size, kernel, stride, padding)):
            axis.add_patch(Rectangle((low - padding - 0.5, top), length, thick, **UNSEEN))
    if padded <= MOST_CELLS:
        axis.vlines(_borders(padded, padding), top, -0.6, color="0.6", linewidth=0.5)
    axis.add_patch(Rectangle((-0.5, top), size, thick, fill=False, edgecolor="black", linewidth=1.2))
    for i, start in enumerate(starts or [0]):
        look = LAST if i and i == len(starts) - 1 else FIRST
        axis.add_patch(Rectangle((start - padding - 0.5, i - 0.3), kernel, 0.6, **look | {"linewidth": 1.2}))
    if not starts:
        axis.text(kernel / 2 - padding - 0.5, 0, "does not fit", ha="center", va="center")
    axis.set(xlim=_ends(padded, kernel, padding), xlabel="pixel", ylabel="output")
    axis.set_ylim(max(len(starts), 1) - 0.4, top - 0.3)
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axis.set_yticks(range(0, len(starts), max(1, len(starts) // 6)))


def _borders(padded, padding):
    return np.arange(padded + 1) - padding - 0.5


def _ends(padded, kernel, padding):
    reach = max(padded, kernel)
    return -padding - 0.5 - 0.04 * reach, reach - padding - 0.5 + 0.04 * reach


def _hatch(axis, unseen, offset):
    """Hatch the columns, and the rows, of a square where `unseen` `(pixels,)` is true."""
    whole = len(unseen)
    for low, length in _runs(unseen):
        at = low - offset - 0.5
        axis.add_patch(Rectangle((at, -offset - 0.5), length, whole, **UNSEEN))
        axis.add_patch(Rectangle((-offset - 0.5, at), whole, length, **UNSEEN))


def _runs(flags):
    """(start, length) of every run of true values."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    return list(zip(edges[::2].tolist(), (edges[1::2] - edges[::2]).tolist(), strict=True))
