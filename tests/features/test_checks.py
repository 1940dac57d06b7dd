import keras
import numpy as np
import pytest
from keras import layers

from course_utils.features.checks import first_passage, image_shape, layer_shapes
from tests.features import networks

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 4, 4, 1)).astype("float32")


def test_paths_name_the_nested_models():
    shapes = layer_shapes(networks.nested_in_sequential())
    assert shapes == {
        "middle/body/pair": (4, 4, 2),
        "middle/body/positive": (4, 4, 2),
        "mean": (2,),
        "answer": (2,),
    }


def test_a_subclass_that_answers_with_probabilities_is_refused():
    with pytest.raises(ValueError, match=r"'opaque' answers with probabilities"):
        first_passage(networks.Opaque("softmax"), networks.IMAGE)


def two_outputs():
    images = keras.Input((4, 4, 1))
    return keras.Model(images, [images * 1.0, images * 2.0], name="two")


def not_finite():
    return keras.Sequential([keras.Input((4, 4, 1)), layers.Rescaling(float("inf"))], name="endless")


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: np.tanh, TypeError, "must be a keras.Model. Received: <ufunc 'tanh'>"),
        (lambda: keras.Sequential([layers.Flatten()], name="raw"), ValueError, "Received: 'raw', which is not built"),
        (two_outputs, ValueError, "Received: 'two', which gives a list"),
        (not_finite, ValueError, "Received: 'endless', which gives"),
    ],
)
def test_a_model_that_cannot_serve_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        first_passage(make(), IMAGES)


def test_the_size_of_images_is_read_or_asked_for():
    assert image_shape(networks.nested()) == (4, 4, 1)
    anywhere = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=r"Received: a model with input_shape=\(None, None, None, 1\)"):
        layer_shapes(anywhere)
    assert list(layer_shapes(anywhere, IMAGES).values()) == [(2, 2, 2)]
