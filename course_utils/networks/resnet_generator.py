"""The generator that turns an image into another, Johnson et al. 2016 (arXiv:1603.08155) as Zhu et al. 2017 use it.

Encoder, transformer, decoder (Zhu et al. 2017, arXiv:1703.10593, section 4 and appendix 7.2), with w = `width`:

    7x7 to w - 3x3 at stride 2 to 2w - 3x3 at stride 2 to 4w - `blocks` residual blocks of 4w - transposed to 2w -
    transposed to w - 7x7 to the image, tanh

A residual block is x + (3x3 - 3x3)(x). Each convolution but the last is followed by instance normalisation (Ulyanov et
al. 2016, arXiv:1607.08022) and, but for the second of a block, ReLU. Weights start from N(0, 0.02). The paper has 64
channels and 6 blocks for 128x128 pixels, 9 for 256x256. Small images keep a finer grid inside with one of the
`halvings` in place of two.

Deviations: transposed convolutions of kernel 4, which stride 2 divides, where the paper has 3 (Odena et al. 2016,
doi:10.23915/distill.00003); `kernel` below 7 for small images; reflection padding for every convolution of stride 1,
where the paper's code has it too, and zeros at stride 2.
"""

import keras
from keras import layers

from course_utils.layers import ReflectionPadding2D


def resnet_generator(image_shape=(128, 128, 3), width=64, blocks=6, kernel=7, halvings=2, name="resnet_generator"):
    """Network from images `(batch, height, width, channels)` in [-1, 1] to images of the same shape and range, float32.

    Args:
        image_shape: `(height, width, channels)`; height and width divide by 2**halvings and are at least twice that.
        width: channels of the first convolution.
        blocks: residual blocks, at least 0.
        kernel: size of the first and the last convolution, an odd number.
        halvings: how often the image's sides are halved before the blocks, each time at twice the channels, at least 0.
        name: name of the model.

    Raises:
        ValueError: for a shape, number of blocks or kernel that it cannot have.
    """
    _check(image_shape, width, blocks, kernel, halvings)
    images = keras.Input(image_shape, name="image")
    x = _normalised(_same(images, width, kernel))
    for step in range(halvings):
        x = _normalised(_convolution(2 ** (step + 1) * width, 3, strides=2, padding="same")(x))
    inside = 2**halvings * width
    for _ in range(blocks):
        y = _normalised(_same(x, inside, 3))
        x = layers.Add()([x, _normalised(_same(y, inside, 3), activation=None)])
    for step in reversed(range(halvings)):
        up = layers.Conv2DTranspose(
            2**step * width, 4, strides=2, padding="same", use_bias=False, kernel_initializer=_normal()
        )
        x = _normalised(up(x))
    x = _same(x, image_shape[-1], kernel, use_bias=True)
    # bfloat16 would leave eight bits, and tanh is flat where images are black or white.
    return keras.Model(images, layers.Activation("tanh", dtype="float32")(x), name=name)


def _same(x, filters, kernel, use_bias=False):
    """A convolution that keeps the size, over mirrored borders."""
    return _convolution(filters, kernel, use_bias=use_bias)(ReflectionPadding2D(kernel // 2)(x))


def _convolution(filters, kernel, use_bias=False, **options):
    return layers.Conv2D(filters, kernel, use_bias=use_bias, kernel_initializer=_normal(), **options)


def _normalised(x, activation="relu"):
    # A group for each channel: every channel of every image has statistics of its own.
    x = layers.GroupNormalization(groups=-1)(x)
    return x if activation is None else layers.Activation(activation)(x)


def _normal():
    return keras.initializers.RandomNormal(stddev=0.02)


def _check(image_shape, width, blocks, kernel, halvings):
    for named, value, low in (
        ("width", width, 1),
        ("blocks", blocks, 0),
        ("kernel", kernel, 1),
        ("halvings", halvings, 0),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ValueError(f"{named} must be a whole number of at least {low}. Received: {named}={value!r}.")
    part = 2**halvings
    if len(image_shape) != 3 or any(side % part or side < 2 * part for side in image_shape[:2]):
        raise ValueError(
            f"image_shape must be (height, width, channels) with sides of at least {2 * part} that divide by {part}, "
            f"as they are halved {halvings} times. Received: image_shape={tuple(image_shape)}. Load the data at such "
            "a size."
        )
    if kernel % 2 == 0 or kernel // 2 >= min(image_shape[:2]):
        raise ValueError(
            "kernel must be odd, so that it has a middle, and less than twice the image's side. "
            f"Received: kernel={kernel} for image_shape={tuple(image_shape)}."
        )
