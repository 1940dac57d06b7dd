"""Which classes a set of samples covers."""

import keras
from keras import ops

from course_utils.metrics.arrays import class_probabilities


@keras.saving.register_keras_serializable("course_utils")
def class_shares(probabilities):
    """Share of samples whose most probable class is each class.

    Args:
        probabilities: `(n, classes)`, in [0, 1].

    Returns:
        `(classes,)`, float32, with sum 1.

    Raises:
        ValueError: another shape.
    """
    probabilities = class_probabilities(probabilities)
    answers = ops.one_hot(ops.argmax(probabilities, axis=1), probabilities.shape[1], dtype="float32")
    return ops.mean(answers, axis=0)


@keras.saving.register_keras_serializable("course_utils")
def mode_coverage(probabilities, at_least=0.02):
    """Number of classes that get at least a given share of the samples; a collapsed generator covers few.

    In the manner of Che et al., "Mode regularized generative adversarial networks" (2017), section 4, and the counts of
    modes in Metz et al., "Unrolled generative adversarial networks" (2017).

    Args:
        probabilities: `(n, classes)`, in [0, 1].
        at_least: smallest share that counts, in (0, 1].

    Returns:
        Scalar int32 tensor.

    Raises:
        ValueError: another shape, or a share out of range.
    """
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least must be a share above 0 and at most 1. Received: at_least={at_least}")
    # A share is a whole number of samples over n: half of the smallest step of float32 must not decide.
    return ops.sum(ops.cast(class_shares(probabilities) >= at_least - 1e-6, "int32"))
