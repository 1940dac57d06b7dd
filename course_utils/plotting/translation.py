"""Pictures of a translation from images to images: scores of patches, and what one gains or loses beside another."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plotting.figures import finished, panels
from course_utils.plotting.images import checked_images, draw_image

MARKERS = "osD^vP*Xd<"
# Okabe and Ito's colours, which a colour-blind eye tells apart; the marker says the same again.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#8C6D1F")


def patch_scores(images, scores, limits, title=None):
    """Images, and below each one the scores that a discriminator gave to its patches, with their mean.

    Args:
        images: `(n, height, width, 1 or 3)` in [-1, 1].
        scores: `(n, rows, columns)` or `(n, rows, columns, 1)`.
        limits: scores drawn darkest and brightest.
        title: title of the figure.

    Raises:
        ValueError: where images have another rank, channel count or range, or scores another number or rank.
    """
    images, scores = checked_images(images), np.asarray(scores, "float64")
    scores = scores[..., 0] if scores.ndim == 4 and scores.shape[-1] == 1 else scores
    if scores.ndim != 3 or len(scores) != len(images):
        raise ValueError(f"scores must be ({len(images)}, rows, columns). Received: shape {scores.shape}.")
    figure, axes = panels(2, len(images), (0.95 * len(images) + 1.6, 2.3))
    for upper, lower, image, of_image in zip(*axes, images, scores, strict=True):
        draw_image(upper, image)
        drawn = lower.imshow(of_image, cmap="cividis", vmin=limits[0], vmax=limits[1], interpolation="nearest")
        lower.set_xlabel(f"{of_image.mean():.2f}", fontsize=8)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[], frame_on=False)
    names = "image", "score of\neach patch,\nand mean"
    for axis, name in zip(axes[:, 0], names, strict=True):
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    bar = figure.colorbar(drawn, ax=axes.ravel().tolist(), fraction=0.02, aspect=14)
    bar.set_label("score", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return finished(figure, title)


def trade_off(rows, x, y, xlabel, ylabel, ideal=None, title=None):
    """Two measures of several runs against each other: a marker at the medians, lines over the whole ranges.

    Args:
        rows: dict from a name to a dict from each measure to its values, one for each seed.
        x: measure along the x axis.
        y: measure along the y axis.
        xlabel: name of `x`, with its unit.
        ylabel: name of `y`, with its unit.
        ideal: None, or the value of `y` at which a dotted line stands.
        title: title of the figure.

    Raises:
        ValueError: where there is no row, or more than eight.
    """
    if not 1 <= len(rows) <= len(COLOURS):
        raise ValueError(f"There must be 1 to {len(COLOURS)} rows. Received: {len(rows)}.")
    figure, axis = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
    for (name, values), colour, marker in zip(rows.items(), COLOURS, MARKERS, strict=False):
        along, up = (np.atleast_1d(values[measure]) for measure in (x, y))
        middle = np.median(along), np.median(up)
        axis.plot([along.min(), along.max()], [middle[1]] * 2, color=colour, linewidth=1)
        axis.plot([middle[0]] * 2, [up.min(), up.max()], color=colour, linewidth=1)
        axis.plot(*middle, marker, color=colour, markersize=8, markeredgecolor="white", linestyle="none", label=name)
    if ideal is not None:
        axis.axhline(ideal, color="0.3", linestyle=":", linewidth=1)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return finished(figure, title)
