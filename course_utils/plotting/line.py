"""Pictures of densities on a line: the two sides' distributions and the discriminator between them.

Curves are arrays `(n,)` over one grid `x` `(n,)`.
"""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plotting.figures import finished

# The two sides have the colours of their loss curves.
D_COLOUR, G_COLOUR = "#0072B2", "#D55E00"
DATA_COLOUR = "0.25"
STYLES = ("-", "--", ":", "-.")
LOWEST_VALUE = -np.log(4)


def curves(x, series, xlabel, ylabel, title=None, **axis_settings):
    """Curves by name over one x; `axis_settings` are matplotlib's, such as `yscale="log"`."""
    figure, axis = plt.subplots(figsize=(6.5, 3), layout="constrained")
    for i, (name, y) in enumerate(series.items()):
        axis.plot(x, y, STYLES[i % len(STYLES)], label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel, **axis_settings)
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return finished(figure, title)


def game(x, p_data, p_g, optimal, value, divergence):
    """Both densities with D* between them, and at the right the value V of the game on its scale from -log 4 to 0."""
    # A fixed layout: the explorer draws this at every touch, and a constrained one takes twice as long.
    places = {"width_ratios": [8, 1], "left": 0.08, "right": 0.98, "bottom": 0.2, "top": 0.88, "wspace": 0.58}
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 3), gridspec_kw=places)
    handles = _draw_densities(left, x, p_data, p_g) + _draw_discriminator(left, x, {"$D^*$": optimal})
    left.set(xlabel="x", ylabel="density", ylim=_from_zero(p_data, p_g))
    figure.legend(handles=handles, loc="upper center", ncols=3, frameon=False, fontsize=9)
    right.bar([0], [value - LOWEST_VALUE], bottom=LOWEST_VALUE, width=0.6, color=D_COLOUR)
    right.set(xlim=(-0.6, 0.6), ylim=(LOWEST_VALUE, 0), xticks=[], ylabel="V (nats)")
    right.set_yticks([LOWEST_VALUE, -1, -0.5, 0], ["−log 4", "−1", "−0.5", "0"], fontsize=8)
    right.set_xlabel(f"2 JSD =\n{2 * divergence:.3f}", fontsize=8)
    return finished(figure, None)


def moments(x, p_data, seen, columns=3, title=None):
    """One panel for each moment of a training run.

    Args:
        x, p_data: grid and density of the data.
        seen: dict from the moment's name to a dict with `p_g` (density of the samples) and `D` (dict from a name to a
            discriminator's answers in [0, 1]).
        columns: panels in a row.
    """
    columns = min(columns, len(seen))
    rows = -(-len(seen) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.3 * columns, 2.2 * rows + 0.4), layout="constrained", squeeze=False, sharey=True
    )
    axes[0, 0].set_ylim(_from_zero(p_data, *(moment["p_g"] for moment in seen.values())))
    for axis in axes.flat[len(seen) :]:
        axis.axis("off")
    for i, (axis, (name, moment)) in enumerate(zip(axes.flat, seen.items(), strict=False)):
        handles = _draw_densities(axis, x, p_data, moment["p_g"])
        handles += _draw_discriminator(axis, x, moment["D"], labelled=(i + 1) % columns == 0)
        axis.set(xlabel="x" if i >= len(seen) - columns else "", ylabel="" if i % columns else "density")
        axis.set_title(name, fontsize=9)
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), frameon=False, fontsize=9)
    return finished(figure, title)


def _draw_densities(axis, x, p_data, p_g):
    (data,) = axis.plot(x, p_data, color=DATA_COLOUR, label=r"$p_\mathrm{data}$")
    samples = axis.fill_between(x, p_g, color=G_COLOUR, alpha=0.45, linewidth=0, label="$p_g$")
    return [data, samples]


def _from_zero(*densities):
    return 0, 1.05 * max(map(np.max, densities))


def _draw_discriminator(axis, x, answers, labelled=True):
    """Draw answers in [0, 1] on an axis of their own at the right."""
    right = axis.twinx()
    lines = [
        right.plot(x, D, STYLES[i], color=D_COLOUR, linewidth=1.2 + 0.6 * (i == 0), label=name)[0]
        for i, (name, D) in enumerate(answers.items())
    ]
    right.axhline(0.5, color="0.6", linewidth=0.6)
    right.set(ylim=(-0.02, 1.02), ylabel="D(x)" if labelled else "")
    right.yaxis.label.set_color(D_COLOUR)
    right.tick_params(axis="y", labelcolor=D_COLOUR, labelright=labelled)
    return lines
