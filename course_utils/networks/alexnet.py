"""AlexNet, the network that won ImageNet's challenge of 2012.

Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks" (2012).
"""

import keras
from keras import layers

# Of fewer pixels than these, the last pooling finds fewer than its 3.
SMALLEST_SIDE = 67


def alexnet(classes=1000, groups=1, input_shape=(227, 227, 3), name="alexnet"):
    """Builds AlexNet: five convolutions with overlapping 3x3 poolings at stride 2, then three dense layers.

    The paper's figure says 224x224 pixels, which an 11x11 kernel at stride 4 does not fill: 227x227 gives the 55x55 of
    its text without padding. Two things are not as in the paper: the local response normalisation after conv1 and
    conv2 is left out (it has no parameters, and the lectures' list of layers does not have it), and weights start as
    Keras starts them.

    Args:
        classes: number of classes, at least 2.
        groups: 1 for one tower (62,378,344 parameters with the other defaults); 2 for the paper's two halves, one for
            each of its two GPUs, which meet in conv3 and the dense layers only (60,965,224 parameters).
        input_shape: `(height, width, channels)`; height and width at least 67.
        name: name of the model.

    Returns:
        A functional `keras.Model` from images `(batch, height, width, channels)` to logits `(batch, classes)`, float32.

    Raises:
        ValueError: an input shape, number of classes or of groups out of these ranges.
    """
    _check(classes, groups, input_shape)
    images = x = keras.Input(input_shape)
    x = _convolution(x, 96, 11, "conv1", strides=4, padding="valid")
    x = _pool(x, "pool1")
    x = _convolution(x, 256, 5, "conv2", groups=groups)
    x = _pool(x, "pool2")
    x = _convolution(x, 384, 3, "conv3")
    x = _convolution(x, 384, 3, "conv4", groups=groups)
    x = _convolution(x, 256, 3, "conv5", groups=groups)
    x = _pool(x, "pool5")
    x = layers.Flatten(name="flatten")(x)
    for number in (6, 7):
        x = layers.Dense(4096, activation="relu", name=f"fc{number}")(x)
        x = layers.Dropout(0.5, name=f"dropout{number}")(x)
    # Half-precision logits would round a small cross-entropy to zero.
    logits = layers.Dense(classes, dtype="float32", name="fc8")(x)
    return keras.Model(images, logits, name=name)


def _convolution(x, filters, kernel, name, padding="same", **arguments):
    return layers.Conv2D(filters, kernel, padding=padding, activation="relu", name=name, **arguments)(x)


def _pool(x, name):
    return layers.MaxPooling2D(3, 2, name=name)(x)


def _check(classes, groups, input_shape):
    if len(input_shape) != 3 or None in input_shape or min(input_shape[:2]) < SMALLEST_SIDE or input_shape[2] < 1:
        raise ValueError(
            f"input_shape must be (height, width, channels) with sides of at least {SMALLEST_SIDE} pixels, which leave "
            f"one pixel after the last pooling. Received: input_shape={input_shape}"
        )
    if classes < 2:
        raise ValueError(f"A classifier needs at least 2 classes. Received: classes={classes}")
    if groups not in (1, 2):
        raise ValueError(f"groups must be 1, for one tower, or 2, for the paper's halves. Received: groups={groups}")
