"""The best discriminator between two normal densities, under the reader's hand."""

import io

import ipywidgets as widgets
import numpy as np

from course_utils import density, plotting1d

# The integrals reach further than the picture, so that a wide p_g at the picture's edge is counted whole.
X = np.linspace(-15, 15, 3001)
SHOWN = np.abs(X) <= 6
LOG_P_DATA = density.log_normal(X, 0.0, 1.0)
DOTS_PER_INCH = 80


class OptimalDiscriminator(widgets.VBox):
    """p_data is the standard normal; two sliders move p_g. Shows both densities, D*, JSD and V.

    Each slider can be moved with the arrow keys, or by typing into the number beside it. The numbers stand below the
    picture as text.

    Args:
        mean: mean of p_g, from -3 to 3.
        spread: standard deviation of p_g, from 0.3 to 2.

    Attributes:
        mean, spread: the sliders.
        picture: `widgets.Image` with PNG bytes.
        text: `widgets.HTML` with the numbers.
    """

    def __init__(self, mean=1.5, spread=0.7):
        self.mean = _slider("mean of p_g", mean, -3.0, 3.0)
        self.spread = _slider("spread of p_g", spread, 0.3, 2.0)
        self.picture = widgets.Image(format="png")
        self.text = widgets.HTML()
        super().__init__([self.mean, self.spread, self.picture, self.text])
        for slider in (self.mean, self.spread):
            slider.observe(self._draw, names="value")
        self._draw()

    def _draw(self, change=None):
        mean, spread = self.mean.value, self.spread.value
        divergence, value = numbers(mean, spread)
        buffer = io.BytesIO()
        figure(mean, spread).savefig(buffer, format="png", dpi=DOTS_PER_INCH)
        self.picture.value = buffer.getvalue()
        self.text.value = f"JSD = {divergence:.4f} nats, V = −log 4 + 2 JSD = {value:.4f} nats"


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
    return plotting1d.game(X[SHOWN], p_data[SHOWN], p_g[SHOWN], optimal[SHOWN], value, divergence)


def _slider(name, value, low, high):
    return widgets.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=0.1,
        description=name,
        readout_format=".1f",
        style={"description_width": "8em"},
        layout={"width": "30em"},
    )
