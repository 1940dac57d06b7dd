import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.layers import ReflectionPadding2D

pytestmark = pytest.mark.backends

IMAGES = np.arange(24, dtype="float32").reshape(1, 4, 3, 2)


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_it_mirrors_as_numpy_does(padding):
    layer = ReflectionPadding2D(padding)
    padded = ops.convert_to_numpy(layer(IMAGES))
    np.testing.assert_array_equal(
        padded, np.pad(IMAGES, ((0, 0), (padding, padding), (padding, padding), (0, 0)), "reflect")
    )
    assert padded.shape == layer.compute_output_shape(IMAGES.shape)


def test_the_border_itself_is_not_repeated():
    row = ops.convert_to_numpy(ReflectionPadding2D(1)(IMAGES))[0, 1, :, 0]
    assert row.tolist() == [2.0, 0.0, 2.0, 4.0, 2.0]


def test_images_of_any_size_pass_in_a_model_that_is_saved(tmp_path):
    images = keras.Input((None, None, 2))
    model = keras.Model(images, ReflectionPadding2D(2)(images))
    assert model.output_shape == (None, None, None, 2)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(again(IMAGES)), ops.convert_to_numpy(model(IMAGES)))


@pytest.mark.parametrize("padding", [-1, 1.0, True, "1"])
def test_another_padding_is_refused(padding):
    with pytest.raises(ValueError, match=re.escape(f"Received: padding={padding!r}")):
        ReflectionPadding2D(padding)


def test_images_that_are_too_small_are_refused():
    with pytest.raises(ValueError, match="3x3 pixels has too few to mirror 3 of them"):
        ReflectionPadding2D(3)(keras.Input((3, 3, 1)))
    with pytest.raises(ValueError, match=re.escape("Received: shape (None, 8, 8)")):
        ReflectionPadding2D(1)(keras.Input((8, 8)))
