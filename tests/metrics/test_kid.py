import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from course_utils import data
from course_utils.metrics import FrozenClassifier, kid

pytestmark = pytest.mark.backends


def library(real, fake):
    def kernel(x, y):
        return polynomial_kernel(x.astype(np.float64), y.astype(np.float64), degree=3, gamma=1 / x.shape[1], coef0=1)

    def off_diagonal(x):
        values = kernel(x, x)
        return values[~np.eye(len(x), dtype=bool)].mean()

    return off_diagonal(real) + off_diagonal(fake) - 2 * kernel(real, fake).mean()


def test_two_points_worked_by_hand():
    # d = 2. Real: (2, 0).(0, 2) = 0, kernel 1. Fake: (2, 2).(2, 0) = 4, kernel 27.
    # Between: (2,0).(2,2) = 4, (2,0).(2,0) = 4, (0,2).(2,2) = 4, (0,2).(2,0) = 0: kernels 27, 27, 27, 1, mean 20.5.
    real, fake = np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 2.0], [2.0, 0.0]])
    assert float(kid(real, fake)) == pytest.approx(1 + 27 - 41)


@pytest.mark.parametrize(("n", "m", "d"), [(300, 200, 64), (2, 50, 3), (1000, 1000, 64)])
def test_equals_scikit_learns_kernel(n, m, d):
    rng = np.random.default_rng(0)
    real = rng.normal(size=(n, d)).astype(np.float32)
    fake = (rng.normal(size=(m, d)) + 0.3).astype(np.float32)
    assert float(kid(real, fake)) == pytest.approx(library(real, fake), rel=1e-3, abs=2e-6)


def test_two_halves_of_real_data_are_alike():
    # The largest of these ten is 0.010; uniform noise against the digits gives 3.4.
    features = FrozenClassifier("digits").features(data.load("digits")[0])
    halves = [np.random.default_rng(seed).permutation(len(features)) for seed in range(10)]
    values = [float(kid(features[rows[:718]], features[rows[718:]])) for rows in halves]
    print("KID of ten halvings:", np.round(values, 4))
    assert np.abs(values).max() < 0.03
    assert abs(np.mean(values)) < 0.01


def test_is_unbiased_over_batches():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(4000, 4)), rng.normal(size=(4000, 4)) + 0.5
    whole = float(kid(real, fake))
    batches = [float(kid(real[i : i + 20], fake[i : i + 20])) for i in range(0, 4000, 20)]
    assert np.mean(batches) == pytest.approx(whole, abs=3 * np.std(batches) / np.sqrt(len(batches)))


def test_identical_sets_give_a_finite_number_below_zero():
    real = np.random.default_rng(0).normal(size=(50, 8))
    assert -1 < float(kid(real, real)) < 0


@pytest.mark.parametrize("shapes", [((4,), (4,)), ((4, 3), (4, 2))])
def test_other_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="same width d. Received: shapes"):
        kid(np.zeros(shapes[0]), np.zeros(shapes[1]))


def test_a_single_sample_is_refused():
    with pytest.raises(ValueError, match=r"at least 2 samples. Received: shapes \(4, 3\) and \(1, 3\)"):
        kid(np.zeros((4, 3)), np.zeros((1, 3)))
