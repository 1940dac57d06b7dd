import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.arithmetic import summarise
from course_utils.layers import Maxout

pytestmark = pytest.mark.backends


def by_hand(x, kernel, bias, units, pieces):
    """The largest of the affine maps, each computed by itself."""
    kernel, bias = kernel.reshape(-1, units, pieces), bias.reshape(units, pieces)
    return np.max([x @ kernel[..., k] + bias[:, k] for k in range(pieces)], axis=0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
def test_it_is_the_largest_of_the_affine_maps(leading, channels, units, pieces):
    layer = Maxout(units, pieces, bias_initializer="random_normal")
    x = np.random.default_rng(0).normal(size=(*leading, channels)).astype("float32")
    y = layer(x)
    expected = by_hand(x, *layer.get_weights(), units, pieces)
    assert y.shape == layer.compute_output_shape(x.shape) == (*leading, units)
    np.testing.assert_allclose(ops.convert_to_numpy(y), expected, atol=1e-5)


def test_two_pieces_can_be_the_absolute_value():
    layer = Maxout(1)
    layer.build((None, 1))
    layer.set_weights([np.array([[1.0, -1.0]]), np.zeros(2)])
    x = np.array([[-3.0], [0.0], [2.0]], "float32")
    assert ops.convert_to_numpy(layer(x)).ravel().tolist() == [3.0, 0.0, 2.0]


def test_one_piece_is_a_dense_layer():
    layer, dense = Maxout(4, pieces=1), keras.layers.Dense(4)
    x = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    layer(x), dense(x)
    layer.set_weights(dense.get_weights())
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x)), ops.convert_to_numpy(dense(x)), atol=1e-6)


def test_the_pieces_start_apart():
    keras.utils.set_random_seed(3)
    layer = Maxout(4, pieces=3, kernel_initializer=keras.initializers.GlorotUniform(seed=1))
    layer.build((None, 6))
    kernel = layer.get_weights()[0].reshape(6, 4, 3)
    assert np.abs(np.diff(kernel, axis=-1)).max(axis=(0, 1)).min() > 0.1


def test_images_of_any_size_pass():
    images = keras.Input((None, None, 3))
    model = keras.Model(images, Maxout(8)(images))
    assert model.output_shape == (None, None, None, 8)
    assert model(np.zeros((2, 5, 7, 3), "float32")).shape == (2, 5, 7, 8)


def test_it_learns_the_absolute_value():
    keras.utils.set_random_seed(0)
    x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    model = keras.Sequential([keras.Input((1,)), Maxout(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    losses = model.fit(x, np.abs(x), batch_size=64, epochs=80, verbose=0).history["loss"]
    assert losses[-1] < 0.01 < losses[0]


def test_a_saved_layer_answers_the_same(tmp_path):
    model = keras.Sequential([keras.Input((6,)), Maxout(3, 4, kernel_initializer="he_normal", name="largest")])
    model.save(tmp_path / "maxout.keras")
    loaded = keras.saving.load_model(tmp_path / "maxout.keras")
    x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(x)), ops.convert_to_numpy(model(x)))
    assert loaded.get_layer("largest").get_config() == model.get_layer("largest").get_config()


def test_its_multiply_adds_are_counted():
    row = summarise(keras.Sequential([keras.Input((4, 4, 3)), Maxout(5, pieces=2, name="largest")]))["largest"]
    assert (row.output_shape, row.parameters, row.multiply_adds) == ((4, 4, 5), 3 * 10 + 10, 16 * 3 * 10)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Maxout(0), ValueError, "units must be at least 1. Received: units=0"),
        (lambda: Maxout(2, pieces=-1), ValueError, "Received: pieces=-1"),
        (lambda: Maxout(2.5), TypeError, r"Received: units=2.5 \(float\)"),
        (lambda: Maxout(2, pieces=True), TypeError, "Received: pieces=True"),
        (lambda: Maxout(2).build((3,)), ValueError, r"\(batch, ..., channels\).*Received: shape \(3,\)"),
        (lambda: Maxout(2).build((None, None)), ValueError, r"Received: shape \(None, None\)"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
