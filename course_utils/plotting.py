"""Pictures of the lessons: every function returns a matplotlib figure, and takes images in [-1, 1].

Images are `(n, height, width, channels)` with 1 or 3 channels. A figure is closed for pyplot, so that a notebook shows
it once, where it is the last value of a cell.
"""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np

# Okabe and Ito's colours, which most colour-blind people tell apart; line styles serve a print without colour.
LOSS_LOOKS = {"discriminator_loss": ("#0072B2", "-"), "generator_loss": ("#D55E00", "--")}
OTHER_LOOKS = [
    ("#009E73", ":"),
    ("#CC79A7", "-."),
    ("#E69F00", (0, (5, 1))),
    ("#56B4E9", (0, (1, 3))),
    ("black", (0, (8, 3))),
]


def image_grid(images, columns=8, titles=None, title=None):
    """Images in rows of `columns`; `titles` stand above each image.

    Raises:
        ValueError: where images have another rank, channel count or range, titles another length, or columns is not
            positive.
    """
    images = checked_images(images)
    columns = _checked_columns(columns, images)
    rows = -(-len(images) // columns)
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"titles must hold one for each of the {len(images)} images. Received: {len(titles)}.")
    figure, axes = _figure(rows, columns, (0.85 * columns, (1.1 if titles is not None else 0.85) * rows + 0.3))
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i < len(images):
            draw_image(axis, images[i])
            if titles is not None:
                axis.set_title(titles[i], fontsize=8)
    return _finished(figure, title)


def image_rows(rows, title=None):
    """One row of images for each entry of a dict from name to images; names stand at the left.

    Raises:
        ValueError: where there is no row, or images have another rank, channel count or range.
    """
    if not isinstance(rows, dict) or not rows:
        raise ValueError(f"rows must be a dict from name to images, with at least one. Received: {rows!r:.80}.")
    rows = {name: checked_images(images) for name, images in rows.items()}
    columns = max(map(len, rows.values()))
    figure, axes = _figure(len(rows), columns, (0.85 * columns + 1.6, 0.9 * len(rows) + 0.3))
    for axes_of_row, (name, images) in zip(axes, rows.items(), strict=True):
        for i, axis in enumerate(axes_of_row):
            axis.set(xticks=[], yticks=[], frame_on=False)
            if i < len(images):
                draw_image(axis, images[i])
        axes_of_row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return _finished(figure, title)


def loss_curves(history, title=None, xlabel="epoch"):
    """Every series of a dict from name to values, one value an epoch, on one pair of axes.

    Raises:
        ValueError: where `history` is not such a dict.
    """
    _check_history(history)
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    _draw_losses(axis, history, xlabel)
    return _finished(figure, title)


def histories(runs, series, ylabel=None, xlabel="epoch", title=None):
    """The same series of several runs: `runs` is a dict from the run's name to its history.

    Raises:
        ValueError: where a run has no such series.
    """
    for name, history in runs.items():
        _check_history(history)
        if series not in history:
            raise ValueError(f"The run {name!r} has the series {sorted(history)}. Received: series={series!r}.")
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    for i, (name, history) in enumerate(runs.items()):
        values = history[series]
        axis.plot(np.arange(1, len(values) + 1), values, label=name, linestyle=("-", "--", ":", "-.")[i % 4])
    axis.set(xlabel=xlabel, ylabel=ylabel or _words(series))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return _finished(figure, title)


def training_progress(images, history, title=None, columns=8):
    """Losses at the left, samples at the right: what a run shows while it goes on.

    Raises:
        ValueError: where images have another rank, channel count or range, or `history` is no dict of series.
    """
    images = checked_images(images)
    _check_history(history)
    columns = _checked_columns(columns, images)
    rows = -(-len(images) // columns)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 3.2), layout="constrained", gridspec_kw={"width_ratios": [1, 1.35]}
    )
    _draw_losses(left, history, "epoch")
    right.imshow(_mosaic(images, rows, columns), cmap="gray", vmin=0, vmax=1)
    right.axis("off")
    return _finished(figure, title)


