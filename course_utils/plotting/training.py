"""Pictures of a training run: its losses, its samples as they improve, and what it covers."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plotting.figures import finished
from course_utils.plotting.images import checked_columns, checked_images, mosaic

# Okabe and Ito's colours, which most colour-blind people tell apart; line styles serve a print without colour.
LOSS_LOOKS = {"discriminator_loss": ("#0072B2", "-"), "generator_loss": ("#D55E00", "--")}
OTHER_LOOKS = [
    ("#009E73", ":"),
    ("#CC79A7", "-."),
    ("#E69F00", (0, (5, 1))),
    ("#56B4E9", (0, (1, 3))),
    ("black", (0, (8, 3))),
]


def loss_curves(history, title=None, xlabel="epoch", ylabel="loss (nats)"):
    """Every series of a dict from name to values, one value an epoch, on one pair of axes.

    Raises:
        ValueError: where `history` is not such a dict.
    """
    _check_history(history)
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    _draw_losses(axis, history, xlabel, ylabel)
    return finished(figure, title)


def histories(runs, series, ylabel=None, xlabel="epoch", title=None, limit=None):
    """The same series of several runs: `runs` is a dict from the run's name to its history.

    `limit` is None, or the name and the value of something that the series cannot pass, such as ("log 10", 2.303).

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
    if limit is not None:
        axis.axhline(limit[1], color="black", linewidth=1, linestyle=(0, (1, 3)), label=limit[0])
    axis.set(xlabel=xlabel, ylabel=ylabel or _words(series))
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return finished(figure, title)


def training_progress(images, history, title=None, columns=8, ylabel="loss (nats)"):
    """Losses at the left, samples at the right: what a run shows while it goes on.

    Raises:
        ValueError: where images have another rank, channel count or range, or `history` is no dict of series.
    """
    images = checked_images(images)
    _check_history(history)
    columns = checked_columns(columns, images)
    rows = -(-len(images) // columns)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 3.2), layout="constrained", gridspec_kw={"width_ratios": [1, 1.35]}
    )
    _draw_losses(left, history, "epoch", ylabel)
    right.imshow(mosaic(images, rows, columns), cmap="gray", vmin=0, vmax=1)
    right.axis("off")
    return finished(figure, title)


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
    return finished(figure, title)


def _draw_losses(axis, history, xlabel, ylabel):
    others = cycle(OTHER_LOOKS)
    for name, values in history.items():
        colour, style = LOSS_LOOKS.get(name) or next(others)
        axis.plot(np.arange(1, len(values) + 1), values, label=_words(name), color=colour, linestyle=style)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.grid(alpha=0.3)
    if history:
        axis.legend(frameon=False)


def _check_history(history):
    if not isinstance(history, dict) or not all(np.ndim(values) == 1 for values in history.values()):
        raise ValueError(
            "A history must be a dict from the name of a series to its values, such as fit(...).history. "
            f"Received: {history!r:.80}."
        )


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
