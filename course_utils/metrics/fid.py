"""Fréchet distance between two sets of features (FID)."""

import keras
from keras import ops

from course_utils.metrics.arrays import feature_pair, samples


@keras.saving.register_keras_serializable("course_utils")
def fid(real_features, fake_features):
    """Squared Fréchet distance between Gaussians fitted to two sets of features; 0 is best.

    |m - w|^2 + tr(C + V - 2 (C V)^(1/2)), with means m, w and covariances C, V: Heusel et al., "GANs trained by a
    two time-scale update rule converge to a local Nash equilibrium" (2017), equation 6. It grows with fewer samples:
    compare only numbers made with the same classifier and the same number of samples.

    Args:
        real_features: `(n, d)`, n at least 2.
        fake_features: `(m, d)`, m at least 2.

    Returns:
        Scalar float32 tensor.

    Raises:
        ValueError: shapes other than these.
    """
    real, fake = feature_pair(real_features, fake_features, at_least=2)
    real_mean, fake_mean = ops.mean(real, axis=0), ops.mean(fake, axis=0)
    real_root, fake_root = _root(real - real_mean), _root(fake - fake_mean)
    # With C = A'A and V = B'B, tr (C V)^(1/2) is the sum of the singular values of A B'. A matrix square root of C V
    # would lose half of float32's digits.
    shared = ops.sum(ops.svd(ops.matmul(real_root, ops.transpose(fake_root)), compute_uv=False))
    distance = ops.sum(ops.square(real_mean - fake_mean))
    spread = ops.sum(ops.square(real_root)) + ops.sum(ops.square(fake_root))
    return ops.maximum(distance + spread - 2 * shared, 0.0)


def _root(centred):
    """Returns R `(d, d)` with R'R the covariance of centred features `(n, d)`."""
    return ops.qr(centred, mode="reduced")[1] / ops.sqrt(samples(centred) - 1)
