"""A small trained classifier that never learns again: it gives the features and answers that the metrics compare."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

from course_utils.metrics.images import prepare
from course_utils.networks.classifier import classifier

WEIGHTS = Path(__file__).parent / "weights"
CHUNK = 500


@dataclass(frozen=True)
class Trained:
    """One row of the table: where the weights lie, what they were trained on, and how good they are.

    `accuracy` is the percentage of right answers on the data set's own test split at the default size.
    """

    file: str
    size: int
    accuracy: float


# Seed 0 of the training command. Seeds 1 and 2 gave digits 99.7 each.
TRAINED = {
    "digits": Trained("digits.weights.h5", size=16, accuracy=100.0),
    "mnist": Trained("mnist.weights.h5", size=28, accuracy=99.46),
}


def network(name):
    """Builds the untrained network of one row of `TRAINED`, in float32 whatever the global policy."""
    size = TRAINED[name].size
    return classifier((size, size, 1), dtype="float32", name=f"frozen_{name}_classifier")


class FrozenClassifier:
    """A classifier of digits with fixed weights, for the metrics.

    It is no Keras layer on purpose: a model that uses it neither trains it, nor counts its weights, nor saves them.
    Its features are scaled to a mean square of 1 in each image. Left as they are, those of noise are short, and so lie
    in the middle of all others, where metrics by distance take them for digits. Distances in these features cannot be
    compared with those in Inception's.

    Args:
        name: `"digits"` (scikit-learn's digits, 16x16) or `"mnist"` (28x28).

    Attributes:
        name: as given.
        label: name and test accuracy, such as "digits-98.9", to stand beside every number made with it.
        classes: number of classes.

    Raises:
        ValueError: unknown name.
        FileNotFoundError: the weights are missing.
        OSError: the weights cannot be read.
    """

    def __init__(self, name="digits"):
        if name not in TRAINED:
            raise ValueError(f"The frozen classifiers are {', '.join(map(repr, TRAINED))}. Received: name={name!r}")
        self.name = name
        self.label = f"{name}-{TRAINED[name].accuracy:.1f}"
        self.size = TRAINED[name].size
        self._network = _load(name)
        self.classes = self._network.outputs[1].shape[-1]

    def call_both(self, images):
        """Gives features and answers as tensors; for use inside a traced step, so values are not checked.

        Args:
            images: `(batch, height, width, channels)` in [-1, 1], 1 or 3 channels, at least 8 pixels a side.

        Returns:
            `(features, probabilities)`: `(batch, 64)` and `(batch, classes)`, float32.
        """
        features, logits = self._network(prepare(images, self.size), training=False)
        width = features.shape[-1]
        return ops.normalize(features) * width**0.5, ops.softmax(logits)

    def features(self, images):
        """Returns the features of images in [-1, 1] as a NumPy array `(n, 64)`; see `call_both` for the shapes."""
        return self._in_chunks(images)[0]

    def answers(self, images):
        """Returns class probabilities of images in [-1, 1] as a NumPy array `(n, classes)`; see `call_both`."""
        return self._in_chunks(images)[1]

    def features_and_answers(self, images):
        """Returns what `features` and `answers` return, in one pass."""
        return self._in_chunks(images)

    def _in_chunks(self, images):
        images = _checked(images)
        chunks = [self.call_both(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)]
        return tuple(
            np.concatenate([ops.convert_to_numpy(part) for part in parts]) for parts in zip(*chunks, strict=True)
        )


def _load(name):
    path = WEIGHTS / TRAINED[name].file
    command = f"python -m course_utils.metrics.train_classifier {name}"
    if not path.is_file():
        raise FileNotFoundError(f"The frozen classifier {name!r} has no weights at {path}. Make them with: {command}")
    model = network(name)
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).partition("\n")[0]
        raise OSError(f"The weights in {path} cannot be read ({reason}) Make them again with: {command}") from error
    model.trainable = False
    return keras.Model(model.input, [model.get_layer("features").output, model.output], name=model.name)


def _checked(images):
    images = ops.convert_to_numpy(images)
    if images.ndim != 4 or len(images) == 0:
        raise ValueError(
            f"images must be (n, height, width, channels) with at least one image. Received: shape {images.shape}"
        )
    low, high = images.min(), images.max()
    # NaN fails every comparison, so it is refused here too.
    if not (low >= -1.01 and high <= 1.01):
        raise ValueError(f"images must lie in [-1, 1]. Received: values from {low} to {high}")
    return images
