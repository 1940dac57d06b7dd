"""Labels as one-hot maps, pixel by pixel."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.layers import OneHotMap

pytestmark = pytest.mark.backends


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(2, 12), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_every_pixel_holds_the_one_hot_vector_of_its_label(data, classes, height, width, column):
    labels = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=1, max_size=5)), "int32")
    layer = OneHotMap(classes, height, width)
    made = ops.convert_to_numpy(layer(labels[:, None] if column else labels))
    assert made.shape == layer.compute_output_shape(labels.shape) == (len(labels), height, width, classes)
    assert (made.sum(axis=-1) == 1).all()
    for image, label in zip(made, labels, strict=True):
        assert (image[..., label] == 1).all()


def test_repeat_and_reshape_in_the_wrong_order_gives_something_else():
    one_hot = np.eye(4, dtype="float32")[[2]]
    wrong = np.repeat(one_hot, 3 * 3, axis=1).reshape(1, 3, 3, 4)
    right = ops.convert_to_numpy(OneHotMap(4, 3, 3)(np.array([2])))
    assert wrong.sum() == right.sum() == 9
    assert not (wrong.sum(axis=-1) == 1).all()


def test_large_labels_survive_low_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = OneHotMap(1000, 1, 1)
    for labels in (np.array([257, 999]), np.array([257.0, 999.0], "float32")):
        made = layer(labels)
        assert keras.backend.standardize_dtype(made.dtype) == "bfloat16"
        assert ops.convert_to_numpy(ops.argmax(made, axis=-1)).ravel().tolist() == [257, 999]


def test_a_saved_layer_answers_the_same(tmp_path):
    labels = keras.Input((), dtype="int32")
    model = keras.Model(labels, OneHotMap(5, 2, 3, name="map")(labels))
    model.save(tmp_path / "map.keras")
    loaded = keras.saving.load_model(tmp_path / "map.keras")
    y = np.array([4, 0])
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(y)), ops.convert_to_numpy(model(y)))
    assert loaded.get_layer("map").get_config() == model.get_layer("map").get_config()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: OneHotMap(1, 4, 4), ValueError, "classes must be at least 2. Received: classes=1"),
        (lambda: OneHotMap(3, 0, 4), ValueError, "Received: height=0"),
        (lambda: OneHotMap(3, 4, 2.0), TypeError, r"Received: width=2.0 \(float\)"),
        (lambda: OneHotMap(True, 4, 4), TypeError, "Received: classes=True"),
        (lambda: OneHotMap(3, 4, 4)(np.eye(3)), ValueError, r"\(batch, 1\). Received: shape \(3, 3\)"),
        (lambda: OneHotMap(3, 4, 4)(np.zeros((2, 1, 1))), ValueError, r"Received: shape \(2, 1, 1\)"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
