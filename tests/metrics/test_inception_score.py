import numpy as np
import pytest
from scipy.stats import entropy

from course_utils.metrics import inception_score

pytestmark = pytest.mark.backends


def test_sure_and_even_answers_score_the_number_of_classes():
    assert float(inception_score(np.tile(np.eye(10), (7, 1)))) == pytest.approx(10, rel=1e-5)


@pytest.mark.parametrize("row", [np.full(10, 0.1), np.eye(10)[3]])
def test_one_answer_for_all_scores_one(row):
    assert float(inception_score(np.tile(row, (20, 1)))) == pytest.approx(1, rel=1e-5)


def test_two_samples_worked_by_hand():
    # Answers (1, 0) and (1/2, 1/2) have the mean (3/4, 1/4). Divergences: log(4/3), and log(2/3)/2 + log(2)/2, which is
    # log(4/3)/2. The exponential of their mean is (4/3)^(3/4).
    expected = (4 / 3) ** (3 / 4)
    assert float(inception_score(np.array([[1.0, 0.0], [0.5, 0.5]]))) == pytest.approx(expected)


def test_equals_scipys_entropy():
    probabilities = np.random.default_rng(0).dirichlet(np.full(10, 0.2), size=200)
    expected = np.exp(entropy(probabilities, probabilities.mean(axis=0, keepdims=True), axis=1).mean())
    assert float(inception_score(probabilities)) == pytest.approx(expected, rel=1e-4)


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"Received: shape \(10,\)"):
        inception_score(np.full(10, 0.1))
