"""Pictures of a whole network's shapes: its volumes from input to output, and which layer holds what."""

from math import sqrt

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Polygon, Rectangle

from course_utils.plotting.figures import finished

# Colour and hatch of each kind of layer.
LOOKS = {
    "input": ("0.85", ""),
    "convolution": ("#56B4E9", ""),
    "pooling": ("#E69F00", "...."),
    "dense": ("#009E73", "////"),
}


def volumes(shapes, title=None):
    """A network as a row of boxes, as thick as they have channels; all lengths on a square-root scale.

    Args:
        shapes: list of (name, kind, shape); kind is `input`, `convolution`, `pooling` or `dense`, and shape is
            `(height, width, channels)` or `(units,)`.
        title: title of the figure.

    Raises:
        ValueError: for another kind.
    """
    boxes = [_box(*entry) for entry in shapes]
    places = np.cumsum([0, *(max(box["width"] + box["slant"] + 1.5, 5.5) for box in boxes)])
    tallest = max(box["height"] + box["slant"] for box in boxes)
    figure, axis = plt.subplots(figsize=(11, 3.1), layout="constrained")
    for place, box in zip(places, boxes, strict=False):
        middle = (tallest - box["height"] - box["slant"]) / 2
        _draw_box(axis, place, middle, box)
        across = place + (box["width"] + box["slant"]) / 2
        axis.text(
            across, middle + box["height"] + box["slant"] + 0.4, box["label"], ha="center", va="bottom", fontsize=7
        )
        axis.text(across, middle - 0.5, box["name"], ha="center", va="top", fontsize=8)
    axis.set(xlim=(-1.5, places[-1]), ylim=(-2, tallest + 2), aspect="equal")
    axis.axis("off")
    return finished(figure, title)


def layer_bars(rows, columns, title=None):
    """What each layer holds, as its share of the network's total: a panel for each of `columns`.

    Args:
        rows: list of dicts with `name`, `kind` (`convolution`, `pooling` or `dense`) and a number for each column.
        columns: names of the numbers.
        title: title of the figure.

    Raises:
        ValueError: for another kind.
    """
    for row in rows:
        _look(row["kind"])
    size = (9.5, 0.24 * len(rows) + 1.2)
    figure, axes = plt.subplots(1, len(columns), figsize=size, layout="constrained", squeeze=False, sharey=True)
    for axis, column in zip(axes[0], columns, strict=True):
        total = sum(row[column] for row in rows)
        for kind, (colour, hatch) in LOOKS.items():
            chosen = {i: 100 * row[column] / total for i, row in enumerate(rows) if row["kind"] == kind}
            if chosen:
                bars = axis.barh(
                    *zip(*chosen.items(), strict=True), color=colour, hatch=hatch, edgecolor="white", label=kind
                )
                axis.bar_label(bars, [_percent(share) for share in chosen.values()], fontsize=7, padding=2)
        axis.set(xlabel=f"% of {short(total)} {column}")
        axis.margins(x=0.16)
    axes[0, 0].set_yticks(range(len(rows)), [row["name"] for row in rows], fontsize=8)
    axes[0, 0].invert_yaxis()
    _legend_above(figure, axes[0, 0])
    return finished(figure, title)


def totals(networks, columns, title=None):
    """The totals of several networks side by side, their kinds of layer stacked: a panel for each of `columns`.

    Args:
        networks: dict from a network's name to such rows as `layer_bars` takes.
        columns: names of the numbers.
        title: title of the figure.

    Raises:
        ValueError: for a row of another kind.
    """
    kinds = {row["kind"]: _look(row["kind"]) for rows in networks.values() for row in rows}
    figure, axes = plt.subplots(1, len(columns), figsize=(9.5, 2.9), layout="constrained", squeeze=False)
    for axis, column in zip(axes[0], columns, strict=True):
        bottom = np.zeros(len(networks))
        for kind, (colour, hatch) in kinds.items():
            sums = [sum(row[column] for row in rows if row["kind"] == kind) for rows in networks.values()]
            axis.bar(list(networks), sums, bottom=bottom, color=colour, hatch=hatch, edgecolor="white", label=kind)
            bottom += sums
        for i, total in enumerate(bottom):
            axis.text(i, total, short(total), ha="center", va="bottom", fontsize=8)
        axis.set(ylabel=column, ylim=(0, 1.12 * bottom.max()))
        axis.yaxis.set_major_formatter(lambda value, place: short(value))
        axis.tick_params(labelsize=8)
    _legend_above(figure, axes[0, 0])
    return finished(figure, title)


def short(number):
    """A count in three digits: `62.4 M` for 62,378,344."""
    for factor, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= factor:
            return f"{number / factor:.3g}{letter}"
    return f"{number:.3g}"


def _look(kind):
    if kind not in LOOKS:
        raise ValueError(f"kind must be one of {', '.join(LOOKS)}. Received: {kind!r}.")
    return LOOKS[kind]


def _legend_above(figure, axis):
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False, fontsize=9)


def _percent(share):
    return f"{share:.0f}%" if share >= 0.5 else ""


def _box(name, kind, shape):
    """Lengths of a volume in the picture: a dense layer is a thin column, its units along its height."""
    if len(shape) == 1:
        box = {"width": 0.9, "height": sqrt(shape[0]) / 4, "slant": 0.5, "label": f"{shape[0]}"}
    else:
        height, width, channels = shape
        label = f"{height}×{width}\n×{channels}"
        box = {"width": sqrt(channels) / 2.5, "height": sqrt(height), "slant": sqrt(width) / 3, "label": label}
    return {"name": name, "look": _look(kind), **box}


def _draw_box(axis, x, y, box):
    width, height, slant = box["width"], box["height"], box["slant"]
    colour, hatch = box["look"]
    line = {"edgecolor": "0.2", "linewidth": 0.8, "facecolor": colour}
    axis.add_patch(Rectangle((x, y), width, height, hatch=hatch, **line))
    top, side = (x, y + height), (x + width, y)
    axis.add_patch(
        Polygon(
            [top, (top[0] + slant, top[1] + slant), (x + width + slant, y + height + slant), (x + width, y + height)],
            **line,
        )
    )
    axis.add_patch(
        Polygon(
            [side, (side[0] + slant, y + slant), (x + width + slant, y + height + slant), (x + width, y + height)],
            **line,
        )
    )
