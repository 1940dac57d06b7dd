import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import autodiff
from course_utils.layers import ImageBuffer

pytestmark = pytest.mark.backends


def numbered(first, n):
    """Images of one pixel that carry their own number."""
    return np.arange(first, first + n, dtype="float32").reshape(n, 1, 1, 1)


def numbers(images):
    return ops.convert_to_numpy(images).ravel().astype(int).tolist()


def filled(size=8, seed=0):
    """A buffer that holds the images 1 to `size`."""
    buffer = ImageBuffer(size, seed=seed)
    buffer(numbered(1, size))
    return buffer


def test_until_it_is_full_images_are_stored_and_handed_on():
    buffer = ImageBuffer(6)
    assert numbers(buffer(numbered(1, 4))) == [1, 2, 3, 4]
    assert numbers(buffer.images) == [1, 2, 3, 4, 0, 0]
    assert numbers(buffer.stored) == [4]


def test_the_batch_that_fills_it_stores_its_first_images_and_tosses_for_the_others():
    for seed in range(20):
        buffer = ImageBuffer(6, seed=seed)
        buffer(numbered(1, 4))
        out = numbers(buffer(numbered(5, 4)))
        assert out[:2] == [5, 6]
        assert all(now == new or now in (1, 2, 3, 4) for now, new in zip(out[2:], (7, 8), strict=True))
        assert numbers(buffer.stored) == [6]


def test_nothing_is_lost_and_nothing_is_doubled():
    buffer, held = filled(), set(range(1, 9))
    for first in range(9, 90, 5):
        new = list(range(first, first + 5))
        out = numbers(buffer(numbered(first, 5)))
        inside = numbers(buffer.images)
        assert len(set(inside)) == 8
        assert sorted(out + inside) == sorted([*new, *held])
        # What is handed on is the new image itself, or an older one that gave it its place.
        assert all(now == image or (now in held and image in inside) for now, image in zip(out, new, strict=True))
        held = set(inside)


def test_the_coin_is_fair_and_every_place_is_as_likely_as_another():
    buffer = ImageBuffer(50, seed=1)
    buffer(numbered(0, 50))
    swapped, used = 0, np.zeros(50)
    for turn in range(200):
        before = ops.convert_to_numpy(buffer.images).ravel()
        out = numbers(buffer(numbered(1000 + 20 * turn, 20)))
        swapped += sum(now < 1000 + 20 * turn for now in out)
        used += ops.convert_to_numpy(buffer.images).ravel() != before
    # 4000 tosses: the standard deviation is 31.6. Each of 50 places expects 40 swaps, give or take 5.7.
    assert abs(swapped - 2000) < 4 * 31.6
    assert used.sum() == swapped
    assert 40 - 4.5 * 5.7 < used.min() <= used.max() < 40 + 4.5 * 5.7


def test_the_same_seed_draws_the_same():
    first, second, other = (numbers(filled(seed=seed)(numbered(20, 8))) for seed in (3, 3, 4))
    assert first == second
    assert first != other


def test_without_places_everything_is_handed_on():
    buffer = ImageBuffer(0)
    for first in (1, 5):
        assert numbers(buffer(numbered(first, 4))) == list(range(first, first + 4))
    assert buffer.weights == []


def test_everything_that_it_remembers_is_saved(tmp_path):
    def model(seed):
        images = keras.Input((1, 1, 1))
        return keras.Model(images, ImageBuffer(8, seed=seed)(images))

    straight = model(seed=5)
    straight(numbered(1, 8))
    straight.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert numbers(again.layers[-1].images) == list(range(1, 9))
    assert again.layers[-1].get_config() == straight.layers[-1].get_config()


def test_no_gradient_passes():
    buffer = filled()

    def total(images):
        # What JAX traces must not be left in the buffer's variables.
        with keras.StatelessScope():
            return ops.sum(buffer(images))

    assert not ops.convert_to_numpy(autodiff.gradient(total, numbered(20, 4))).any()


def test_images_keep_their_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    value = np.full((1, 1, 1, 1), 0.12345679, "float32")
    assert (ops.convert_to_numpy(ImageBuffer(4)(value)) == value).all()


@pytest.mark.parametrize("size", [-1, 2.0, True, None])
def test_another_size_is_refused(size):
    with pytest.raises(ValueError, match=re.escape(f"Received: size={size!r}")):
        ImageBuffer(size)


def test_of_a_batch_that_is_larger_only_the_first_images_may_be_swapped():
    buffer = filled(size=4)
    out = numbers(buffer(numbered(11, 7)))
    assert out[4:] == [15, 16, 17]
    assert {*out[:4], *numbers(buffer.images)} == {1, 2, 3, 4, 11, 12, 13, 14}


def test_images_of_unknown_size_are_refused():
    with pytest.raises(ValueError, match=re.escape("known size. Received: shape (None, None, None, 3)")):
        ImageBuffer(4)(keras.Input((None, None, 3)))
