import numpy as np
import pytest

from course_utils.metrics import class_shares, mode_coverage

pytestmark = pytest.mark.backends


def answers(counts):
    """Sure answers: `counts[k]` samples of class k."""
    return np.repeat(np.eye(len(counts)), counts, axis=0)


def test_shares_of_the_most_probable_class():
    probabilities = np.array([[0.6, 0.3, 0.1], [0.4, 0.35, 0.25], [0.1, 0.2, 0.7], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(np.asarray(class_shares(probabilities)), [0.5, 0, 0.5])


@pytest.mark.parametrize(
    ("counts", "modes"),
    [
        ([100] * 10, 10),
        ([982, 2, 2, 2, 2, 2, 2, 2, 2, 2], 1),
        ([820] + [20] * 9, 10),
        ([840] + [19] * 4 + [17] * 4 + [16], 1),
    ],
)
def test_counts_the_classes_with_at_least_two_percent(counts, modes):
    covered = mode_coverage(answers(counts))
    assert int(covered) == modes
    assert "int" in str(covered.dtype)


@pytest.mark.parametrize("n", [50, 150, 350, 450, 1050])
def test_exactly_two_percent_counts(n):
    few = n // 50
    assert int(mode_coverage(answers([n - few, few]))) == 2


def test_another_share():
    assert int(mode_coverage(answers([70, 20, 10]), at_least=0.15)) == 2


@pytest.mark.parametrize("at_least", [0, -0.1, 1.5])
def test_a_bad_share_is_refused(at_least):
    with pytest.raises(ValueError, match=f"Received: at_least={at_least}"):
        mode_coverage(answers([5, 5]), at_least)


@pytest.mark.parametrize("shape", [(10,), (5, 1), (5, 2, 2)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"probabilities must be \(n, classes\).*Received: shape"):
        class_shares(np.zeros(shape))


def test_no_sample_is_refused():
    with pytest.raises(ValueError, match=r"at least 1 samples. Received: shapes \(0, 10\)"):
        class_shares(np.zeros((0, 10)))
