"""The best discriminator between two normal densities, under the reader's hand."""

import numpy as np

from course_utils import density, plotting
from course_utils.widgets.explorer import Explorer, real

# The integrals reach further than the picture, so that a wide p_g at the picture's edge is counted whole.
X = np.linspace(-15, 15, 3001)
SHOWN = np.abs(X) <= 6
LOG_P_DATA = density.log_normal(X, 0.0, 1.0)


def explorer(mean=1.5, spread=0.7):
    """`Explorer` of D*, JSD and V for p_data the standard normal and p_g the normal that two sliders move.

    Args:
        mean: mean of p_g at first, from -3 to 3.
        spread: standard deviation of p_g at first, from 0.3 to 2.
    """
    return Explorer(_draw, mean=real("mean of p_g", mean, -3.0, 3.0), spread=real("spread of p_g", spread, 0.3, 2.0))


def numbers(mean, spread):
    """Returns `(JSD, V)` in nats for p_data the standard normal, p_g the normal with this mean and spread."""
    log_p_g = density.log_normal(X, mean, spread)
    return density.jensen_shannon(X, LOG_P_DATA, log_p_g), density.value_at_optimum(X, LOG_P_DATA, log_p_g)


def figure(mean, spread):
    """The explorer's picture as a matplotlib figure."""
    log_p_g = density.log_normal(X, mean, spread)
    optimal = density.optimal_discriminator(LOG_P_DATA, log_p_g)
    p_data, p_g = np.exp(LOG_P_DATA), np.exp(log_p_g)
    divergence, value = numbers(mean, spread)
    return plotting.game(X[SHOWN], p_data[SHOWN], p_g[SHOWN], optimal[SHOWN], value, divergence)


def _draw(mean, spread):
    divergence, value = numbers(mean, spread)
    text = f"JSD = {divergence:.4f} nats, V = −log 4 + 2 JSD = {value:.4f} nats"
    return figure(mean, spread), text
