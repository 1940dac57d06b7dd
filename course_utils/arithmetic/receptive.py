"""Receptive fields: how many pixels of the input one output of a stack of layers looks at.

Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks" (Distill, 2019,
https://distill.pub/2019/computing-receptive-fields). Going up through the layers, with kernel k, stride s, padding p
and dilation d, and from (size, jump, start) = (1, 1, 0):

    size  <- size + d (k - 1) jump
    start <- start + (d (k - 1) / 2 - p) jump
    jump  <- jump s
"""

from typing import NamedTuple

from course_utils.arithmetic.integers import integer


class Layer(NamedTuple):
    """A convolution or pooling along one side: pixels of kernel, stride, padding (before the first pixel), dilation."""

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1


class ReceptiveField(NamedTuple):
    """What one output of a stack sees along one side of the input.

    Output `i` sees the `size` pixels around `start + i * jump`. Pixels are numbered from 0, and a pixel's coordinate is
    its centre, as on an axis of `imshow`; `start` is negative where the first field reaches further into the padding
    than into the image. (Dang-Ha's guide of 2017 counts pixel centres from 0.5: its start is this one plus 0.5.)
    """

    size: int
    jump: int
    start: float


def receptive_field(layers):
    """Receptive field of one output of a stack of layers.

    Args:
        layers: from the input on; each a `Layer`, or a tuple such as `(kernel, stride)` or
            `(kernel, stride, padding, dilation)`.

    Returns:
        `ReceptiveField`; that of a single pixel where there are no layers.

    Raises:
        TypeError: a layer that is no tuple, or a value that is no integer.
        ValueError: a value out of range, or a tuple of another length.
    """
    rows = receptive_fields(layers)
    return rows[-1] if rows else ReceptiveField(1, 1, 0.0)


def receptive_fields(layers):
    """Receptive field after each layer of a stack: a list as long as `layers`. See `receptive_field`."""
    rows, field = [], ReceptiveField(1, 1, 0.0)
    for number, layer in enumerate(layers, start=1):
        kernel, stride, padding, dilation = _checked(number, layer)
        reach = dilation * (kernel - 1)
        field = ReceptiveField(
            size=field.size + reach * field.jump,
            jump=field.jump * stride,
            start=field.start + (reach / 2 - padding) * field.jump,
        )
        rows.append(field)
    return rows


def _checked(number, layer):
    context = f"receptive_field, layer {number}"
    if not isinstance(layer, tuple | list):
        raise TypeError(
            f"{context}: a layer is a tuple (kernel, stride), (kernel, stride, padding) or "
            f"(kernel, stride, padding, dilation). Received: {layer!r}. Write a kernel alone as ({layer!r}, 1)."
        )
    if not 1 <= len(layer) <= len(Layer._fields):
        raise ValueError(
            f"{context}: a layer has 1 to {len(Layer._fields)} numbers, {', '.join(Layer._fields)}. "
            f"Received: {tuple(layer)!r}."
        )
    least = {"padding": 0}
    pairs = zip(Layer._fields, Layer(*layer), strict=True)
    return Layer(*(integer(name, value, least.get(name, 1), context) for name, value in pairs))
