"""Densities on a line: what the discriminator knows at its best, and what the game is then worth.

Everything takes log-densities on one grid `x` `(n,)`, ascending, because a density far from its middle is too small for
a floating point number where its logarithm is not. Logarithms are natural; divergences and values are in nats.
Goodfellow et al. 2014 (arXiv:1406.2661), section 4.1.
"""

import numpy as np


def log_normal(x, mean, spread):
    """Log-density of the normal distribution at `x`; `spread` is its standard deviation.

    Raises:
        ValueError: where the spread is not positive.
    """
    if not spread > 0:
        raise ValueError(f"The spread must be a positive standard deviation. Received: spread={spread!r}.")
    return -0.5 * ((np.asarray(x) - mean) / spread) ** 2 - np.log(spread * np.sqrt(2 * np.pi))


def optimal_discriminator(log_p_data, log_p_g):
    """D*(x) = p_data(x) / (p_data(x) + p_g(x)), in [0, 1] (proposition 1)."""
    return np.exp(-np.logaddexp(0.0, np.subtract(log_p_g, log_p_data)))


def jensen_shannon(x, log_p, log_q):
    """Jensen-Shannon divergence of two densities on a grid, from 0 (equal) to log 2 (nowhere both)."""
    log_m = np.logaddexp(log_p, log_q) - np.log(2)
    return (_kullback_leibler(x, log_p, log_m) + _kullback_leibler(x, log_q, log_m)) / 2


def value_at_optimum(x, log_p_data, log_p_g):
    """V(D*, G) = E[log D*(x)] + E[log(1 - D*(G(z)))], from -log 4 (equal) to 0 (theorem 1)."""
    log_sum = np.logaddexp(log_p_data, log_p_g)
    real, fake = (np.exp(log_p) * (log_p - log_sum) for log_p in (log_p_data, log_p_g))
    return float(np.trapezoid(real + fake, x))


def _kullback_leibler(x, log_p, log_q):
    return float(np.trapezoid(np.exp(log_p) * (log_p - log_q), x))
