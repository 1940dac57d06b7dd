"""Inception-style score of class probabilities."""

import keras
from keras import ops

from course_utils.metrics.arrays import class_probabilities

SMALLEST = 1e-30


@keras.saving.register_keras_serializable("course_utils")
def inception_score(probabilities):
    """exp of the mean divergence KL(p(y|x) || p(y)): from 1 to the number of classes, more is better.

    High when each answer is sure and all classes are answered equally often: Salimans et al., "Improved techniques for
    training GANs" (2016), section 4, here over all samples at once and with the answers of a classifier of the course.

    Args:
        probabilities: `(n, classes)`, in [0, 1], each row with sum 1.

    Returns:
        Scalar float32 tensor.

    Raises:
        ValueError: another shape.
    """
    conditional = class_probabilities(probabilities)
    marginal = ops.mean(conditional, axis=0, keepdims=True)
    surprise = ops.log(ops.maximum(conditional, SMALLEST)) - ops.log(ops.maximum(marginal, SMALLEST))
    return ops.exp(ops.mean(ops.sum(conditional * surprise, axis=1)))
