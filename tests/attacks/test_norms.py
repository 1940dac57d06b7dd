import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.attacks import L2, Linf

pytestmark = pytest.mark.backends

NORMS = [Linf(), L2()]
CHANGE = np.array([[3.0, 0.0, -4.0, 0.0], [0.0, 0.0, 0.0, 0.0]], "float32").reshape(2, 2, 2, 1)


def flat(tensor):
    return ops.convert_to_numpy(tensor).reshape(len(tensor), -1)


@pytest.mark.parametrize(("norm", "expected"), [(Linf(), [4, 0]), (L2(), [5, 0])])
def test_sizes_by_hand(norm, expected):
    assert norm.size(CHANGE).tolist() == expected
    assert norm.size(CHANGE).dtype == np.float64


@pytest.mark.parametrize(("norm", "expected"), [(Linf(), [1, 0, -1, 0]), (L2(), [0.6, 0, -0.8, 0])])
@pytest.mark.parametrize("scale", [1, 1e-30, 1e30])
def test_directions_by_hand_at_every_scale(norm, expected, scale):
    np.testing.assert_allclose(
        flat(norm.direction(ops.convert_to_tensor(CHANGE * np.float32(scale)))), [expected, [0] * 4], atol=1e-6
    )


@pytest.mark.parametrize(("norm", "expected"), [(Linf(), [2, 0, -2, 0]), (L2(), [1.2, 0, -1.6, 0])])
def test_projections_by_hand(norm, expected):
    np.testing.assert_allclose(flat(norm.project(ops.convert_to_tensor(CHANGE), 2.0)), [expected, [0] * 4], atol=1e-6)


@pytest.mark.parametrize("norm", NORMS)
def test_what_is_inside_stays(norm):
    np.testing.assert_array_equal(ops.convert_to_numpy(norm.project(ops.convert_to_tensor(CHANGE), 5.5)), CHANGE)


@pytest.mark.parametrize("norm", NORMS)
def test_random_changes_fill_the_ball(norm):
    shape = (4000, 2, 1, 1)
    sizes = norm.size(ops.convert_to_numpy(norm.random(shape, 0.5, keras.random.SeedGenerator(1))))
    assert sizes.max() <= 0.5 + 1e-6
    # In two dimensions, half of either ball's area lies within sqrt(1/2) of its radius.
    assert np.mean(sizes < 0.5 * 0.5**0.5) == pytest.approx(0.5, abs=0.04)


@settings(max_examples=60, deadline=None)
@given(
    norm=st.sampled_from(NORMS),
    epsilon=st.floats(0, 300),
    scale=st.sampled_from([1.0, 255.0]),
    side=st.sampled_from([1, 4, 40]),
    seed=st.integers(0, 1000),
)
def test_the_safe_radius_outdoes_rounding(norm, epsilon, scale, side, seed):
    random = np.random.default_rng(seed)
    shape = (4, side, side, 1)
    images = random.uniform(-scale, scale, shape).astype("float32")
    moved = images + random.normal(0, max(epsilon, 1e-3), shape).astype("float32")
    radius = norm.safe_radius(epsilon, side * side, scale)
    assert 0 <= radius <= epsilon
    inside = ops.clip(
        ops.convert_to_tensor(images) + norm.project(ops.convert_to_tensor(moved - images), radius), -scale, scale
    )
    assert norm.size(ops.convert_to_numpy(inside).astype("float64") - images).max() <= epsilon


@pytest.mark.parametrize("norm", NORMS)
def test_the_safe_radius_gives_hardly_anything_away(norm):
    assert norm.safe_radius(0.6, 16 * 16, 1.0) == pytest.approx(0.6, rel=2e-5)


@pytest.mark.parametrize("norm", NORMS)
def test_a_saved_norm_is_the_same(norm):
    assert keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(norm)) == norm
