"""What every picture of the lessons begins and ends with."""

import matplotlib.pyplot as plt


def panels(rows, columns, size):
    """A figure of `size` inches and its axes, an array `(rows, columns)`."""
    return plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")


def finished(figure, title):
    """The figure under its title (or None), closed for pyplot so that a notebook shows it once."""
    if title:
        figure.suptitle(title, fontsize=10)
    plt.close(figure)
    return figure
