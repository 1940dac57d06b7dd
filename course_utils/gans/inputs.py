"""What `GAN.fit` was given, looked at before training starts."""

import keras
import numpy as np


def check_inputs(model, x, batch_size, options):
    """Refuse data that the step could not use, by name.

    Args:
        model: a `GAN`.
        x: array, or any iterable of batches that Keras takes; only what shows its sizes is looked at.
        batch_size: integer or None (Keras's 32); counts for arrays only.
        options: the other arguments of `fit`.

    Raises:
        ValueError: for weights, images of another shape or range, or a batch that `critic_steps` does not divide.
    """
    for name in ("class_weight", "sample_weight"):
        if options.get(name) is not None:
            raise ValueError(f"A GAN's losses take no weights. Received: {name}. Leave it out of fit.")
    sizes, first = _sizes_and_first(x, batch_size)
    for size in sizes:
        check_divides(model.critic_steps, size)
    if first is not None:
        _check_images(model, first)


def check_divides(critic_steps, size):
    """Refuse a batch that does not split into one equal part for each turn of the discriminator."""
    if critic_steps > 1 and (size is None or size % critic_steps):
        raise ValueError(
            f"Each of the {critic_steps} discriminator turns (critic_steps) sees its own part of the batch, so "
            f"{critic_steps} must divide every batch. Received: a batch of {size or 'unknown size'}. Choose a "
            "batch_size that it divides, and drop the last, smaller batch (data.batches(..., drop_last=True))."
        )


def _sizes_and_first(x, batch_size):
    """Sizes of the batches that `fit` will see, as far as `x` shows them, and its first images."""
    if isinstance(x, keras.utils.PyDataset):
        first, last = _images(x[0]), _images(x[len(x) - 1])
        return {len(first), len(last)}, first
    if hasattr(x, "element_spec"):
        return {_images(x.element_spec).shape[0]}, None
    if hasattr(x, "shape"):
        size = min(batch_size or 32, x.shape[0])
        return {size, x.shape[0] % size or size}, x[:size]
    return set(), None


def _images(batch):
    return batch[0] if isinstance(batch, tuple | list) else batch


def _check_images(model, images):
    expected = getattr(getattr(model, "discriminator", None), "input_shape", None)
    shape = tuple(images.shape)
    if isinstance(expected, tuple) and not _fits(shape, expected):
        raise ValueError(
            f"The discriminator takes images of shape {expected[1:]}. Received: a batch of shape {shape}. "
            "Load the data at that size, or build the networks with image_shape="
            f"{shape[1:]}."
        )
    values = keras.ops.convert_to_numpy(images)
    if len(shape) == 4 and (values.dtype.kind != "f" or np.abs(values).max() > 1.01):
        raise ValueError(
            "Images must be floating point numbers in [-1, 1], as the generator's tanh makes them. "
            f"Received: {values.dtype} from {values.min()} to {values.max()}. "
            "For 8-bit images use x / 127.5 - 1."
        )


def _fits(shape, expected):
    return len(shape) == len(expected) and all(
        e is None or e == s for s, e in zip(shape[1:], expected[1:], strict=True)
    )
