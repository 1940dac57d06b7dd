import keras
import numpy as np
import pytest
from keras import layers

from course_utils import features
from tests.features import networks

pytestmark = pytest.mark.backends

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(-1, 1, (5, 2, 2, 1)).astype("float32")
MAPS = networks.WEIGHTS.T.reshape(2, 2, 2)


@pytest.mark.parametrize("activation", [None, "softmax", "sigmoid"])
@pytest.mark.parametrize("classes", [1, np.array([1, 0, 1, 1, 0])])
def test_the_gradient_of_a_linear_score_is_its_weights(activation, classes):
    gradient = features.input_gradient(networks.linear(activation), IMAGES, classes)
    np.testing.assert_allclose(gradient[..., 0], MAPS[np.broadcast_to(classes, 5)], rtol=1e-6)
    assert gradient.shape == IMAGES.shape


def test_without_a_class_it_explains_the_answer():
    answers = (IMAGES.reshape(5, 4) @ networks.WEIGHTS).argmax(axis=1)
    assert set(answers) == {0, 1}
    np.testing.assert_allclose(features.saliency(networks.linear(), IMAGES), np.abs(MAPS[answers]), rtol=1e-6)


def test_saliency_is_the_largest_of_the_channels():
    model = keras.Sequential([keras.Input((1, 2, 3)), layers.Flatten(), layers.Dense(1, use_bias=False)])
    model.layers[-1].set_weights([np.array([[1.0], [-5.0], [2.0], [0.0], [3.0], [-1.0]], "float32")])
    assert features.saliency(model, np.zeros((1, 1, 2, 3)), 0).tolist() == [[[5, 3]]]


def test_gradient_times_input_adds_up_to_the_score_of_a_linear_model():
    shares = features.gradient_times_input(networks.linear(), IMAGES, 1)
    np.testing.assert_allclose(shares.sum(axis=(1, 2)), IMAGES.reshape(5, 4) @ networks.WEIGHTS[:, 1], rtol=1e-5)
    np.testing.assert_allclose(shares, MAPS[1] * IMAGES[..., 0], rtol=1e-6)


def squares():
    """One logit, the sum of the squares of the pixels: its gradient 2x is linear, so noise averages out of it."""
    images = keras.Input((8, 8, 1))
    squared = layers.Multiply()([images, images])
    return keras.Model(images, layers.Dense(1, "linear", False, "ones")(layers.Flatten()(squared)))


def test_smoothing_averages_the_gradient_over_noise():
    images = RANDOM.uniform(0.5, 1, (2, 8, 8, 1)).astype("float32")
    smooth = features.smooth_saliency(squares(), images, 0, noise=0.15, samples=100)
    off = smooth - 2 * images[..., 0]
    # Each of the 100 samples is off by 2 x 0.15 x the range of the image, about 0.5.
    assert off.std() == pytest.approx(2 * 0.15 * np.ptp(images[0]) / 10, rel=0.25)
    assert np.abs(off.mean()) < 0.01


def test_without_noise_smoothing_changes_nothing():
    smooth = features.smooth_saliency(networks.linear(), IMAGES, noise=0, samples=3)
    np.testing.assert_allclose(smooth, features.saliency(networks.linear(), IMAGES), rtol=1e-5)


def test_the_seed_decides_the_noise():
    images = RANDOM.uniform(-1, 1, (1, 8, 8, 1)).astype("float32")
    first, again, other = (features.smooth_saliency(squares(), images, samples=2, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_many_images_are_cut_into_parts_and_joined():
    images = RANDOM.uniform(-1, 1, (150, 8, 8, 1)).astype("float32")
    np.testing.assert_allclose(features.input_gradient(squares(), images, 0), 2 * images, rtol=1e-5)


def test_a_saturated_softmax_does_not_empty_the_map():
    model = networks.linear("softmax")
    model.layers[-1].set_weights([1000 * networks.WEIGHTS, np.zeros(2, "float32")])
    assert features.saliency(model, IMAGES).min(axis=0).max() >= 1000


def test_the_share_of_a_map_on_some_pixels():
    maps = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0, 0], [0, 0]]])
    pixels = np.array([[[True, False], [False, True]]] * 2)
    shares = features.mass_on(maps, pixels)
    assert shares[0] == 0.5
    assert np.isnan(shares[1])


@pytest.mark.parametrize(
    ("maps", "pixels", "said"),
    [
        (np.ones((1, 2, 2)), np.ones((2, 2)), r"shapes \(1, 2, 2\) and \(2, 2\)"),
        (-np.ones((1, 2, 2)), np.ones((1, 2, 2)), "smallest -1.0"),
    ],
)
def test_shares_of_what_is_no_map_are_refused(maps, pixels, said):
    with pytest.raises(ValueError, match=said):
        features.mass_on(maps, pixels)


@pytest.mark.parametrize(
    ("images", "classes", "said"),
    [
        (IMAGES, 2, "classes 0 to 1. Received: from 2 to 2"),
        (IMAGES, -1, "Received: from -1 to -1"),
        (IMAGES, [0, 1], r"the 5 images. Received: shape \(2,\)"),
        (IMAGES, 0.0, "of type float64"),
        (IMAGES[0], 0, r"Received: shape \(2, 2, 1\)"),
        (IMAGES * np.nan, 0, "must be finite"),
        (IMAGES[:0], 0, "at least one"),
    ],
)
def test_what_cannot_be_explained_is_refused(images, classes, said):
    for explain in (features.saliency, features.smooth_saliency, features.gradient_times_input):
        with pytest.raises(ValueError, match=said):
            explain(networks.linear(), images, classes)


@pytest.mark.parametrize("arguments", [{"noise": -0.1}, {"noise": float("nan")}, {"samples": 0}])
def test_smoothing_out_of_range_is_refused(arguments):
    with pytest.raises(ValueError, match="Received: noise="):
        features.smooth_saliency(networks.linear(), IMAGES, **arguments)


def test_a_subclass_can_be_explained_as_long_as_it_answers_with_logits():
    np.testing.assert_allclose(features.saliency(networks.Opaque(), IMAGES, 1), np.abs(MAPS[[1] * 5]), rtol=1e-6)
    with pytest.raises(ValueError, match="'opaque' answers with probabilities"):
        features.saliency(networks.Opaque("softmax"), IMAGES)
