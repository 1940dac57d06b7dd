"""An image that is changed by hand, its translation, and what the translation should have been."""

import numpy as np

from course_utils import plotting
from course_utils.widgets.explorer import Explorer, real, whole


def explorer(gan, images, truth=None):
    """`Explorer` of one image, how bright its stroke and its ground are, and how it is turned.

    Args:
        gan: a trained `CycleGAN`.
        images: to pick from, `(n, height, width, channels)` in [-1, 1], of the side that `gan.translate` takes.
        truth: None, or the function from such images to their true translations.
    """

    def draw(number, stroke, ground, turns):
        image = changed(images[number], stroke, ground, turns)
        return figure(gan, image, truth), _text(gan, image, truth)

    return Explorer(
        draw,
        number=whole("image", 0, 0, len(images) - 1),
        stroke=real("stroke", 1.0, 0.0, 1.0, step=0.05),
        ground=real("ground", 0.0, 0.0, 1.0, step=0.05),
        turns=whole("quarter turns", 0, 0, 3),
    )


def changed(image, stroke=1.0, ground=0.0, turns=0):
    """One image `(height, width, channels)` whose white became the brightness `stroke` and whose black became `ground`,
    both from 0 to 1, turned to the left by so many quarters. The image must be square where it is turned.
    """
    share = (np.asarray(image) + 1) / 2
    return np.rot90(2 * (ground + (stroke - ground) * share) - 1, turns).astype("float32")


def figure(gan, image, truth=None):
    """The explorer's picture as a matplotlib figure: x, G(x), the truth where it is known, and F(G(x))."""
    shown = panels(gan, image, truth)
    return plotting.image_grid(np.stack(list(shown.values())), columns=len(shown), titles=list(shown), side=1.8)


def panels(gan, image, truth=None):
    """What the picture shows, as a dict from title to image `(height, width, channels)`."""
    there = gan.translate(image[None])
    known = {} if truth is None else {"truth": truth(image)}
    return {"x": image, "G(x)": there[0], **known, "F(G(x))": gan.translate_back(there)[0]}


def _text(gan, image, truth):
    shown = panels(gan, image, truth)
    cycle = f"F(G(x)) misses x by {_distance(shown['F(G(x))'], image):.3f}"
    if truth is None:
        return f"{cycle} of the range from black to white."
    return f"G(x) misses the truth by {_distance(shown['G(x)'], shown['truth']):.3f} of the range, {cycle}."


def _distance(a, b):
    return np.abs(a - b).mean() / 2
