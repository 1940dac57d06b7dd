"""Pictures of images in [-1, 1], `(n, height, width, channels)` with 1 or 3 channels, in rows."""

import numpy as np

from course_utils.plotting.figures import finished, panels


def image_grid(images, columns=8, titles=None, title=None, side=0.85):
    """Images in rows of `columns`, each `side` inches wide; `titles` stand above each image.

    Raises:
        ValueError: where images have another rank, channel count or range, titles another length, or columns is not
            positive.
    """
    images = checked_images(images)
    columns = checked_columns(columns, images)
    rows = -(-len(images) // columns)
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"titles must hold one for each of the {len(images)} images. Received: {len(titles)}.")
    figure, axes = panels(rows, columns, (side * columns, (side + (0.25 if titles is not None else 0)) * rows + 0.3))
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i < len(images):
            draw_image(axis, images[i])
            if titles is not None:
                axis.set_title(titles[i], fontsize=8)
    return finished(figure, title)


def image_rows(rows, title=None):
    """One row of images for each entry of a dict from name to images; names stand at the left.

    Raises:
        ValueError: where there is no row, or images have another rank, channel count or range.
    """
    if not isinstance(rows, dict) or not rows:
        raise ValueError(f"rows must be a dict from name to images, with at least one. Received: {rows!r:.80}.")
    rows = {name: checked_images(images) for name, images in rows.items()}
    columns = max(map(len, rows.values()))
    figure, axes = panels(len(rows), columns, (0.85 * columns + 1.6, 0.9 * len(rows) + 0.3))
    for axes_of_row, (name, images) in zip(axes, rows.items(), strict=True):
        for i, axis in enumerate(axes_of_row):
            axis.set(xticks=[], yticks=[], frame_on=False)
            if i < len(images):
                draw_image(axis, images[i])
        axes_of_row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return finished(figure, title)


def checked_images(images):
    """Images as a float array in [-1, 1] `(n, height, width, channels)`.

    Raises:
        ValueError: naming the shape, the channels or the range received.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or 0 in images.shape:
        raise ValueError(
            f"Images must have the shape (n, height, width, 1 or 3). Received: shape {images.shape}. "
            "For one image use image[None], for one without channels image[..., None]."
        )
    images = images.astype("float32")
    if not np.isfinite(images).all():
        raise ValueError(f"Images must be finite. Received: {(~np.isfinite(images)).sum()} pixels that are not.")
    if np.abs(images).max() > 1.01:
        raise ValueError(
            f"Images must lie in [-1, 1]. Received: {images.min():.3g} to {images.max():.3g}. "
            "For 8-bit images use x / 127.5 - 1."
        )
    return images


def checked_columns(columns, images):
    """How many images stand in a row: at most as many as there are."""
    if isinstance(columns, bool) or not isinstance(columns, int) or columns < 1:
        raise ValueError(f"columns must be a positive integer. Received: columns={columns!r}.")
    return min(columns, len(images))


def draw_image(axis, image):
    """Draw one image `(height, width, channels)` in [-1, 1] on a matplotlib axis."""
    axis.imshow(_displayed(image), cmap="gray", vmin=0, vmax=1, interpolation="nearest")


def mosaic(images, rows, columns):
    """All images as one array, a white line around each."""
    n, height, width, channels = images.shape
    padded = np.full((rows * columns, height + 2, width + 2, channels), 1.0, "float32")
    padded[:n, 1:-1, 1:-1] = images
    tiles = padded.reshape(rows, columns, height + 2, width + 2, channels).transpose(0, 2, 1, 3, 4)
    return _displayed(tiles.reshape(rows * (height + 2), columns * (width + 2), channels))


def _displayed(image):
    image = np.clip((image + 1) / 2, 0, 1)
    return image[..., 0] if image.shape[-1] == 1 else image
