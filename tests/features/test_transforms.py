import numpy as np
import pytest
from keras import ops
from scipy.ndimage import affine_transform

from course_utils import autodiff, features
from course_utils.features.transforms import apply, draw

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(1).uniform(-1, 1, (2, 7, 9, 3)).astype("float32")


class Fixed:
    """A move that leaves nothing to chance."""

    def __init__(self, matrix):
        self.fixed = np.array(matrix, "float64")

    def matrix(self, random):
        return self.fixed


def moved(transforms, images=IMAGES, seed=0):
    places, weights = draw(transforms, *images.shape[1:3], np.random.default_rng(seed))
    return ops.convert_to_numpy(apply(*map(ops.convert_to_tensor, (images, places, weights))))


def down_and_right(rows, columns):
    return Fixed([[1, 0, -rows], [0, 1, -columns], [0, 0, 1]])


def test_no_move_gives_the_same_pixels():
    np.testing.assert_array_equal(moved([]), IMAGES)
    np.testing.assert_array_equal(moved([features.Jitter(0), features.Scale(1, 1), features.Rotate(0)]), IMAGES)


def test_a_jitter_moves_whole_pixels_and_fills_with_grey():
    expected = np.zeros_like(IMAGES)
    expected[:, 2:, :-1] = IMAGES[:, :-2, 1:]
    np.testing.assert_array_equal(moved([down_and_right(2, -1)]), expected)


def test_a_jitter_reaches_every_move_and_no_further():
    random = np.random.default_rng(0)
    seen = {tuple(features.Jitter(2).matrix(random)[:2, 2].astype(int)) for _ in range(500)}
    assert seen == {(row, column) for row in range(-2, 3) for column in range(-2, 3)}


def test_a_quarter_turn_is_counterclockwise():
    square = IMAGES[:, :, :7]
    np.testing.assert_allclose(moved([Turn(90)], square), np.rot90(square, axes=(1, 2)), atol=1e-5)


class Turn(features.Rotate):
    """A rotation by exactly so many degrees."""

    def matrix(self, random):
        class Highest:
            def uniform(self, low, high):
                return high

        return super().matrix(Highest())


def test_enlarging_twofold_keeps_the_middle():
    peak = np.zeros((1, 9, 9, 1), "float32")
    peak[0, 4, 4], peak[0, 4, 6] = 1.0, 0.5
    large = moved([features.Scale(2, 2)], peak)[0, ..., 0]
    assert large[4].tolist() == [0, 0, 0, 0.5, 1, 0.5, 0, 0.25, 0.5]


def test_moves_are_applied_in_their_order():
    # First one to the right, then enlarged: two to the right.
    point = np.zeros((1, 9, 9, 1), "float32")
    point[0, 4, 4] = 1.0
    twice = features.Scale(2, 2)
    assert moved([down_and_right(0, 1), twice], point)[0, 4, :, 0].argmax() == 6
    assert moved([twice, down_and_right(0, 1)], point)[0, 4, :, 0].argmax() == 5


def test_agrees_with_a_library():
    matrix = features.Rotate(30).matrix(np.random.default_rng(3)) @ features.Scale().matrix(np.random.default_rng(4))
    middle = np.array([3.0, 4.0])
    offset = middle - matrix[:2, :2] @ middle
    expected = np.stack(
        [
            np.stack([affine_transform(image[..., c], matrix[:2, :2], offset, order=1) for c in range(3)], -1)
            for image in np.pad(IMAGES, ((0, 0), (2, 2), (2, 2), (0, 0)))[:, 2:-2, 2:-2]
        ]
    )
    # The library's border is sharp, ours fades: compare where all four neighbours are inside.
    inside = np.stack([affine_transform(np.ones((7, 9)), matrix[:2, :2], offset, order=1)] * 2)[..., None] == 1
    whole = moved([Fixed(matrix)], np.ones((2, 7, 9, 1), "float32")) > 1 - 1e-5
    assert whole.mean() > 0.5
    np.testing.assert_allclose((moved([Fixed(matrix)]) * (whole & inside)), expected * (whole & inside), atol=1e-5)


def test_the_gradient_is_exact():
    # The move is linear in the image, so the gradient of a weighted sum is what the move's transpose gives.
    random = np.random.default_rng(0)
    wanted = random.normal(size=(1, 5, 5, 1)).astype("float32")
    places, weights = map(ops.convert_to_tensor, draw([features.Rotate(20), features.Scale(0.8, 0.9)], 5, 5, random))
    gradient = autodiff.gradient(
        lambda x: ops.sum(ops.multiply(apply(x, places, weights), wanted)), np.zeros_like(wanted)
    )
    each = ops.convert_to_numpy(apply(np.eye(25, dtype="float32").reshape(25, 5, 5, 1), places, weights))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient).ravel(), each.reshape(25, 25) @ wanted.ravel(), atol=1e-6)


def test_the_seed_decides():
    every = [features.Jitter(2), features.Scale(), features.Rotate(10)]
    np.testing.assert_array_equal(moved(every, seed=1), moved(every, seed=1))
    assert not np.array_equal(moved(every, seed=1), moved(every, seed=2))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: features.Jitter(-1), "Received: pixels=-1"),
        (lambda: features.Jitter(1.5), "Received: pixels=1.5"),
        (lambda: features.Scale(0, 1), "Received: smallest=0"),
        (lambda: features.Scale(1.2, 1.1), "largest=1.1"),
        (lambda: features.Rotate(-5), "Received: degrees=-5"),
        (lambda: features.Rotate(float("nan")), "Received: degrees=nan"),
    ],
)
def test_moves_out_of_range_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
