"""Pictures of what single operations do: photographs side by side, small arrays with their numbers, kernels, reach."""

import matplotlib.patheffects as effects
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from course_utils.plotting.figures import finished, panels

INCHES = 1.8
CELL_INCHES = 0.36
# Purple and orange stay apart for most colour-blind people; the wide limits keep the middle of the map, where black
# digits are readable.
SIGNED, PALER = "PuOr", 1.6
FRAME = {"fill": False, "edgecolor": "black", "linewidth": 2.5}


def pictures(images, limit=1.0, columns=None, same_scale=True, title=None):
    """Pictures by name, with their sizes.

    Args:
        images: dict from a name to a picture `(height, width)` or `(height, width, 1 or 3)`.
        limit: black stands for `-limit` and less, white for `limit` and more.
        columns: pictures in a row; all in one row where `None`.
        same_scale: whether one with half the pixels is drawn half as wide; else each fills its place.
        title: title of the figure.

    Raises:
        ValueError: no picture, one of another shape, or one that is not finite.
    """
    images = {name: _shown(name, image, limit) for name, image in _named(images).items()}
    columns = min(columns or len(images), len(images))
    rows = -(-len(images) // columns)
    tall, wide = np.max([image.shape[:2] for image in images.values()], axis=0)
    figure, axes = panels(rows, columns, (INCHES * columns, (INCHES * tall / wide + 0.42) * rows + 0.2))
    for axis in axes.flat:
        axis.axis("off")
    for axis, (name, image) in zip(axes.flat, images.items(), strict=False):
        height, width = image.shape[:2]
        axis.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        if same_scale:
            axis.set(xlim=(-0.5, wide - 0.5), ylim=(tall - 0.5, -0.5))
        axis.set_title(f"{name}\n{height}×{width}", fontsize=9, loc="left")
    return finished(figure, title)


def number_grids(arrays, frames=None, title=None):
    """Small arrays by name, with the number in every cell; purple below zero, orange above.

    Args:
        arrays: dict from a name to an array `(rows, columns)`.
        frames: dict from a name to what is outlined there: (first row, first column, height, width), in cells.
        title: title of the figure.

    Raises:
        ValueError: no array, one that has not two axes, or a frame without its array.
    """
    arrays = {name: _matrix(name, array) for name, array in _named(arrays).items()}
    if unknown := set(frames or {}) - set(arrays):
        raise ValueError(f"frames must name arrays among {list(arrays)}. Received: {sorted(unknown)}.")
    cells = [array.shape[1] for array in arrays.values()]
    tallest = max(array.shape[0] for array in arrays.values())
    figure, axes = plt.subplots(
        1,
        len(arrays),
        figsize=(CELL_INCHES * sum(cells) + 0.5 * len(arrays), CELL_INCHES * tallest + 0.7),
        gridspec_kw={"width_ratios": cells},
        squeeze=False,
        layout="constrained",
    )
    for axis, (name, array) in zip(axes[0], arrays.items(), strict=True):
        draw_numbers(axis, array)
        axis.set(title=name, xticks=[], yticks=[])
        axis.title.set_fontsize(9)
        if name in (frames or {}):
            row, column, height, width = frames[name]
            axis.add_patch(Rectangle((column - 0.5, row - 0.5), width, height, **FRAME))
    return finished(figure, title)


def weight_matrices(matrices, title=None):
    """Weight matrices by name, a row for each output and a column for each input; where a weight is 0 it is white."""
    matrices = {name: _matrix(name, matrix) for name, matrix in _named(matrices).items()}
    # A few large weights would leave one colour for all the others.
    limit = np.quantile(np.abs(np.concatenate([matrix[matrix != 0] for matrix in matrices.values()])), 0.95)
    figure, axes = panels(1, len(matrices), (3.6 * len(matrices), 2.3))
    for axis, (name, matrix) in zip(axes[0], matrices.items(), strict=True):
        weights = np.ma.masked_equal(matrix, 0)
        drawn = axis.imshow(weights, cmap="viridis", vmin=-limit, vmax=limit, interpolation="nearest")
        axis.set(xlabel="input pixel", ylabel="output pixel" if axis is axes[0, 0] else "")
        axis.set_title(name, fontsize=9)
    figure.colorbar(drawn, ax=axes, label="weight", shrink=0.8, extend="both")
    return finished(figure, title)


def filtering(image, kernel, result, limit=1.0):
    """A grey picture `(height, width)`, a kernel, and what the kernel makes of the picture, at the same scale."""
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    places = {"width_ratios": [5, 3, 5], "left": 0.01, "right": 0.99, "bottom": 0.02, "top": 0.86, "wspace": 0.08}
    figure, axes = plt.subplots(1, 3, figsize=(9, 3.6), gridspec_kw=places)
    height, width = image.shape
    for axis, name, picture in ((axes[0], "picture", image), (axes[2], "result", result)):
        axis.imshow(_shown(name, picture, limit), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axis.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        axis.set_title(f"{name}: {picture.shape[0]}×{picture.shape[1]}", fontsize=10, loc="left")
    draw_numbers(axes[1], kernel)
    axes[1].set_title("kernel", fontsize=10)
    for axis in axes:
        axis.axis("off")
    return finished(figure, None)


def receptive_field(image, squares, gradient, title=None):
    """What one output sees, by arithmetic and by gradient, side by side.

    Args:
        image: picture `(height, width)` or `(height, width, 1 or 3)` in [-1, 1].
        squares: list of (first pixel, pixels a side), the same for rows and columns, from the first layer to the last.
        gradient: `(height, width)`, gradient of the output with respect to the picture's pixels.
        title: title of the figure.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 4.1), layout="constrained")
    left.imshow(_shown("image", image, 1.0), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    outline, named = [effects.withStroke(linewidth=2.5, foreground="black")], -np.inf
    for low, size in squares:
        look = {"fill": False, "edgecolor": "white", "linewidth": 1, "path_effects": outline}
        left.add_patch(Rectangle((low - 0.5, low - 0.5), size, size, **look))
        # Numbers closer than this would stand on each other.
        if size - named >= 0.06 * len(image):
            left.text(low + size, low, f"{size}", color="white", fontsize=7, va="center", path_effects=outline)
            named = size
    left.set_title(f"by arithmetic: {squares[-1][1]}×{squares[-1][1]} after the last layer", fontsize=10)
    share = np.ma.masked_equal(np.abs(gradient), 0)
    drawn = right.imshow(np.ma.log10(share / share.max()), cmap="cividis", interpolation="nearest")
    rows, columns = (np.count_nonzero(np.any(gradient, axis=axis)) for axis in (1, 0))
    right.set_title(f"by gradient: {rows}×{columns} pixels are not 0", fontsize=10)
    low, size = squares[-1]
    right.add_patch(Rectangle((low - 0.5, low - 0.5), size, size, **FRAME))
    figure.colorbar(drawn, ax=right, label="gradient / largest gradient, powers of 10", shrink=0.85)
    for axis in (left, right):
        axis.set(xlabel="pixel", ylabel="pixel")
    return finished(figure, title)


def draw_numbers(axis, array):
    """Draw an array `(rows, columns)` on a matplotlib axis, with the number in every cell."""
    limit = PALER * max(np.abs(array).max(), 1e-12)
    axis.imshow(-array, cmap=SIGNED, vmin=-limit, vmax=limit)
    size = 8 if array.shape[1] <= 5 else 7
    for (row, column), value in np.ndenumerate(array):
        axis.text(column, row, _number(value), ha="center", va="center", fontsize=size)


def _number(value):
    return f"{value + 0:.0f}" if abs(value - round(value)) < 5e-4 else f"{value:.2f}"


def _named(arrays):
    if not isinstance(arrays, dict) or not arrays:
        raise ValueError(f"Expected a dict from name to array, with at least one. Received: {arrays!r:.80}.")
    return arrays


def _matrix(name, array):
    array = np.asarray(array, "float64")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name!r} must have the shape (rows, columns). Received: shape {array.shape}.")
    return array


def _shown(name, image, limit):
    """A picture from 0 (black) to 1 (white)."""
    image = np.asarray(image, "float32")
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    if image.size == 0 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[-1] != 3):
        raise ValueError(
            f"{name!r} must have the shape (height, width) or (height, width, 1 or 3). Received: shape {image.shape}. "
            "For the first image of a batch use images[0], for one channel image[..., 0]."
        )
    if not np.isfinite(image).all():
        raise ValueError(f"{name!r} must be finite. Received: {(~np.isfinite(image)).sum()} pixels that are not.")
    return np.clip((image / limit + 1) / 2, 0, 1)
