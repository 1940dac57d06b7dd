"""The discriminator that judges patches, Isola et al. 2017 (arXiv:1611.07004, section 3.2.2 and appendix 6.1.2).

One logit for each of many overlapping patches of N x N pixels, so that real and fake are told apart by texture and
style, whatever the size of the image. With `steps` convolutions of stride 2:

    C(w) - C(2w) - C(4w) ... at most C(8w), 4x4 at stride 2, then C at stride 1, then 4x4 at stride 1 to one logit

each but the last followed by normalisation (not the first) and leaky ReLU 0.2; padding is one pixel on each side, and
weights start from N(0, 0.02). `steps=3` is the paper's 70x70, 1 its 16x16, 5 its 286x286, and 0 its PixelGAN, whose
convolutions are all 1x1.
"""

from numbers import Integral

import keras
from keras import layers

from course_utils.arithmetic import Layer, receptive_field

NORMALISATIONS = ("batch", "instance", None)
KERNEL = 4
PADDING = 1
WIDEST = 8


def patch_discriminator(
    image_shape=(256, 256, 3), width=64, steps=3, normalisation="batch", condition_shape=None, instance_noise=0.0
):
    """Network from images `(batch, height, width, channels)` in [-1, 1] to logits `(batch, h', w', 1)`, float32.

    Args:
        image_shape: `(height, width, channels)` of the images to judge.
        width: channels of the first convolution.
        steps: convolutions of stride 2; `patch_size(steps)` pixels is the side of the patch behind each logit.
        normalisation: `"batch"`, `"instance"` (Ulyanov et al. 2016, arXiv:1607.08022) or None.
        condition_shape: None, or the shape of images that are seen beside those to judge: the network then takes the
            list `[condition, image]`, joined on the channels.
        instance_noise: standard deviation of normal noise that is added in training to what it sees.

    Raises:
        ValueError: for a shape, number of steps or normalisation that it cannot have, or images too small for `steps`.
    """
    _check(image_shape, condition_shape, steps, normalisation)
    image = keras.Input(image_shape, name="image")
    inputs, x = image, image
    if condition_shape is not None:
        inputs = [keras.Input(condition_shape, name="condition"), image]
        x = layers.Concatenate()(inputs)
    if instance_noise:
        x = layers.GaussianNoise(instance_noise)(x)
    *hidden, last = _convolutions(steps)
    for i, convolution in enumerate(hidden):
        normalised = normalisation if i else None
        x = _convolve(x, convolution, width * min(2**i, WIDEST), use_bias=normalised is None)
        x = layers.LeakyReLU(0.2)(_normalise(x, normalised))
    logits = _convolve(x, last, 1, dtype="float32")
    return keras.Model(inputs, logits, name="patch_discriminator")


def patch_size(steps):
    """Side in pixels of the patch that each logit of `patch_discriminator(steps=steps)` sees.

    Raises:
        ValueError: where `steps` is no integer, or negative.
    """
    _check_steps(steps)
    return receptive_field(_convolutions(steps)).size


def _convolutions(steps):
    if steps == 0:
        return [Layer(1)] * 3
    return [Layer(KERNEL, 2, PADDING)] * steps + [Layer(KERNEL, 1, PADDING)] * 2


def _convolve(x, convolution, filters, **options):
    if convolution.padding:
        # Keras's "same" would put two pixels on one side and one on the other at stride 1.
        x = layers.ZeroPadding2D(convolution.padding)(x)
    initializer = keras.initializers.RandomNormal(stddev=0.02)
    size, stride = convolution.kernel, convolution.stride
    return layers.Conv2D(filters, size, strides=stride, kernel_initializer=initializer, **options)(x)


def _normalise(x, normalisation):
    if normalisation == "batch":
        return layers.BatchNormalization()(x)
    if normalisation == "instance":
        # A group for each channel: every channel of every image has statistics of its own.
        return layers.GroupNormalization(groups=-1)(x)
    return x


def _check(image_shape, condition_shape, steps, normalisation):
    _check_steps(steps)
    if normalisation not in NORMALISATIONS:
        known = ", ".join(map(repr, NORMALISATIONS))
        raise ValueError(f"normalisation must be one of {known}. Received: normalisation={normalisation!r}.")
    shapes = [image_shape] if condition_shape is None else [image_shape, condition_shape]
    if any(len(shape) != 3 for shape in shapes) or len({tuple(shape[:2]) for shape in shapes}) > 1:
        raise ValueError(
            "image_shape and condition_shape must be (height, width, channels), of one height and width. "
            f"Received: image_shape={tuple(image_shape)}, condition_shape={condition_shape}."
        )
    # Each step halves the side, and the two last convolutions take one pixel each and leave at least one.
    smallest = 3 * 2**steps if steps else 1
    if min(image_shape[:2]) < smallest:
        raise ValueError(
            f"{steps} steps need images of at least {smallest} pixels a side. Received: "
            f"image_shape={tuple(image_shape)}. Take fewer steps, or larger images."
        )


def _check_steps(steps):
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 0:
        raise ValueError(f"steps must be an integer, at least 0. Received: steps={steps!r}.")
