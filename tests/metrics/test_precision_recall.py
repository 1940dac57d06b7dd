import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from course_utils.metrics import precision, precision_recall, recall

pytestmark = pytest.mark.backends


def share_in_balls(owners, others, neighbours):
    """Second formula: scikit-learn's neighbours, in float64."""
    owners, others = owners.astype(np.float64), others.astype(np.float64)
    radii = NearestNeighbors(n_neighbors=neighbours).fit(owners).kneighbors()[0][:, -1]
    distances = np.linalg.norm(owners[:, None] - others[None, :], axis=2)
    return np.mean(np.any(distances <= radii[:, None], axis=0))


@pytest.mark.parametrize("neighbours", [1, 3, 5])
@pytest.mark.parametrize(("scale", "shift", "origin"), [(1, 0.0, 0), (0.3, 0.0, 0), (1.5, 1.0, 0), (1, 0.5, 100)])
def test_equals_scikit_learns_neighbours(neighbours, scale, shift, origin):
    rng = np.random.default_rng(0)
    real = (rng.normal(size=(300, 6)) + origin).astype(np.float32)
    fake = (scale * rng.normal(size=(200, 6)) + shift + origin).astype(np.float32)
    found = [float(value) for value in precision_recall(real, fake, neighbours)]
    expected = [share_in_balls(real, fake, neighbours), share_in_balls(fake, real, neighbours)]
    assert found == pytest.approx(expected, abs=1e-6)


def test_a_line_worked_by_hand():
    # Nearest neighbours on a line: real 0, 1, 10 own radii 1, 1, 9; fake 2.5, 20, 21 own radii 17.5, 1, 1.
    # Fake 2.5 lies in the ball of 10 alone, 20 and 21 in none: 1/3. All of the real lie in the ball of 2.5: 1.
    real, fake = np.array([[0.0], [1.0], [10.0]]), np.array([[2.5], [20.0], [21.0]])
    assert [float(value) for value in precision_recall(real, fake, neighbours=1)] == pytest.approx([1 / 3, 1])


def test_a_collapsed_generator_is_precise_and_recalls_nothing():
    real = np.random.default_rng(0).normal(size=(100, 4)).astype(np.float32)
    fake = np.tile(real.mean(axis=0), (50, 1)) + 1e-3
    assert [float(value) for value in precision_recall(real, fake)] == [1, 0]


def test_identical_sets_are_perfect():
    real = np.random.default_rng(0).normal(size=(100, 64)).astype(np.float32)
    assert [float(value) for value in precision_recall(real, real)] == [1, 1]


def test_each_number_has_its_own_name():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(60, 3)), 0.5 * rng.normal(size=(60, 3))
    both = [float(value) for value in precision_recall(real, fake)]
    assert [float(precision(real, fake)), float(recall(real, fake))] == both
    assert both[0] > both[1]


def test_too_few_samples_are_refused():
    with pytest.raises(ValueError, match=r"at least 4 samples. Received: shapes \(3, 2\) and \(9, 2\)"):
        precision_recall(np.zeros((3, 2)), np.zeros((9, 2)))


def test_no_neighbour_is_refused():
    with pytest.raises(ValueError, match="Received: neighbours=0"):
        precision_recall(np.zeros((3, 2)), np.zeros((9, 2)), neighbours=0)


def test_different_widths_are_refused():
    with pytest.raises(ValueError, match="same width d. Received: shapes"):
        precision_recall(np.zeros((9, 2)), np.zeros((9, 3)))
