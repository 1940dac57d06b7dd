"""Precision and recall between two sets of features, by nearest neighbours."""

import keras
from keras import ops

from course_utils.metrics.arrays import feature_pair


@keras.saving.register_keras_serializable("course_utils")
def precision_recall(real_features, fake_features, neighbours=3):
    """Share of fakes that look real, and share of the real that the fakes reach; both in [0, 1], 1 is best.

    Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models" (2019): every sample
    owns the ball that reaches its k-th nearest neighbour of its own kind; samples of the other kind in any ball count.
    Distances of all pairs are held in memory: 10,000 samples of each kind take 400 MB a matrix.

    Args:
        real_features: `(n, d)`, n more than `neighbours`.
        fake_features: `(m, d)`, m more than `neighbours`.
        neighbours: k, a positive whole number.

    Returns:
        `(precision, recall)`, scalar float32 tensors.

    Raises:
        ValueError: shapes other than these, or `neighbours` below 1.
    """
    if neighbours < 1:
        raise ValueError(f"neighbours must be at least 1. Received: neighbours={neighbours}")
    real, fake = feature_pair(real_features, fake_features, at_least=neighbours + 1)
    # Far from the origin, float32 would lose the small distances in large squares.
    centre = ops.mean(real, axis=0)
    real, fake = real - centre, fake - centre
    between = _squared_distances(real, fake)
    in_real_ball = between <= _squared_radii(real, neighbours)[:, None]
    in_fake_ball = between <= _squared_radii(fake, neighbours)[None, :]
    return _share(ops.any(in_real_ball, axis=0)), _share(ops.any(in_fake_ball, axis=1))


@keras.saving.register_keras_serializable("course_utils")
def precision(real_features, fake_features, neighbours=3):
    """Returns the first number of `precision_recall`."""
    return precision_recall(real_features, fake_features, neighbours)[0]


@keras.saving.register_keras_serializable("course_utils")
def recall(real_features, fake_features, neighbours=3):
    """Returns the second number of `precision_recall`."""
    return precision_recall(real_features, fake_features, neighbours)[1]


def _squared_distances(x, y):
    squares = ops.sum(ops.square(x), axis=1)[:, None] + ops.sum(ops.square(y), axis=1)[None, :]
    return ops.maximum(squares - 2 * ops.matmul(x, ops.transpose(y)), 0.0)


def _squared_radii(x, neighbours):
    # The nearest neighbour of each sample is itself.
    nearest = ops.top_k(-_squared_distances(x, x), neighbours + 1)[0]
    return -nearest[:, -1]


def _share(flags):
    return ops.mean(ops.cast(flags, "float32"))
