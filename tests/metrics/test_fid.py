import numpy as np
import pytest
from scipy.linalg import sqrtm

from course_utils.metrics import fid

pytestmark = pytest.mark.backends


def textbook(real, fake):
    """The formula as the paper writes it, in float64."""
    real, fake = real.astype(np.float64), fake.astype(np.float64)
    c, v = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    distance = np.sum((real.mean(axis=0) - fake.mean(axis=0)) ** 2)
    return distance + np.trace(c + v - 2 * sqrtm(c @ v).real)


def features(n, d, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(n, d)) @ rng.normal(size=(d, d))
    return np.maximum(mixed + shift, 0).astype(np.float32)


@pytest.mark.parametrize(("n", "m", "d"), [(500, 300, 8), (1000, 1000, 64), (200, 150, 64)])
def test_equals_the_textbook_formula(n, m, d):
    real, fake = features(n, d, 0), features(m, d, 1, shift=0.5)
    assert float(fid(real, fake)) == pytest.approx(textbook(real, fake), rel=1e-3)


def test_a_case_worked_by_hand():
    # Covariances diag(2, 8) and diag(8, 18), means apart by (3, 4): 25 + (2 + 8 - 2 * 4) + (8 + 18 - 2 * 12) = 29.
    real = np.array([[2, 0], [-2, 0], [0, 4], [0, -4], [0, 0]]) * 1.0
    fake = np.array([[4, 0], [-4, 0], [0, 6], [0, -6], [0, 0]]) + np.array([3.0, 4.0])
    np.testing.assert_allclose(np.cov(real, rowvar=False), [[2, 0], [0, 8]])
    np.testing.assert_allclose(np.cov(fake, rowvar=False), [[8, 0], [0, 18]])
    assert float(fid(real, fake)) == pytest.approx(29, rel=1e-5)


def test_fewer_samples_than_features_keep_their_digits():
    # Singular covariances: by matrix square roots in float32, digits' features lost 0.3% here.
    real, fake = features(40, 64, 0), features(40, 64, 0) + 0.3 * features(40, 64, 7)
    assert float(fid(real, fake)) == pytest.approx(fid_by_eigenvalues(real, fake), rel=1e-4)


def test_close_sets_keep_their_digits():
    real = features(1000, 64, 0) / 8
    real[:, 50:] = 0
    fake = real + 0.02 * features(1000, 64, 5)
    fake[:, 50:] = 0
    assert float(fid(real, fake)) == pytest.approx(fid_by_eigenvalues(real, fake), rel=1e-3)


def fid_by_eigenvalues(real, fake):
    """A second formula that takes singular covariances: tr (CV)^(1/2) from the eigenvalues of CV, in float64."""
    c, v = (np.cov(features.astype(np.float64), rowvar=False) for features in (real, fake))
    shared = np.sqrt(np.maximum(np.linalg.eigvals(c @ v).real, 0)).sum()
    means = np.mean(real, axis=0, dtype=np.float64) - np.mean(fake, axis=0, dtype=np.float64)
    return means @ means + np.trace(c + v) - 2 * shared


@pytest.mark.parametrize("n", [2, 10, 500])
def test_identical_sets_give_zero(n):
    real = features(n, 64, 0)
    assert float(fid(real, real)) == pytest.approx(0, abs=1e-5 * float(np.square(real).sum(axis=1).mean()))


def test_constant_features_give_the_distance_of_the_means():
    assert float(fid(np.zeros((5, 4)), np.ones((6, 4)))) == pytest.approx(4)


@pytest.mark.parametrize("shapes", [((4,), (4,)), ((4, 3, 2), (4, 3, 2)), ((4, 3), (4, 2))])
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="same width d. Received: shapes"):
        fid(np.zeros(shapes[0]), np.zeros(shapes[1]))


def test_a_single_sample_is_refused():
    with pytest.raises(ValueError, match=r"at least 2 samples. Received: shapes \(1, 3\) and \(4, 3\)"):
        fid(np.zeros((1, 3)), np.zeros((4, 3)))
