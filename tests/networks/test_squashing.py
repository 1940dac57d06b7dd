"""A softmax or sigmoid at the end of a classifier."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.networks.squashing import squashing, unsquashed

pytestmark = pytest.mark.backends
X = np.array([[1.0, -2.0, 0.5]], "float32")


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (layers.Dense(2, activation="softmax"), "softmax"),
        (layers.Dense(1, activation="sigmoid"), "sigmoid"),
        (layers.Activation("softmax"), "softmax"),
        (layers.Softmax(), "softmax"),
        (layers.Dense(2, activation=layers.Softmax()), "softmax"),
        (layers.Dense(2), None),
        (layers.Dense(2, activation="relu"), None),
        (layers.ReLU(), None),
    ],
)
def test_notices_softmax_and_sigmoid(layer, name):
    assert squashing(layer) == name


def test_a_dense_layer_gives_what_it_squashes():
    dense = layers.Dense(2, activation="softmax", bias_initializer="ones", dtype="float32")
    answers = ops.convert_to_numpy(dense(X))
    logits = ops.convert_to_numpy(unsquashed(dense, keras.Sequential())(X))
    weights, bias = dense.get_weights()
    np.testing.assert_allclose(logits, X @ weights + bias, rtol=1e-5)
    np.testing.assert_allclose(np.exp(logits) / np.exp(logits).sum(), answers, rtol=1e-5)


@pytest.mark.parametrize("layer", [layers.Activation("sigmoid"), layers.Softmax()])
def test_a_layer_of_its_own_is_left_out(layer):
    assert unsquashed(layer, keras.Sequential())(X) is X


def test_another_layer_is_refused_by_name():
    layer = layers.Conv2D(2, 1, activation="softmax", name="heads")
    with pytest.raises(ValueError, match="Received: 'net', which ends in the Conv2D 'heads'"):
        unsquashed(layer, keras.Sequential(name="net"))
