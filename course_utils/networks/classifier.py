"""A small convolutional network that names what an image shows."""

import keras
from keras import layers

FEATURES = 64


def classifier(input_shape=(16, 16, 1), classes=10, widths=(16, 32, 64), dtype=None, momentum=0.99, name="classifier"):
    """Builds a small convolutional classifier.

    Each block is two 3x3 convolutions with batch normalisation and ReLU, then a 2x2 max pooling (the pattern of
    Simonyan and Zisserman, "Very deep convolutional networks", 2015). The layer named `"features"` holds what the
    network knows of an image in 64 non-negative numbers.

    Args:
        input_shape: `(height, width, channels)`; height and width at least `2 ** len(widths)`.
        classes: number of classes, at least 2.
        widths: channels of each block.
        dtype: data type or policy of every layer but the last; `None` takes Keras's global policy.
        momentum: of the moving averages of batch normalisation, in (0, 1). Keras's 0.99 forgets the first images after
            hundreds of steps; where a run has no more than a few hundred, 0.9 answers as it did in training.
        name: name of the model.

    Returns:
        A functional `keras.Model` from images `(batch, height, width, channels)` in [-1, 1] to logits
        `(batch, classes)`, float32 under every policy.

    Raises:
        ValueError: an input shape, number of classes, widths or momentum out of these ranges.
    """
    _check(input_shape, classes, widths, momentum)
    images = x = keras.Input(input_shape)
    for width in widths:
        x = _convolution(_convolution(x, width, momentum, dtype), width, momentum, dtype)
        x = layers.MaxPooling2D(dtype=dtype)(x)
    x = layers.Flatten(dtype=dtype)(x)
    x = layers.Dense(FEATURES, activation="relu", dtype=dtype, name="features")(x)
    # bfloat16 logits would round a cross-entropy of 0.01 to zero.
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def _convolution(x, width, momentum, dtype):
    x = layers.Conv2D(width, 3, padding="same", use_bias=False, dtype=dtype)(x)
    x = layers.BatchNormalization(momentum=momentum, dtype=dtype)(x)
    return layers.ReLU(dtype=dtype)(x)


def _check(input_shape, classes, widths, momentum):
    if len(widths) == 0 or min(widths) < 1:
        raise ValueError(f"widths must hold at least one positive number of channels. Received: widths={widths}")
    smallest = 2 ** len(widths)
    if len(input_shape) != 3 or None in input_shape or min(input_shape[:2]) < smallest or input_shape[2] < 1:
        raise ValueError(
            f"input_shape must be (height, width, channels) with sides of at least {smallest} pixels, one halving for "
            f"each of the {len(widths)} blocks. Received: input_shape={input_shape}"
        )
    if classes < 2:
        raise ValueError(f"A classifier needs at least 2 classes. Received: classes={classes}")
    if not 0 < momentum < 1:
        raise ValueError(f"momentum must lie between 0 and 1, such as 0.9. Received: momentum={momentum!r}")
