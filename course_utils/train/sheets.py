"""Sample sheets: what a game makes of the same latent vectors, or of the same test images, as it learns."""

from course_utils import plotting
from course_utils.train.folder import whole

SHOWN, EACH_CLASS, COLUMNS = 32, 4, 8


def draw(game, gan, test, seed, title):
    """A figure of what a GAN makes now.

    Args:
        game: name in `recipes.RECIPES`.
        gan: that game.
        test: `(images, labels)` or `(x, y)` of the test split.
        seed: fixes the latent vectors.
        title: of the figure.
    """
    if game == "pix2pix":
        x, y = (images[:: max(1, len(images) // COLUMNS)][:COLUMNS] for images in test)
        return plotting.image_rows({"x": x, "G(x)": gan.translate(x), "y": y}, title)
    if game == "cyclegan":
        x, y = (images[:COLUMNS] for images in test)
        made, back = gan.translate(x), gan.translate_back(y)
        rows = {"x": x, "G(x)": made, "F(G(x))": gan.translate_back(made), "y": y, "F(y)": back}
        return plotting.image_rows(rows, title)
    if game == "cgan":
        return plotting.image_grid(gan.every_class(gan.latent(EACH_CLASS, seed)), gan.classes, title=title)
    if game == "infogan":
        latent, categories = gan.latent(COLUMNS, seed), range(gan.codes.categories)
        rows = {f"category {i}": gan.generate(gan.codes.chosen(latent, category=i)) for i in categories}
        return plotting.image_rows(rows, title)
    return plotting.image_grid(gan.generate(gan.latent(SHOWN, seed)), COLUMNS, title=title)


def save(figure, path):
    """Write a figure as a PNG file, whole or not at all."""
    with whole(path) as draft:
        figure.savefig(draft, format="png", dpi=120)
