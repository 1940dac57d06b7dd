"""How many multiply-adds a layer takes, for one image.

One multiply-add is one product of a weight with a number of the layer's input, added to a sum: those of convolutions
and dense layers are counted, nothing else, as the published figures do.
"""

from math import prod

import keras
from keras import layers as kl

DEPTHWISE = (kl.DepthwiseConv1D, kl.DepthwiseConv2D)
SEPARABLE = (kl.SeparableConv1D, kl.SeparableConv2D)
CONVOLUTIONS = (kl.Conv1D, kl.Conv2D, kl.Conv3D)
TRANSPOSED = (kl.Conv1DTranspose, kl.Conv2DTranspose, kl.Conv3DTranspose)
# They hold weights, and are neither convolutions nor dense layers.
NOT_COUNTED = (
    *(kl.BatchNormalization, kl.LayerNormalization, kl.GroupNormalization, kl.RMSNormalization, kl.Normalization),
    *(kl.PReLU, kl.Embedding),
)
# They hold no weights of their own, and may multiply all the same.
UNKNOWN = (kl.Attention, kl.AdditiveAttention, kl.Dot, kl.Lambda)
UNKNOWN_OPERATIONS = {
    *("Conv", "ConvTranspose", "DepthwiseConv", "SeparableConv", "Matmul", "Einsum", "Dot", "Tensordot", "Inner"),
    *("Outer", "Vdot", "Kron", "DotProductAttention"),
}


def multiply_adds(layer, input_shape, output_shape):
    """Multiply-adds of one call of a layer on one image; None where they are not known.

    A layer of one's own may say its number by a method `multiply_adds(input_shape, output_shape)`.

    Args:
        layer: Keras layer or operation, built.
        input_shape: shape of its first input, without the batch.
        output_shape: shape of its first output, without the batch.
    """
    if hasattr(layer, "multiply_adds"):
        return layer.multiply_adds(input_shape, output_shape)
    if isinstance(layer, kl.SpectralNormalization):
        return multiply_adds(layer.layer, input_shape, output_shape)
    if isinstance(layer, kl.Dense):
        return prod(output_shape) * input_shape[-1]
    if isinstance(layer, SEPARABLE):
        return _separable(layer, output_shape)
    if isinstance(layer, DEPTHWISE):
        return prod(output_shape) * prod(layer.kernel_size)
    if isinstance(layer, CONVOLUTIONS):
        # The kernel holds the channels of one group only.
        return prod(output_shape) * prod(layer.kernel.shape[:-1])
    if isinstance(layer, TRANSPOSED):
        # Every number of the input is spread over a whole kernel, even where "same" then cuts some of it off.
        return prod(input_shape) * prod(layer.kernel.shape[:-1])
    return None if _unknown(layer) else 0


def _separable(layer, output_shape):
    pixels = prod(output_shape) // layer.filters
    depthwise, pointwise = layer.depthwise_kernel.shape, layer.pointwise_kernel.shape
    return pixels * (prod(depthwise) + prod(pointwise))


def _unknown(layer):
    if not isinstance(layer, keras.layers.Layer):
        return type(layer).__name__ in UNKNOWN_OPERATIONS
    return isinstance(layer, UNKNOWN) or (bool(layer.weights) and not isinstance(layer, NOT_COUNTED))
