"""A digit on demand: its class and its style under the reader's hand."""

import numpy as np

from course_utils import plotting
from course_utils.gans.players import latent_vectors
from course_utils.widgets.explorer import Explorer, choice, real, whole
from course_utils.widgets.latent_explorer import slerp


def explorer(gan, classifier=None, styles=100):
    """`Explorer` of a class, and of a style between two latent vectors; the picture shows every class in that style.

    Args:
        gan: a trained `CGAN`.
        classifier: None, or a `FrozenClassifier` whose answer stands below the picture.
        styles: how many latent vectors there are to pick from.
    """
    latent = latent_vectors(styles, gan.latent_dim, seed=0)

    def draw(label, start, end, place):
        z = slerp(latent[start], latent[end], place)
        text = f"A {label}, {place:.0%} of the way from style {start} to style {end}"
        return figure(gan, z, label), text + _answer(classifier, gan.generate(z[None], label))

    return Explorer(
        draw,
        label=choice("class", list(range(gan.classes))),
        start=whole("from style", 0, 0, styles - 1),
        end=whole("to style", 1, 0, styles - 1),
        place=real("place", 0.0, 0.0, 1.0, step=0.05),
    )


def figure(gan, z, label):
    """The explorer's picture as a matplotlib figure: one latent vector `(latent_dim,)` with the class asked for, at the
    left and large, and with every class.
    """
    every = gan.every_class(np.asarray(z)[None])
    return plotting.chosen(every, label, [f"{i}" for i in range(gan.classes)])


def _answer(classifier, image):
    if classifier is None:
        return "."
    answer = classifier.answers(image)[0]
    return f". The classifier sees a {answer.argmax()} ({answer.max():.0%})."
