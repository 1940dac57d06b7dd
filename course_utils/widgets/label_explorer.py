"""Edits of a label map, translated at once.

The label map is edited with sliders: a disc of one label, at a place and of a size that the reader chooses. Drawing by
mouse would need a canvas such as ipycanvas: a front-end extension of another project, for which JupyterLab must be
restarted where it is installed late, and which Colab shows only through its own manager of such extensions. Sliders
run wherever the other explorers run, and the keyboard moves them too.
"""

import numpy as np

from course_utils import plotting
from course_utils.data.label_maps import paint
from course_utils.widgets.explorer import Explorer, choice, whole


def label_explorer(translate, labels, names, palette):
    """`Explorer` that puts a disc of a label on a label map, with the translation before and after.

    Args:
        translate: function from label maps as pictures `(n, height, width, 3)` in [-1, 1] to images in [-1, 1].
        labels: label maps to choose from, whole numbers `(n, height, width)`, square.
        names: name of each label.
        palette: `(labels, 3)`, red, green and blue of each label in [0, 255].
    """
    size = labels.shape[1]

    def draw(chosen, label, row, column, radius):
        before = labels[chosen]
        after = with_disc(before, label, row, column, radius)
        changed = (after != before).mean()
        disc = f"a disc around row {row}, column {column}"
        text = f"{changed:.0%} of label map {chosen} became {names[label]!r}, in {disc}"
        return figure(translate, before, after, palette), text

    return Explorer(
        draw,
        chosen=whole("label map", 0, 0, len(labels) - 1),
        label=choice("label", {name: i for i, name in enumerate(names)}, value=min(1, len(names) - 1)),
        row=whole("row", size // 2, 0, size - 1),
        column=whole("column", size // 2, 0, size - 1),
        radius=whole("radius", size // 6, 0, size // 2),
    )


def figure(translate, before, after, palette):
    """The explorer's picture: label maps `(height, width)` before and after an edit, each beside its translation."""
    maps = paint(np.stack([before, after]), palette)
    made = translate(maps)
    titles = ["label map", "translated", "edited", "translated"]
    return plotting.image_grid(np.stack([maps[0], made[0], maps[1], made[1]]), columns=4, titles=titles, side=1.8)


def with_disc(labels, label, row, column, radius):
    """A copy of a label map `(height, width)` with a disc of one label; radius 0 changes nothing.

    Args:
        labels: whole numbers.
        label: whole number to draw.
        row: of the disc's middle, in pixels from the top.
        column: of the disc's middle, in pixels from the left.
        radius: in pixels.
    """
    rows, columns = np.indices(labels.shape)
    return np.where((rows - row) ** 2 + (columns - column) ** 2 < radius**2, label, labels)
