import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm

from course_utils import density

X = np.linspace(-20, 20, 8001)


def test_log_normal_is_the_libraries():
    assert density.log_normal(X, 1.5, 0.7) == pytest.approx(norm.logpdf(X, 1.5, 0.7))


@pytest.mark.parametrize("spread", [0.0, -1.0, float("nan")])
def test_a_spread_that_is_not_positive_is_refused(spread):
    with pytest.raises(ValueError, match=r"positive standard deviation. Received: spread="):
        density.log_normal(X, 0.0, spread)


def test_optimal_discriminator_by_hand():
    answers = density.optimal_discriminator(np.log([1.0, 1.0, 3.0]), np.log([1.0, 3.0, 1.0]))
    assert answers == pytest.approx([0.5, 0.25, 0.75])


def test_optimal_discriminator_where_both_densities_are_too_small_for_a_float():
    with np.errstate(all="raise", under="ignore"):
        assert density.optimal_discriminator([-2000.0, -4000.0], [-4000.0, -2000.0]) == pytest.approx([1.0, 0.0])


def test_jensen_shannon_is_the_libraries():
    log_p, log_q = norm.logpdf(X, 0, 1), norm.logpdf(X, 1.5, 0.7)
    expected = jensenshannon(np.exp(log_p), np.exp(log_q)) ** 2
    assert density.jensen_shannon(X, log_p, log_q) == pytest.approx(expected, abs=1e-9)
    assert density.jensen_shannon(X, log_q, log_p) == pytest.approx(expected, abs=1e-9)


def test_equal_densities_give_zero_and_minus_log_4():
    log_p = norm.logpdf(X)
    assert density.jensen_shannon(X, log_p, log_p) == pytest.approx(0, abs=1e-12)
    assert density.value_at_optimum(X, log_p, log_p) == pytest.approx(-np.log(4))


def test_densities_that_never_meet_give_log_2_and_zero():
    log_p, log_q = norm.logpdf(X, -8, 0.2), norm.logpdf(X, 8, 0.2)
    assert density.jensen_shannon(X, log_p, log_q) == pytest.approx(np.log(2))
    assert density.value_at_optimum(X, log_p, log_q) == pytest.approx(0, abs=1e-9)


def test_the_optimal_discriminator_has_the_highest_value():
    log_p, log_q = norm.logpdf(X, 0, 1), norm.logpdf(X, 1.5, 0.7)
    best = density.optimal_discriminator(log_p, log_q)

    def value(D):
        return np.trapezoid(np.exp(log_p) * np.log(D) + np.exp(log_q) * np.log(1 - D), X)

    inside = np.clip(best, 1e-9, 1 - 1e-9)
    assert value(inside) == pytest.approx(density.value_at_optimum(X, log_p, log_q), abs=1e-6)
    for shift in (-0.1, 0.1):
        assert value(np.clip(best + shift, 1e-9, 1 - 1e-9)) < value(inside) - 0.01
