"""A generator's codes under the reader's hand."""

from course_utils import plotting
from course_utils.widgets.explorer import Explorer, choice, real, whole


def explorer(gan, classes=None, vectors=100):
    """`Explorer` of a category, the continuous codes and a noise vector; every category is shown beside the chosen one.

    Args:
        gan: a trained `InfoGAN`.
        classes: None, or the class of each category, whole numbers `(categories,)`, to stand beside its number.
        vectors: how many noise vectors there are to pick from.
    """
    latent = gan.latent(vectors, seed=0)
    sliders = {f"c{i + 1}": real(f"code c{i + 1}", 0.0, -2.0, 2.0) for i in range(gan.codes.continuous)}

    def draw(category, noise, **continuous):
        values = list(continuous.values())
        codes = ", ".join([f"category {category}", *(f"c{i + 1} = {value:.1f}" for i, value in enumerate(values))])
        return figure(gan, latent[noise], category, values, classes), f"{codes}, noise vector {noise}"

    return Explorer(
        draw,
        category=choice("category", list(range(gan.codes.categories))),
        **sliders,
        noise=whole("noise vector", 0, 0, vectors - 1),
    )


def figure(gan, latent, category, continuous, classes=None):
    """The explorer's picture as a matplotlib figure: one image large, and at its right what each category makes of the
    same noise and the same continuous codes.

    Args:
        gan: a trained `InfoGAN`.
        latent: one latent vector `(latent_dim,)`, whose noise is used.
        category: the chosen category.
        continuous: values of the continuous codes `(continuous,)`; training draws them from [-1, 1].
        classes: as in `explorer`.
    """
    categories = range(gan.codes.categories)
    every = gan.codes.chosen([latent] * len(categories), category=list(categories), continuous=continuous)
    names = [f"{i}" if classes is None else f"{i} (a {classes[i]})" for i in categories]
    return plotting.chosen(gan.generate(every), category, names)
