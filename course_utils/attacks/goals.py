"""What an attack wants of the model's answer, as objects that any attack can take."""

import numpy as np
from keras import ops


def log_odds(logits, classes):
    """How sure the model is of a class, log p / (1 - p), computed from logits.

    The cross-entropy -log p falls as this rises, so its gradient points exactly the other way. But where the model is
    sure, the gradient of the cross-entropy rounds to zero and this one does not: attacks use this.

    Args:
        logits: `(batch, classes)`.
        classes: `(batch,)` whole numbers.

    Returns:
        Tensor `(batch,)`.
    """
    logits = ops.cast(logits, "float32")
    own = ops.one_hot(classes, logits.shape[-1], dtype="bool")
    others = ops.logsumexp(ops.where(own, -np.inf, logits), axis=-1)
    return ops.sum(ops.where(own, logits, 0.0), axis=-1) - others


class Goal:
    """Base of the goals: one class for each image, and whether the model shall become surer of it.

    Args:
        classes: whole numbers `(n,)`, or one number for all images.

    Attributes:
        towards: 1 where an attack raises the log odds of the class, -1 where it lowers them.

    Raises:
        ValueError: where `classes` are no whole numbers of this shape.
    """

    towards = None

    def __init__(self, classes):
        self.classes = np.asarray(classes)
        if self.classes.ndim > 1 or self.classes.dtype.kind not in "iu" or self.classes.size == 0:
            raise ValueError(
                f"{type(self).__name__} takes the number of one class, or of one for each image, shape (n,). "
                f"Received: shape {self.classes.shape} of type {self.classes.dtype}."
            )

    def met(self, logits, classes):
        """Which images the goal is met for, from NumPy arrays `(batch, number of classes)` and `(batch,)`."""
        raise NotImplementedError(f"{type(self).__name__} must define met(logits, classes).")

    def for_images(self, n, known):
        """The classes as an int32 array `(n,)`, for a model that knows the classes 0 to `known` - 1.

        Raises:
            ValueError: for another number of images, or a class that the model does not know.
        """
        if self.classes.ndim == 1 and len(self.classes) != n:
            raise ValueError(
                f"{type(self).__name__} needs one class for each image. "
                f"Received: {len(self.classes)} classes for {n} images."
            )
        if self.classes.min() < 0 or self.classes.max() >= known:
            raise ValueError(
                f"The model knows the classes 0 to {known - 1}. "
                f"Received: {type(self).__name__} with classes from {self.classes.min()} to {self.classes.max()}."
            )
        return np.broadcast_to(self.classes, (n,)).astype("int32")


class Untargeted(Goal):
    """The model shall answer anything but the true class.

    Args:
        labels: the true class of each image, whole numbers `(n,)`.
    """

    towards = -1

    def __init__(self, labels):
        super().__init__(labels)

    def met(self, logits, classes):
        return logits.argmax(axis=-1) != classes


class Targeted(Goal):
    """The model shall answer a given class, and be as sure of it as asked.

    Args:
        classes: the class that each image shall be taken for, whole numbers `(n,)`, or one number for all.
        confidence: None, or the probability that the class must exceed, in (0, 1).

    Raises:
        ValueError: for another confidence.
    """

    towards = 1

    def __init__(self, classes, confidence=None):
        super().__init__(classes)
        if confidence is not None and not 0 < confidence < 1:
            raise ValueError(f"confidence must be None or between 0 and 1. Received: confidence={confidence!r}.")
        self.confidence = confidence

    def met(self, logits, classes):
        reached = logits.argmax(axis=-1) == classes
        if self.confidence is None:
            return reached
        sure = ops.convert_to_numpy(log_odds(logits, classes))
        return reached & (sure > np.log(self.confidence / (1 - self.confidence)))
