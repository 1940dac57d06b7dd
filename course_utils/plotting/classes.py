"""Pictures of classes: what was asked for against what was answered."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plotting.figures import finished, panels
from course_utils.plotting.images import checked_images, draw_image

CELL_INCHES = 0.34
VERMILION = "#D55E00"
# Black numbers up to here, white ones on darker cells.
DARK = 0.5


def confusion(matrices, rows="class asked for", columns="class that the classifier sees", title=None):
    """Confusion matrices by name, each number the share of its row in percent; nothing stands where it rounds to 0.

    Args:
        matrices: dict from a name to counts `(rows, columns)`, a row for each class.
        rows, columns: what the two axes count.
        title: title of the figure.

    Raises:
        ValueError: where there is no matrix, one has not two axes, negative counts, or a row without any.
    """
    if not isinstance(matrices, dict) or not matrices:
        raise ValueError(f"matrices must be a dict from name to counts, with at least one. Received: {matrices!r:.80}.")
    percents = {name: _percents(name, counts) for name, counts in matrices.items()}
    tall, wide = np.max([values.shape for values in percents.values()], axis=0)
    size = (CELL_INCHES * wide * len(percents) + 0.9, CELL_INCHES * tall + 1.0)
    figure, axes = panels(1, len(percents), size)
    for axis, (name, values) in zip(axes[0], percents.items(), strict=True):
        axis.imshow(values, cmap="Blues", vmin=0, vmax=100)
        for (row, column), value in np.ndenumerate(values):
            if round(value):
                colour = "white" if value > 100 * DARK else "black"
                axis.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=7, color=colour)
        axis.set(xticks=range(values.shape[1]), yticks=range(values.shape[0]), xlabel=columns)
        axis.set_title(name, fontsize=9)
    axes[0, 0].set_ylabel(rows)
    return finished(figure, title)


def chosen(images, choice, names, title=None):
    """One of several images large, and all of them beside it in rows of five, the chosen one framed.

    Args:
        images: `(n, height, width, 1 or 3)` in [-1, 1].
        choice: place of the chosen image, from 0 to n - 1.
        names: what stands above each image, n texts.
        title: title of the figure.

    Raises:
        ValueError: for a choice that is no image's, names of another number, or images of another form.
    """
    images = checked_images(images)
    if choice not in range(len(images)) or len(names) != len(images):
        raise ValueError(
            f"choice must be from 0 to {len(images) - 1}, and names must hold {len(images)}. "
            f"Received: choice={choice!r} and {len(names)} names."
        )
    columns = min(5, len(images))
    rows = -(-len(images) // columns)
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    figure = plt.figure(figsize=(0.9 * columns + 2.6, max(2.6, 1.1 * rows)))
    grid = figure.add_gridspec(rows, columns + 3, left=0.01, right=0.99, bottom=0.03, top=0.88, wspace=0.1, hspace=0.3)
    _draw(figure.add_subplot(grid[:, :3]), images[choice], names[choice], framed=False)
    for i, image in enumerate(images):
        place = grid[i // columns, 3 + i % columns]
        _draw(figure.add_subplot(place), image, names[i], framed=i == choice)
    return finished(figure, title)


def _draw(axis, image, name, framed):
    draw_image(axis, image)
    axis.set(xticks=[], yticks=[], frame_on=framed)
    for spine in axis.spines.values():
        spine.set(linewidth=3, edgecolor=VERMILION)
    axis.set_title(name, fontsize=9, fontweight="bold" if framed else "normal")


def _percents(name, counts):
    counts = np.asarray(counts, "float64")
    if counts.ndim != 2 or not (counts >= 0).all() or not (counts.sum(axis=1) > 0).all():
        received = f"shape {counts.shape}" if counts.ndim != 2 else f"row sums {counts.sum(axis=1).tolist()}"
        raise ValueError(
            f"{name!r} must be counts (rows, columns), some in every row, none negative. Received: {received}."
        )
    return 100 * counts / counts.sum(axis=1, keepdims=True)
