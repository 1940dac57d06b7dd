"""A walk between latent vectors by hand."""

import io

import ipywidgets as widgets
import numpy as np

from course_utils import plotting
from course_utils.gans.players import latent_vectors

STEPS = 9


def slerp(a, b, t):
    """The point at the fraction `t` of the great circle from latent vector `a` to `b`, both `(latent_dim,)`.

    Normal vectors of many dimensions all have about the same length, and a straight line between two of them passes
    through shorter ones that the generator never saw (White 2016, arXiv:1609.04468).
    """
    a, b = np.asarray(a, "float32"), np.asarray(b, "float32")
    angle = np.arccos(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))
    if angle < 1e-4:
        return (1 - t) * a + t * b
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)


def walk(a, b, steps=STEPS):
    """Latent vectors `(steps, latent_dim)` from `a` to `b` along the great circle."""
    return np.stack([slerp(a, b, t) for t in np.linspace(0, 1, steps)])


def latent_explorer(gan, vectors=100):
    """Sliders that pick two latent vectors and a place between them, and the image that the generator makes there.

    Args:
        gan: a trained `GAN`.
        vectors: how many latent vectors there are to pick from.

    Returns:
        An ipywidgets box; `children[0]` to `children[2]` are the sliders *from*, *to* and *place*, `children[3]` the
        picture.
    """
    latent = latent_vectors(vectors, gan.latent_dim, seed=0)
    start = widgets.IntSlider(0, 0, vectors - 1, description="from")
    end = widgets.IntSlider(1, 0, vectors - 1, description="to")
    place = widgets.FloatSlider(0.5, min=0, max=1, step=0.05, description="place")
    picture = widgets.Image(format="png", layout={"width": "420px"})

    def draw(_=None):
        a, b = latent[start.value], latent[end.value]
        images = gan.generate(np.stack([a, slerp(a, b, place.value), b]))
        figure = plotting.image_grid(images, columns=3, titles=["from", f"place {place.value:.2f}", "to"])
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110)
        picture.value = buffer.getvalue()

    for slider in (start, end, place):
        slider.observe(draw, names="value")
    draw()
    return widgets.VBox([start, end, place, picture])
