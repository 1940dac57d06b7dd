"""What `GAN.fit` was given, looked at before training starts."""

import math

import keras
import numpy as np

from course_utils import autodiff
from course_utils.gans.players import images_of


def check_inputs(model, x, batch_size, options):
    """Refuse data that the step could not use, by name.

    Args:
        model: a `GAN`.
        x: array, or any iterable of batches that Keras takes; only what shows its sizes is looked at.
        batch_size: integer or None (Keras's 32); counts for arrays only.
        options: the other arguments of `fit`.

    Raises:
        ValueError: for no images, weights, a batch size that is no positive integer, images of another shape or range,
            or a batch that `critic_steps` or the devices of `autodiff.spread` do not divide.
    """
    for name in ("class_weight", "sample_weight"):
        if options.get(name) is not None:
            raise ValueError(f"A GAN's losses take no weights. Received: {name}. Leave it out of fit.")
    sizes = _sizes(x, batch_size, options.get("validation_split") or 0.0)
    for size in sizes:
        check_divides(model.critic_steps, size)
        _check_spreads(autodiff.parts_of_a_batch(), size)
    check_images(model, x)
    if options.get("validation_data") is not None:
        check_images(model, options["validation_data"])


def check_images(model, x):
    """Refuse images that are not like the generator's, as far as `x` shows them.

    Raises:
        ValueError: for no images, or images of another shape, type or range.
    """
    if x is None:
        raise ValueError("There are no images to train on or to evaluate. Received: x=None.")
    first = _first(x)
    if first:
        check_shape(model, first[0])
    for images in first:
        values = images if isinstance(images, np.ndarray) else keras.ops.convert_to_numpy(images)
        if len(values.shape) == 4 and not np.abs(values.astype("float32")).max() <= 1.01:
            raise ValueError(_expected_range(f"{values.dtype} from {values.min()} to {values.max()}"))


def check_shape(model, images):
    """Refuse a batch of images by its shape and type, which are known even while a step is traced."""
    # Where the generator starts from images, those of the batch may be its input and of another shape.
    expected = None if model.latent_dim is None else getattr(model.generator, "output_shape", None)
    shape = tuple(images.shape)
    if isinstance(expected, tuple) and not _fits(shape, expected):
        raise ValueError(
            f"The generator makes images of shape {expected[1:]}. Received: a batch of shape {shape}. "
            "Load the data at that size, or build the networks with image_shape="
            f"{shape[1:]}."
        )
    if len(shape) == 4 and not keras.backend.is_float_dtype(keras.backend.standardize_dtype(images.dtype)):
        raise ValueError(_expected_range(f"numbers of type {keras.backend.standardize_dtype(images.dtype)}"))


def check_pair(batch, network):
    """Refuse a batch that is no pair of the images that a network takes and makes, by shape and type.

    Raises:
        ValueError: naming what was received.
    """
    expected = [network.input_shape, network.output_shape]
    pair = batch if isinstance(batch, tuple | list) else [batch]
    floating = all(keras.backend.is_float_dtype(keras.backend.standardize_dtype(part.dtype)) for part in pair)
    if len(pair) != 2 or not floating or not all(_fits(p.shape, e) for p, e in zip(pair, expected, strict=True)):
        received = ", ".join(f"{tuple(part.shape)[1:]} {keras.backend.standardize_dtype(part.dtype)}" for part in pair)
        raise ValueError(
            f"This GAN trains on pairs of images, floating point numbers of the shapes {expected[0][1:]} and "
            f"{expected[1][1:]}. Received: {received}. Use data.batches(x, y), or "
            "data.unpaired_batches(x, y) where nobody paired them, with both sides at that size."
        )


def checked_for(network, images):
    """Images as a float32 array `(n, height, width, channels)` that a network takes.

    Raises:
        ValueError: for another shape, no images, or values outside [-1, 1].
    """
    images = np.asarray(images)
    if not len(images) or not _fits(images.shape, network.input_shape):
        raise ValueError(
            f"The network takes images of shape {network.input_shape[1:]}, in batches. Received: {images.shape}. "
            "For one image use image[None]."
        )
    if images.dtype.kind != "f" or not np.abs(images).max() <= 1.01:
        raise ValueError(_expected_range(f"{images.dtype} from {images.min()} to {images.max()}"))
    return images.astype("float32")


def check_divides(critic_steps, size):
    """Refuse a batch that does not split into one equal part for each turn of the discriminator."""
    if critic_steps > 1 and (size is None or size % critic_steps):
        raise ValueError(
            f"Each of the {critic_steps} discriminator turns (critic_steps) sees its own part of the batch, so "
            f"{critic_steps} must divide every batch. Received: a batch of {size or 'unknown size'}. Choose a "
            "batch_size that it divides, and drop the last, smaller batch (data.batches(..., drop_last=True))."
        )


def _check_spreads(devices, size):
    """Refuse a batch that does not split into one equal part for each device: one backend would weigh them wrongly."""
    if size is not None and size % devices:
        raise ValueError(
            f"Each of the {devices} devices takes an equal part of every batch. Received: a batch of {size}. Choose a "
            "batch_size that their number divides, and drop the last, smaller one (data.batches(..., drop_last=True))."
        )


def _sizes(x, batch_size, validation_split):
    """Sizes of the batches that `fit` will see, as far as `x` shows them; None for one that it does not."""
    if isinstance(x, keras.utils.PyDataset):
        last = x.num_batches and images_of(x[x.num_batches - 1])
        return {len(images_of(x[0]))} | ({len(last)} if x.num_batches else set())
    if hasattr(x, "element_spec"):
        return {images_of(x.element_spec).shape[0]}
    x = images_of(x)
    if not hasattr(x, "shape"):
        return set()
    positive = isinstance(batch_size, int | np.integer) and not isinstance(batch_size, bool) and batch_size > 0
    if batch_size is not None and not positive:
        raise ValueError(f"batch_size must be a positive integer or None. Received: batch_size={batch_size!r}.")
    n = math.floor(len(x) * (1 - validation_split))
    size = min(batch_size or 32, n)
    return {size, n % size or size} if n else set()


def _first(x):
    """The first batch that `x` shows, as a list of one or two arrays; empty for other data."""
    if isinstance(x, keras.utils.PyDataset):
        batch = x[0]
        return list(batch) if isinstance(batch, tuple | list) else [batch]
    x = images_of(x)
    if hasattr(x, "shape"):
        if not len(x):
            raise ValueError(f"There must be at least one image. Received: shape {tuple(x.shape)}.")
        return [x[:32]]
    return []


def _expected_range(received):
    return (
        "Images must be floating point numbers in [-1, 1], as the generator's tanh makes them. "
        f"Received: {received}. For 8-bit images use x / 127.5 - 1."
    )


def _fits(shape, expected):
    return len(shape) == len(expected) and all(
        e is None or e == s for s, e in zip(shape[1:], expected[1:], strict=True)
    )
