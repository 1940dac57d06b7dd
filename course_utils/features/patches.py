"""The patches of real images that excite a channel most, each as large as the channel's receptive field."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from keras import layers as kl

from course_utils.arithmetic import Layer, receptive_field
from course_utils.arithmetic import reach as reaches
from course_utils.features.batched import checked_images
from course_utils.features.checks import first_passage
from course_utils.features.feature_maps import feature_maps

# Mid-grey, for what a field sees beyond the border.
OUTSIDE = 0.0


@dataclass(frozen=True)
class Patches:
    """Patches, the most exciting first.

    Attributes:
        images: `(k, height, width, channels)`, the pixels that the unit looked at; 0 outside the image.
        values: `(k,)`, what the channel gave.
        sources: `(k,)`, places of the images that they were cut from.
        corners: `(k, 2)`, row and column of each patch's first pixel; negative where it begins outside.
    """

    images: np.ndarray
    values: np.ndarray
    sources: np.ndarray
    corners: np.ndarray


def exciting_patches(model, images, layer, channel, count=9):
    """Finds the patches that excite one channel most, at most one of each image.

    The way of Zeiler and Fergus 2014 (arXiv:1311.2901, figure 2), who show the nine strongest.

    Args:
        model: built Sequential or functional `keras.Model`, of one chain of convolutions and poolings up to the layer.
        images: `(n, height, width, channels)`.
        layer: name of a layer that gives feature maps.
        channel: number of the channel.
        count: number of patches, at most n.

    Returns:
        `Patches`.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: for a layer that is not there, gives no feature maps, or lies behind branches or layers whose reach
            is not known; for a channel that it does not have, or a count out of range.
    """
    images = checked_images(images)
    fields = fields_of(model, images[:1], layer)
    maps = feature_maps(model, images, layer)[layer]
    if not 0 <= channel < maps.shape[-1]:
        raise ValueError(f"{layer!r} has the channels 0 to {maps.shape[-1] - 1}. Received: channel={channel}.")
    if not 1 <= count <= len(images):
        raise ValueError(f"count must be from 1 to the number of images, {len(images)}. Received: count={count}.")
    flat = maps[..., channel].reshape(len(images), -1)
    sources = np.argsort(-flat.max(axis=1), kind="stable")[:count]
    places = np.stack(np.unravel_index(flat[sources].argmax(axis=1), maps.shape[1:3]), axis=1)
    corners = np.stack([_first_pixels(field, places[:, axis]) for axis, field in enumerate(fields)], axis=1)
    sizes = [field.size for field in fields]
    cut = np.stack([_cut(images[i], corner, sizes) for i, corner in zip(sources, corners, strict=True)])
    return Patches(cut, flat[sources].max(axis=1), sources, corners)


def fields_of(model, images, layer):
    """The `ReceptiveField` of a layer's outputs along rows and columns, for images of this size.

    Raises:
        ValueError: where the layer gives no feature maps, or lies behind branches or layers whose reach is not known.
    """
    passage = first_passage(model, images)
    name = passage.full_name(layer)
    if len(passage[name].shape) != 4:
        raise ValueError(
            f"Patches need a layer that gives (batch, height, width, channels). Received: {layer!r}, which gives the "
            f"shape {tuple(passage[name].shape)}."
        )
    chain = _chain(passage, name)
    return tuple(receptive_field([_along(step, axis) for step in chain]) for axis in (0, 1))


def _chain(passage, name):
    """The steps from the image to a layer, in order."""
    made_by = {}
    for step in passage.steps.values():
        # A layer that does nothing in inference may hand its input on, and has made nothing.
        if all(step.output is not tensor for tensor in step.inputs):
            made_by[id(step.output)] = step
    chain, tensor = [], passage[name]
    while id(tensor) in made_by:
        step = made_by[id(tensor)]
        if len(step.inputs) != 1:
            raise ValueError(
                f"The layers up to {name!r} must be one chain. Received: {step.layer.name!r}, which takes "
                f"{len(step.inputs)} tensors."
            )
        chain.append(step)
        tensor = step.inputs[0]
    return chain[::-1]


def _along(step, axis):
    """One step as the arithmetic's `Layer`, along rows (0) or columns (1)."""
    layer = step.layer.layer if isinstance(step.layer, kl.SpectralNormalization) else step.layer
    if isinstance(layer, reaches.CONVOLUTIONS):
        return _windowed(layer, step, axis, layer.kernel_size[axis], layer.dilation_rate[axis])
    if isinstance(layer, reaches.POOLINGS):
        return _windowed(layer, step, axis, layer.pool_size[axis], 1)
    if isinstance(layer, kl.ZeroPadding2D):
        return Layer(1, 1, layer.padding[axis][0])
    shape = tuple(step.output.shape)
    moves = tuple(step.inputs[0].shape)[:3] != shape[:3]
    if moves or reaches.after(layer, [reaches.of_pixels(shape)], shape) != reaches.of_pixels(shape):
        raise ValueError(
            "A patch's place is known behind convolutions, poolings, paddings and what works pixel by pixel. "
            f"Received: {layer.name!r}, a {type(layer).__name__}."
        )
    return Layer(1)


def _windowed(layer, step, axis, kernel, dilation):
    stride = layer.strides[axis]
    size = step.inputs[0].shape[1 + axis]
    if layer.padding != "same":
        return Layer(kernel, stride, 0, dilation)
    added = max((ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    # Keras adds the odd pixel behind.
    return Layer(kernel, stride, added // 2, dilation)


def _first_pixels(field, places):
    return np.round(field.start + places * field.jump - (field.size - 1) / 2).astype(int)


def _cut(image, corner, sizes):
    patch = np.full((*sizes, image.shape[-1]), OUTSIDE, "float32")
    begins = np.maximum(corner, 0)
    ends = np.minimum(corner + sizes, image.shape[:2])
    (top, left), (bottom, right) = begins - corner, ends - corner
    patch[top:bottom, left:right] = image[begins[0] : ends[0], begins[1] : ends[1]]
    return patch