def shares(class_shares, title=None, limits=(0.02, 0.25)):
    """Bars of the share of samples in each class, with the limits of a healthy generator.

    Args:
        class_shares: `(classes,)`, shares from 0 to 1, or a dict from name to such shares, all of one length.
        title: title of the figure.
        limits: shares at which a dotted line stands.

    Raises:
        ValueError: for shares of another form or range.
    """
    named = _checked_shares(class_shares if isinstance(class_shares, dict) else {"samples": class_shares})
    figure, axis = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
    width = 0.8 / len(named)
    for i, (name, values) in enumerate(named.items()):
        place = np.arange(len(values)) + (i - (len(named) - 1) / 2) * width
        axis.bar(place, values, width, label=name, hatch=("", "//", "..")[i % 3], edgecolor="white")
    for limit in limits:
        axis.axhline(limit, color="0.3", linestyle=":", linewidth=1)
    axis.set(xlabel="class", ylabel="share of samples", xticks=np.arange(len(values)))
    if len(named) > 1:
        axis.legend(frameon=False)
    return _finished(figure, title)


def checked_images(images):
    """Images as a float array in [-1, 1] `(n, height, width, channels)`.

    Raises:
        ValueError: naming the shape, the channels or the range received.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or 0 in images.shape:
        raise ValueError(
            f"Images must have the shape (n, height, width, 1 or 3). Received: shape {images.shape}. "
            "For one image use image[None], for one without channels image[..., None]."
        )
    images = images.astype("float32")
    if not np.isfinite(images).all():
        raise ValueError(f"Images must be finite. Received: {(~np.isfinite(images)).sum()} pixels that are not.")
    if np.abs(images).max() > 1.01:
        raise ValueError(
            f"Images must lie in [-1, 1]. Received: {images.min():.3g} to {images.max():.3g}. "
            "For 8-bit images use x / 127.5 - 1."
        )
    return images


def draw_image(axis, image):
    """Draw one image `(height, width, channels)` in [-1, 1] on a matplotlib axis."""
    axis.imshow(_displayed(image), cmap="gray", vmin=0, vmax=1, interpolation="nearest")


def _displayed(image):
    image = np.clip((image + 1) / 2, 0, 1)
    return image[..., 0] if image.shape[-1] == 1 else image


def _mosaic(images, rows, columns):
    n, height, width, channels = images.shape
    padded = np.full((rows * columns, height + 2, width + 2, channels), 1.0, "float32")
    padded[:n, 1:-1, 1:-1] = images
    tiles = padded.reshape(rows, columns, height + 2, width + 2, channels).transpose(0, 2, 1, 3, 4)
    return _displayed(tiles.reshape(rows * (height + 2), columns * (width + 2), channels))


def _draw_losses(axis, history, xlabel):
    others = cycle(OTHER_LOOKS)
    for name, values in history.items():
        colour, style = LOSS_LOOKS.get(name) or next(others)
        axis.plot(np.arange(1, len(values) + 1), values, label=_words(name), color=colour, linestyle=style)
    axis.set(xlabel=xlabel, ylabel="loss (nats)")
    axis.grid(alpha=0.3)
    if history:
        axis.legend(frameon=False)


def _check_history(history):
    if not isinstance(history, dict) or not all(np.ndim(values) == 1 for values in history.values()):
        raise ValueError(
            "A history must be a dict from the name of a series to its values, such as fit(...).history. "
            f"Received: {history!r:.80}."
        )


def _checked_columns(columns, images):
    if isinstance(columns, bool) or not isinstance(columns, int) or columns < 1:
        raise ValueError(f"columns must be a positive integer. Received: columns={columns!r}.")
    return min(columns, len(images))


def _checked_shares(named):
    named = {name: np.asarray(values, "float64") for name, values in named.items()}
    shapes = {values.shape for values in named.values()}
    if len(shapes) != 1 or len(*shapes) != 1 or not all(((v >= 0) & (v <= 1)).all() for v in named.values()):
        raise ValueError(
            "Shares must be numbers from 0 to 1, one for each class and as many for each name. "
            f"Received: { {name: values.tolist() for name, values in named.items()} }."
        )
    return named


def _words(name):
    return name.replace("_", " ")


def _figure(rows, columns, size):
    return plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")


def _finished(figure, title):
    if title:
        figure.suptitle(title, fontsize=10)
    plt.close(figure)
    return figure
