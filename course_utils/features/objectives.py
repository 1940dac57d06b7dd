"""What an image shall excite, as objectives that add and scale: `2 * channel("conv2", 3) - 0.1 * total_variation()`.

The habit is lucid's (Olah, Mordvintsev and Schubert, "Feature visualization", Distill, 2017). An objective gives one
number for each image, so that many images are made at a time: where it takes an index, it takes a list of one for each
image too, and the images do not touch each other.
"""

import numpy as np
from keras import ops

from course_utils.features.objective import Objective


def class_logit(classes):
    """The score of a class before the softmax (Simonyan, Vedaldi and Zisserman 2014, arXiv:1312.6034, section 2).

    The probability would rise as well by pushing the other classes down.

    Args:
        classes: number of a class, or one for each image.

    Raises:
        TypeError: where they are no whole numbers.
        ValueError: when it is used, for a class that the model does not know.
    """
    index = _checked_index("classes", classes)
    return Objective(lambda passage: _picked(passage.logits, index, "classes"), f"class_logit({classes})", index.size)


def unit(layer, channel, row=None, column=None):
    """One number of a layer's output: of a feature map the one at `(row, column)`, by default in the middle.

    Args:
        layer: name of a layer.
        channel: number of a channel, or of a neuron of a dense layer; or one for each image.
        row: row of the feature map, from 0.
        column: its column, from 0.

    Raises:
        TypeError: where `channel` is no whole number.
        ValueError: when it is used, for a layer, channel or place that the model does not have, or one after the
            final softmax.
    """
    index = _checked_index("channel", channel)

    def values(passage):
        output = _before_end(passage, layer)
        if len(output.shape) == 4:
            place = [
                _checked_place(*pair) for pair in (("row", row, output.shape[1]), ("column", column, output.shape[2]))
            ]
            output = output[:, place[0], place[1]]
        return _picked(output, index, layer)

    return Objective(values, f"unit({layer!r}, {channel})", index.size)


def channel(layer, channel):
    """The mean of one channel of a feature map: the same pattern all over the image. See `unit` for the arguments.

    Where a ReLU is off its gradient is zero, and nothing moves: name the layer before it rather than the ReLU.
    """
    index = _checked_index("channel", channel)

    def values(passage):
        return _picked(_over_places(_before_end(passage, layer)), index, layer)

    return Objective(values, f"channel({layer!r}, {channel})", index.size)


def layer(name):
    """The mean square of all that a layer gives (Mordvintsev et al. 2015, "Inceptionism"): more of what it sees."""

    def values(passage):
        output = _before_end(passage, name)
        return ops.mean(ops.square(output), axis=tuple(range(1, len(output.shape))))

    return Objective(values, f"layer({name!r})")


def direction(layer, vector):
    """The mean over a feature map of its product with a vector of the channels: several channels as one concept.

    Args:
        layer: name of a layer.
        vector: finite numbers `(channels,)`.

    Raises:
        ValueError: for a vector of another shape.
    """
    vector = np.asarray(vector, "float32")
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise ValueError(f"vector must be finite numbers of shape (channels,). Received: shape {vector.shape}.")

    def values(passage):
        output = _over_places(_before_end(passage, layer))
        if output.shape[-1] != len(vector):
            raise ValueError(
                f"{layer!r} has {output.shape[-1]} channels. Received: a direction of {len(vector)} numbers."
            )
        return ops.sum(ops.multiply(output, vector), axis=-1)

    return Objective(values, f"direction({layer!r})")


def _before_end(passage, name):
    """A layer's output in float32; refused where it is the answer after a softmax."""
    output = passage[name]
    if passage.is_squashed(name):
        raise ValueError(
            f"{name!r} ends in a softmax or sigmoid, whose gradient vanishes where the model is sure. "
            f"Received: an objective on {name!r}. Use class_logit, which goes around it."
        )
    return ops.cast(output, "float32")


def _over_places(output):
    return ops.mean(output, axis=tuple(range(1, len(output.shape) - 1))) if len(output.shape) > 2 else output


def _checked_index(name, index):
    array = np.asarray(index)
    if array.ndim > 1 or array.dtype.kind not in "iu" or array.size == 0:
        raise TypeError(f"{name} must be a whole number, or one for each image. Received: {name}={index!r}.")
    return np.atleast_1d(array).astype("int32")


def _picked(output, index, name):
    """Of an output `(batch, channels)`, each image's own channel, `(batch,)`."""
    known = output.shape[-1]
    if index.min() < 0 or index.max() >= known:
        raise ValueError(f"{name!r} has the numbers 0 to {known - 1}. Received: {index.tolist()}.")
    if index.size not in (1, output.shape[0]):
        raise ValueError(
            f"There must be one index for each image. Received: {index.size} for {output.shape[0]} images."
        )
    return ops.sum(output * ops.one_hot(index, known, dtype=output.dtype), axis=-1)


def _checked_place(name, place, size):
    place = size // 2 if place is None else place
    if not 0 <= place < size:
        raise ValueError(f"The feature map has the {name}s 0 to {size - 1}. Received: {name}={place}.")
    return place
