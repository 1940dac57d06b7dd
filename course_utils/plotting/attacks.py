"""Pictures of attacks on classifiers: perturbations, accuracy under attack, logits along a line; images in [-1, 1]."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from course_utils.plotting.figures import finished, panels
from course_utils.plotting.images import checked_images, draw_image

# Purple and orange stay apart for most colour-blind people; white is no change.
SIGNED = "PuOr_r"
BLUE, VERMILION = "#0072B2", "#D55E00"
# Okabe and Ito's colours; markers and line styles serve a print without colour.
LOOKS = (
    ("0.4", "-", "s"),
    (BLUE, "--", "o"),
    (VERMILION, "-", "^"),
    ("#009E73", "-.", "D"),
    ("#CC79A7", ":", "v"),
    ("black", (0, (5, 1)), "x"),
)
SHOWN_ON_LINE = (-10, -5, -1, 0, 1, 5, 10)


def perturbations(images, attacked, before, after, title=None):
    """Three rows: images, what was added to them, and their sum.

    Args:
        images, attacked: `(n, height, width, 1 or 3)` in [-1, 1].
        before, after: what stands above each image of the first and the last row, n texts each.
        title: title of the figure.

    Returns:
        Figure. The change is enlarged so that the largest one, of all pixels, has the full colour: orange adds, purple
        takes away. Of three channels their mean is shown.
    """
    images, attacked = checked_images(images), checked_images(attacked)
    n = len(images)
    if attacked.shape != images.shape or len(before) != n or len(after) != n:
        raise ValueError(
            "images, attacked, before and after must have one entry for each image. "
            f"Received: shapes {images.shape} and {attacked.shape}, {len(before)} and {len(after)} texts."
        )
    change = attacked - images
    largest = np.abs(change).max()
    figure, axes = panels(3, n, (max(1.15 * n, 3) + 1.2, 4.4))
    for i in range(n):
        _draw(axes[0, i], images[i], before[i])
        _draw_change(axes[1, i], change[i], largest)
        _draw(axes[2, i], attacked[i], after[i])
    for axis, name in zip(axes[:, 0], ("image", f"change, full\ncolour: {largest:.3g}", "sum"), strict=True):
        axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return finished(figure, title)


def accuracy_under_attack(epsilons, series, title=None, chance=None):
    """Accuracy under attack against the size of the change.

    Args:
        epsilons: `(k,)`, largest change of a pixel.
        series: dict from an attack's name to shares `(k,)` in [0, 1].
        title: title of the figure.
        chance: accuracy of guessing, as a dotted line, or None.

    Raises:
        ValueError: for no series, more than there are line styles, or shares of another number or range.
    """
    if not 0 < len(series) <= len(LOOKS):
        raise ValueError(f"series must hold 1 to {len(LOOKS)} attacks. Received: {len(series)}.")
    series = {name: _checked_shares(name, shares, epsilons) for name, shares in series.items()}
    figure, axis = plt.subplots(figsize=(6.8, 3.4), layout="constrained")
    for (name, shares), (colour, style, marker) in zip(series.items(), LOOKS, strict=False):
        axis.plot(epsilons, 100 * shares, color=colour, linestyle=style, marker=marker, markersize=5, label=name)
    if chance is not None:
        axis.axhline(100 * chance, color="0.3", linestyle=":", linewidth=1)
    axis.set(xlabel="epsilon, largest change of a pixel on [-1, 1]", ylabel="accuracy (%)", ylim=(-3, 103))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return finished(figure, title)


def logits_on_line(scales, logits, image, direction, label, title=None):
    """Logits of one image along x + a * direction, with the image itself at seven places of the line.

    Args:
        scales: the values of a, `(k,)`.
        logits: `(k, classes)`.
        image, direction: `(height, width, 1 or 3)`; sums are cut to [-1, 1] for the eye only.
        label: the true class, drawn thick; the class that wins at a = 1 is dashed.
        title: title of the figure.
    """
    scales, logits = np.asarray(scales), np.asarray(logits)
    if logits.ndim != 2 or scales.shape != logits.shape[:1]:
        raise ValueError(f"logits must be (k, classes) for scales (k,). Received: {logits.shape} for {scales.shape}.")
    winner = int(logits[np.abs(scales - 1).argmin()].argmax())
    figure = plt.figure(figsize=(7.6, 4.4), layout="constrained")
    grid = figure.add_gridspec(2, len(SHOWN_ON_LINE), height_ratios=[1, 3])
    for column, a in enumerate(SHOWN_ON_LINE):
        answer = logits[np.abs(scales - a).argmin()].argmax()
        shown = np.clip(image + a * direction, -1, 1)
        _draw(figure.add_subplot(grid[0, column]), shown, f"a = {a}\nanswer {answer}")
    axis = figure.add_subplot(grid[1, :])
    for name, values in enumerate(logits.T):
        if name == label:
            look = {"color": BLUE, "linewidth": 3, "label": f"{name}, the true class"}
        elif name == winner:
            look = {"color": VERMILION, "linewidth": 2, "linestyle": "--", "label": f"{name}, the answer at a = 1"}
        else:
            look = {"color": "0.6", "linewidth": 1, "label": "the others" if name == _first(label, winner) else None}
        axis.plot(scales, values, **look)
    axis.set(xlabel="a", ylabel="logit", xlim=(scales.min(), scales.max()))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return finished(figure, title)


def target_grid(images, success, title=None):
    """Images `(rows, columns, height, width, 1 or 3)`, a row for each class and a column for each class wanted.

    `success` `(rows, columns)` says where the target was reached; elsewhere a cross is drawn through the image.
    """
    images, success = np.asarray(images), np.asarray(success)
    if images.ndim != 5 or success.shape != images.shape[:2]:
        raise ValueError(
            "images must be (rows, columns, height, width, channels) and success (rows, columns). "
            f"Received: shapes {images.shape} and {success.shape}."
        )
    rows, columns = success.shape
    flat = checked_images(images.reshape(-1, *images.shape[2:])).reshape(images.shape)
    figure, axes = panels(rows, columns, (0.55 * columns + 0.7, 0.55 * rows + 0.7))
    for (row, column), axis in np.ndenumerate(axes):
        _draw(axis, flat[row, column], "")
        if not success[row, column]:
            axis.plot([0.1, 0.9], [0.1, 0.9], color=VERMILION, linewidth=2, transform=axis.transAxes)
            axis.plot([0.1, 0.9], [0.9, 0.1], color=VERMILION, linewidth=2, transform=axis.transAxes)
        if row == 0:
            axis.set_title(f"{column}", fontsize=9)
        if column == 0:
            axis.set_ylabel(f"{row}", fontsize=9, rotation=0, ha="right", va="center")
    figure.supxlabel("column: the class wanted", fontsize=9)
    figure.supylabel("row: the true class", fontsize=9)
    return finished(figure, title)


def answer_bars(image, attacked, before, after, label):
    """One image, its change enlarged, the sum, and the probabilities of every class before and after as bars.

    Args:
        image, attacked: `(height, width, 1 or 3)` in [-1, 1].
        before, after: probabilities `(classes,)`.
        label: the true class, marked on the axis.
    """
    change = attacked - image
    largest = np.abs(change).max()
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    places = {"width_ratios": [1, 1, 1, 2], "left": 0.01, "right": 0.95, "bottom": 0.19, "top": 0.88, "wspace": 0.1}
    figure, axes = plt.subplots(1, 4, figsize=(9.5, 2.6), gridspec_kw=places)
    _draw(axes[0], image, f"image: {_named(before)}")
    _draw_change(axes[1], change, largest)
    axes[1].set_title("no change" if largest == 0 else f"change, full colour: {largest:.3f}", fontsize=9)
    _draw(axes[2], attacked, f"sum: {_named(after)}")
    place = np.arange(len(before))
    axes[3].bar(place - 0.2, before, 0.4, color=BLUE, label="image")
    axes[3].bar(place + 0.2, after, 0.4, color=VERMILION, hatch="//", edgecolor="white", label="sum")
    axes[3].set(ylim=(0, 1.05), xlabel=f"class (true: {label})", xticks=place)
    axes[3].yaxis.tick_right()
    axes[3].set_title("probability", fontsize=9)
    axes[3].legend(frameon=False, fontsize=8)
    return finished(figure, None)


def _checked_shares(name, shares, epsilons):
    shares = np.asarray(shares, "float64")
    if shares.shape != np.shape(epsilons) or not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(
            f"{name!r} must hold a share from 0 to 1 for each of {len(epsilons)} epsilons. Received: {shares!r}."
        )
    return shares


def _first(*taken):
    return min(set(range(len(taken) + 1)) - set(taken))


def _named(probabilities):
    return f"{probabilities.argmax()} ({100 * probabilities.max():.0f}%)"


def _draw(axis, image, title):
    draw_image(axis, image)
    axis.set(xticks=[], yticks=[], frame_on=False)
    axis.set_title(title, fontsize=9)


def _draw_change(axis, change, largest):
    largest = max(largest, 1e-12)
    axis.imshow(change.mean(axis=-1), cmap=SIGNED, vmin=-largest, vmax=largest, interpolation="nearest")
    axis.set(xticks=[], yticks=[])
