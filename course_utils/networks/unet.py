"""The encoder-decoder of Isola et al. 2017 (arXiv:1611.07004, appendix 6.1.1), with the skips of a U-Net or without.

The encoder halves the image `depth` times, the decoder doubles it as often:

    encoder: C(w) - C(2w) - C(4w) ... at most C(8w)      4x4 at stride 2, batch norm, leaky ReLU 0.2
    decoder: the same widths in reverse, to the image    4x4 transposed at stride 2, batch norm, dropout, ReLU

with tanh at the end, no batch norm at the first convolution, at the narrowest one and at the last, and weights from
N(0, 0.02). A skip joins the encoder's image of each size to the decoder's of that size, on the channels (Ronneberger
et al. 2015, arXiv:1505.04597). `depth=8, width=64` at 256x256 is the paper's network, down to 1x1.

Dropout is the noise z of a Pix2Pix generator, in training and where it is asked for. It stands in the first
(depth - 1) // 2 blocks of the decoder: the paper's three at depth 8.

Deviation: the paper's erratum takes the narrowest batch norm out, because it sets 1x1 images to zero in batches of one.
"""

from numbers import Integral

import keras
import numpy as np
from keras import layers

WIDEST = 8


def unet(input_shape=(256, 256, 3), channels=3, width=32, depth=None, skips=True, dropout=0.5, seed=None):
    """Network from images `(batch, height, width, c)` to images `(batch, height, width, channels)` in [-1, 1], float32.

    Args:
        input_shape: `(height, width, c)` of the images to translate.
        channels: of the images that it makes.
        width: channels of the first convolution.
        depth: how often the image is halved; None: as often as its sides are even.
        skips: whether the decoder sees the encoder's images of its own size.
        dropout: share of the values that the first blocks of the decoder drop in training; 0 for none.
        seed: integer that fixes the dropout; None takes the next of NumPy's global stream.

    Raises:
        ValueError: for a shape that is not `(height, width, c)`, a depth that does not divide it, or a share of dropout
            that is none.
    """
    depth = _checked_depth(input_shape, depth)
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be at least 0 and below 1. Received: dropout={dropout!r}.")
    random = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
    widths = [width * min(2**i, WIDEST) for i in range(depth)]
    x = inputs = keras.Input(input_shape, name="input")
    encoded = []
    for i, filters in enumerate(widths):
        x = _down(x, filters, normalised=0 < i < depth - 1)
        encoded.append(x)
    for i, filters in enumerate(widths[-2::-1]):
        x = _up(x, filters, dropout if i < (depth - 1) // 2 else 0, int(random.integers(2**31)))
        if skips:
            x = layers.Concatenate()([x, encoded[depth - 2 - i]])
    x = layers.Conv2DTranspose(channels, 4, strides=2, padding="same", kernel_initializer=_normal())(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(inputs, images, name="unet" if skips else "encoder_decoder")


def _down(x, filters, normalised):
    x = layers.Conv2D(filters, 4, strides=2, padding="same", use_bias=not normalised, kernel_initializer=_normal())(x)
    if normalised:
        x = layers.BatchNormalization()(x)
    return layers.LeakyReLU(0.2)(x)


def _up(x, filters, dropout, seed):
    x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False, kernel_initializer=_normal())(x)
    x = layers.BatchNormalization()(x)
    if dropout:
        # A seed of its own makes the dropout the same on every run, where a backend's own stream would not be.
        x = layers.Dropout(dropout, seed=seed)(x)
    return layers.ReLU()(x)


def _normal():
    return keras.initializers.RandomNormal(stddev=0.02)


def _checked_depth(input_shape, depth):
    if len(input_shape) != 3:
        raise ValueError(f"input_shape must be (height, width, c). Received: {tuple(input_shape)}.")
    # The largest power of two that divides both sides.
    deepest = (int(np.gcd(*input_shape[:2])) & -int(np.gcd(*input_shape[:2]))).bit_length() - 1
    whole = isinstance(depth, Integral) and not isinstance(depth, bool)
    if deepest < 1 or (depth is not None and (not whole or not 1 <= depth <= deepest)):
        raise ValueError(
            f"Images of {input_shape[0]}x{input_shape[1]} pixels can be halved {deepest} times, and depth must be from "
            f"1 to that. Received: depth={depth!r}. Load the data at another size, such as 32."
        )
    return deepest if depth is None else int(depth)
