"""Pictures of what a network looks at: maps over images, and one channel beside what excites it."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plotting.figures import finished, panels
from course_utils.plotting.images import checked_images, draw_image

# From dark blue to yellow, in steps that a colour-blind eye and a grey print keep in order.
HEAT = "cividis"


def map_rows(images, maps, title=None):
    """Images in the first row, and below each one what several maps say of it, brightest where the map is largest.

    Args:
        images: `(n, height, width, 1 or 3)` in [-1, 1].
        maps: dict from a name to maps `(n, rows, columns)`, at least 0, of any size. Each is drawn from 0 to its own
            99th percentile, so that brightness does not compare between maps.
        title: title of the figure.

    Raises:
        ValueError: where there is no map, or maps have another number or rank, or negative values.
    """
    images = checked_images(images)
    if not isinstance(maps, dict) or not maps:
        raise ValueError(f"maps must be a dict from name to maps, with at least one. Received: {maps!r:.80}.")
    maps = {name: _checked_maps(name, values, len(images)) for name, values in maps.items()}
    rows, columns = 1 + len(maps), len(images)
    figure, axes = panels(rows, columns, (0.85 * columns + 1.6, 0.9 * rows + 0.3))
    for axis, image in zip(axes[0], images, strict=True):
        draw_image(axis, image)
    for axes_of_row, values in zip(axes[1:], maps.values(), strict=True):
        for axis, values_of_one in zip(axes_of_row, values, strict=True):
            _draw_map(axis, values_of_one)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[], frame_on=False)
    for axis, name in zip(axes[:, 0], ("image", *maps), strict=True):
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return finished(figure, title)


def channel_portrait(maximised, image, activations, patches, title=None):
    """One channel: the image made to excite it, a real image and its feature map, and nine real patches.

    Args:
        maximised: `(height, width, 1 or 3)` in [-1, 1].
        image: `(height, width, 1 or 3)` in [-1, 1].
        activations: `(rows, columns)`, what the channel gives for `image`; purple below zero, orange above.
        patches: `(k, height, width, 1 or 3)` in [-1, 1], at most nine, the most exciting first.
        title: title of the figure.

    Raises:
        ValueError: for more than nine patches or none, or feature maps of another rank.
    """
    patches, activations = checked_images(patches), np.asarray(activations, "float64")
    if len(patches) > 9 or activations.ndim != 2:
        raise ValueError(
            "There must be one to nine patches, and activations of shape (rows, columns). "
            f"Received: {len(patches)} patches, activations of shape {activations.shape}."
        )
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    figure = plt.figure(figsize=(8.4, 2.5))
    grid = figure.add_gridspec(3, 14, left=0.01, right=0.99, bottom=0.02, top=0.8, hspace=0.08, wspace=0.15)
    for columns, shown, name in (
        (slice(0, 3), maximised, "made to excite it"),
        (slice(4, 7), image, "a real image"),
    ):
        axis = figure.add_subplot(grid[:, columns])
        draw_image(axis, checked_images(shown[None])[0])
        axis.set_title(name, fontsize=9)
    axis = figure.add_subplot(grid[:, 7:10])
    largest = max(np.abs(activations).max(), np.finfo("float64").tiny)
    axis.imshow(activations, cmap="PuOr_r", vmin=-largest, vmax=largest, interpolation="nearest")
    axis.set_title(f"its feature map\n(full colour: {largest:.2g})", fontsize=9)
    for i, patch in enumerate(patches):
        axis = figure.add_subplot(grid[i // 3, 11 + i % 3])
        draw_image(axis, patch)
        if i == 1:
            axis.set_title("real patches,\nstrongest first", fontsize=9)
    for axis in figure.axes:
        axis.set(xticks=[], yticks=[], frame_on=False)
    return finished(figure, title)


def _draw_map(axis, values):
    largest = np.percentile(values, 99) or values.max() or 1
    axis.imshow(values, cmap=HEAT, vmin=0, vmax=largest, interpolation="nearest")


def _checked_maps(name, values, count):
    values = np.asarray(values, "float64")
    if values.ndim != 3 or len(values) != count or not (values >= 0).all():
        raise ValueError(
            f"{name!r} must be {count} maps (n, rows, columns) of numbers that are at least 0. "
            f"Received: shape {values.shape}, smallest {values.min() if values.size else 'of nothing'}."
        )
    return values
