"""What every picture of the lessons begins and ends with."""

from types import MethodType

import matplotlib.pyplot as plt

from course_utils.plotting.words import alternative_text


def panels(rows, columns, size):
    """A figure of `size` inches and its axes, an array `(rows, columns)`."""
    return plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")


def finished(figure, title):
    """The figure under its title (or None), closed for pyplot so that a notebook shows it once, and with a text for
    those who do not see it.
    """
    if title:
        figure.suptitle(title, fontsize=10)
    plt.close(figure)
    figure._repr_mimebundle_ = MethodType(_described, figure)
    return figure


def _described(figure, include=None, exclude=None):
    """What IPython adds to the picture that it makes itself: the output's metadata, where nbconvert looks for it."""
    return {}, {"image/png": {"alt": alternative_text(figure)}}
