"""Kernel distance between two sets of features (KID)."""

import keras
from keras import ops

from course_utils.metrics.arrays import feature_pair, samples


@keras.saving.register_keras_serializable("course_utils")
def kid(real_features, fake_features):
    """Unbiased squared maximum mean discrepancy with the kernel (x.y / d + 1)^3; 0 is best.

    Bińkowski et al., "Demystifying MMD GANs" (2018), section 4. All samples are used at once. Unbiased means that two
    samples of the same distribution give 0 on average, so a small negative value is nothing wrong.

    Args:
        real_features: `(n, d)`, n at least 2.
        fake_features: `(m, d)`, m at least 2.

    Returns:
        Scalar float32 tensor.

    Raises:
        ValueError: shapes other than these.
    """
    real, fake = feature_pair(real_features, fake_features, at_least=2)
    return _mean_of_pairs(real) + _mean_of_pairs(fake) - 2 * ops.mean(_kernel(real, fake))


def _kernel(x, y):
    return (ops.matmul(x, ops.transpose(y)) / x.shape[1] + 1) ** 3


def _mean_of_pairs(x):
    """Returns the mean kernel between different samples: the diagonal left out is what makes the estimate unbiased."""
    n = samples(x)
    diagonal = ops.sum((ops.mean(ops.square(x), axis=1) + 1) ** 3)
    return (ops.sum(_kernel(x, x)) - diagonal) / (n * (n - 1))
