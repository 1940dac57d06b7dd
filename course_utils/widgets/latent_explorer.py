"""A walk between latent vectors by hand."""

import numpy as np

from course_utils import plotting
from course_utils.gans.players import latent_vectors
from course_utils.widgets.explorer import Explorer, real, whole

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
    """`Explorer` whose sliders pick two latent vectors and a place between them, with the image generated there.

    Args:
        gan: a trained `GAN`.
        vectors: how many latent vectors there are to pick from.
    """
    latent = latent_vectors(vectors, gan.latent_dim, seed=0)

    def draw(start, end, place):
        a, b = latent[start], latent[end]
        images = gan.generate(np.stack([a, slerp(a, b, place), b]))
        titles = ["from", f"place {place:.2f}", "to"]
        text = f"{place:.0%} of the way from {start} to {end}"
        return plotting.image_grid(images, columns=3, titles=titles, side=1.8), text

    start, end = whole("from", 0, 0, vectors - 1), whole("to", 1, 0, vectors - 1)
    return Explorer(draw, start=start, end=end, place=real("place", 0.5, 0.0, 1.0, step=0.05))
