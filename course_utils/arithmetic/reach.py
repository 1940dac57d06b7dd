"""How far Keras's layers reach: the receptive field of every tensor of a network, one `Side` for each spatial axis."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

import keras
from keras import layers as kl

CONVOLUTIONS = (
    *(kl.Conv1D, kl.Conv2D, kl.Conv3D),
    *(kl.DepthwiseConv1D, kl.DepthwiseConv2D, kl.SeparableConv1D, kl.SeparableConv2D),
)
TRANSPOSED = (kl.Conv1DTranspose, kl.Conv2DTranspose, kl.Conv3DTranspose)
POOLINGS = (
    *(kl.MaxPooling1D, kl.MaxPooling2D, kl.MaxPooling3D),
    *(kl.AveragePooling1D, kl.AveragePooling2D, kl.AveragePooling3D),
)
UPSAMPLINGS = (kl.UpSampling1D, kl.UpSampling2D, kl.UpSampling3D)
# Each output pixel of these looks at one pixel of each input: in Keras's inference mode, and with every axis but the
# last left alone.
POINTWISE = (
    *(kl.Activation, kl.ReLU, kl.LeakyReLU, kl.PReLU, kl.ELU, kl.Dense, kl.Identity, kl.Rescaling),
    *(kl.BatchNormalization, kl.Normalization, kl.Dropout, kl.AlphaDropout, kl.GaussianDropout, kl.GaussianNoise),
    *(kl.SpatialDropout1D, kl.SpatialDropout2D, kl.SpatialDropout3D, kl.ActivityRegularization),
    *(kl.ZeroPadding1D, kl.ZeroPadding2D, kl.ZeroPadding3D, kl.Cropping1D, kl.Cropping2D, kl.Cropping3D),
    *(kl.Add, kl.Subtract, kl.Multiply, kl.Average, kl.Maximum, kl.Minimum),
)
POINTWISE_ON_LAST_AXIS = (kl.Concatenate, kl.LayerNormalization, kl.RMSNormalization, kl.UnitNormalization, kl.Softmax)
POINTWISE_OPERATIONS = {
    *("Abs", "Absolute", "Add", "Cast", "Clip", "Divide", "Elu", "Exp", "Gelu", "HardSigmoid", "HardSilu", "LeakyRelu"),
    *("Log", "Maximum", "Minimum", "Multiply", "Negative", "Pad", "Power", "Relu", "Relu6", "Selu", "Sigmoid", "Silu"),
    *("Softplus", "Sqrt", "Square", "Subtract", "Tanh", "TrueDivide"),
}
# Pixels on each side of the middle that an interpolation weighs.
INTERPOLATION_RADIUS = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


class Side(NamedTuple):
    """Receptive field along one axis, through layers that shrink the image and layers that enlarge it.

    Where the image has been enlarged, neighbouring outputs may see the same pixels: the field grows by whole steps of
    `base`, the jump before the enlargement, and `slack` holds how many of those steps the layers have reached since.
    Where an enlarged image shrinks again, outputs may see less than this, if they only fall on some of its pixels.
    """

    size: int = 1
    base: int = 1
    slack: Fraction = Fraction(0)
    jump: Fraction = Fraction(1)

    @property
    def pixels(self):
        """The largest field of any output, in pixels of the input."""
        return self.size + floor(self.slack) * self.base

    def shrink(self, reach, stride):
        """After a window of `reach + 1` pixels."""
        return self._replace(slack=self.slack + reach * self.jump / self.base, jump=self.jump * stride)

    def enlarge(self, reach, stride):
        """After the transpose of a window of `reach + 1` pixels."""
        side = self
        if self.jump > self.base and self.jump.denominator == 1:
            side = Side(self.pixels, int(self.jump), Fraction(0), self.jump)
        jump = side.jump / stride
        return side._replace(slack=side.slack + reach * jump / side.base, jump=jump)


def of_pixels(shape):
    """Receptive field of an input `(batch, ..., channels)`; None where it has no spatial axis."""
    return (Side(),) * (len(shape) - 2) if len(shape) > 2 else None


def after(layer, fields, shape):
    """Receptive field of a layer's output, per spatial axis, or None where it has none that is smaller than the image.

    Args:
        layer: Keras layer or operation.
        fields: receptive fields of its inputs.
        shape: shape of its output, with the batch.
    """
    if not fields or None in fields or len({tuple(side.jump for side in field) for field in fields}) > 1:
        return None
    field = tuple(max(sides, key=lambda side: (side.pixels, side.slack)) for sides in zip(*fields, strict=True))
    layer = layer.layer if isinstance(layer, kl.SpectralNormalization) else layer
    if isinstance(layer, CONVOLUTIONS):
        reaches = (d * (k - 1) for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True))
        return tuple(map(Side.shrink, field, reaches, layer.strides))
    if isinstance(layer, POOLINGS):
        return tuple(map(Side.shrink, field, (k - 1 for k in layer.pool_size), layer.strides))
    if isinstance(layer, TRANSPOSED):
        reaches = (d * (k - 1) for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True))
        return tuple(map(Side.enlarge, field, reaches, layer.strides))
    if isinstance(layer, UPSAMPLINGS):
        factors = (layer.size,) if isinstance(layer.size, int) else layer.size
        return tuple(side.enlarge(_interpolation_reach(layer, f), f) for side, f in zip(field, factors, strict=True))
    return field if _pointwise(layer, len(shape)) else None


def _interpolation_reach(layer, factor):
    radius = INTERPOLATION_RADIUS.get(getattr(layer, "interpolation", "nearest"))
    if radius is None or factor == 1:
        return factor - 1
    # An odd factor puts the outermost weights on the zeros of the interpolating function.
    return 2 * radius * factor - factor % 2 - 1


def _pointwise(layer, rank):
    if isinstance(layer, POINTWISE_ON_LAST_AXIS):
        axes = layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis]
        return all(axis in (-1, rank - 1) for axis in axes)
    if isinstance(layer, keras.layers.Layer):
        return isinstance(layer, POINTWISE)
    return type(layer).__name__ in POINTWISE_OPERATIONS
