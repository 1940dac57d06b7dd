from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils import features
from course_utils.features.objective import Objective
from tests.features import networks

pytestmark = pytest.mark.backends


@pytest.mark.parametrize("kind", [features.Pixel, features.Fourier])
def test_a_linear_score_is_driven_to_the_corner(kind):
    # The best image in [-1, 1] is the sign of the weights.
    found = features.maximise(networks.linear(), features.class_logit(1), kind((2, 2, 1)), steps=150)
    signs = np.sign(networks.WEIGHTS[:, 1]).reshape(1, 2, 2, 1)
    np.testing.assert_allclose(found.images, signs, atol=0.15)
    assert found.values == pytest.approx([np.abs(networks.WEIGHTS[:, 1]).sum()], rel=0.1)
    assert found.history.shape == (150, 1)
    assert found.history[-1] > found.history[0]


@pytest.mark.parametrize("kind", networks.KINDS)
def test_inner_layers_of_every_kind_of_model(kind):
    found = features.maximise(kind(), features.channel("pair", 1), features.Pixel((4, 4, 1)), steps=60)
    # The channel is -2x: it wants dark images, and gives at most 2.
    assert found.images.mean() < -0.8
    assert 1.6 < found.values[0] <= 2


def test_a_softmax_at_the_end_changes_nothing():
    plain, ended = (
        features.maximise(networks.linear(activation), features.class_logit(0), steps=5)
        for activation in (None, "softmax")
    )
    np.testing.assert_allclose(plain.images, ended.images, atol=1e-5)


def test_where_the_softmax_is_saturated_the_image_still_moves():
    model = networks.linear("softmax")
    model.layers[-1].set_weights([1000 * networks.WEIGHTS, np.zeros(2, "float32")])
    start = np.array([0.5, 0.5, -0.5, 0.0], "float32").reshape(1, 2, 2, 1)
    assert ops.convert_to_numpy(model(start)).tolist() == [[1, 0]]
    found = features.maximise(model, features.class_logit(1), features.Pixel((2, 2, 1), start=start), steps=100)
    assert ops.convert_to_numpy(model(found.images)).tolist() == [[0, 1]]


def test_each_image_has_its_own_channel_and_none_touches_another():
    model = networks.nested()
    both = features.maximise(model, features.channel("pair", [0, 1]), features.Pixel((4, 4, 1), 2), steps=20)
    assert both.images[0].mean() > 0.5 > -0.5 > both.images[1].mean()
    first = features.Pixel((4, 4, 1), start=np.tanh(_noise()[:1]))
    alone = features.maximise(model, features.channel("pair", 0), first, steps=20)
    np.testing.assert_allclose(alone.images[0], both.images[0], atol=1e-3)


def _noise():
    return features.Pixel((4, 4, 1), 2).initial(np.random.default_rng(0))


def test_the_default_has_as_many_images_as_the_objective():
    found = features.maximise(networks.linear(), features.class_logit([0, 1, 0]), steps=1)
    assert found.images.shape == (3, 2, 2, 1)
    assert found.values.shape == (3,)


def small():
    keras.utils.set_random_seed(0)
    stack = [layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(3)]
    return keras.Sequential([keras.Input((16, 16, 1)), *stack])


EVERY_MOVE = (features.Jitter(2), features.Scale(), features.Rotate(10))


def test_the_seed_decides_and_the_model_stays_as_it_was():
    model = small()
    before = [ops.convert_to_numpy(v).copy() for v in model.variables]

    def found(seed):
        return features.maximise(model, features.class_logit(1), transforms=EVERY_MOVE, steps=4, seed=seed).images

    first = found(3)
    np.testing.assert_array_equal(first, found(3))
    assert np.abs(first - found(4)).max() > 0.01
    assert all(np.array_equal(a, ops.convert_to_numpy(v)) for a, v in zip(before, model.variables, strict=True))


def test_values_are_those_of_the_images_that_are_given():
    model = small()
    found = features.maximise(model, features.class_logit(2), transforms=EVERY_MOVE, steps=3)
    np.testing.assert_allclose(found.values, ops.convert_to_numpy(model(found.images))[:, 2], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("term", [features.decay(), features.total_variation(), features.high_frequencies()])
def test_each_regulariser_lowers_what_it_measures(term):
    rough, score = features.Pixel((16, 16, 1), noise=1.0), features.class_logit(1)
    free, held = (features.maximise(small(), o, rough, steps=40).images for o in (score, score - 20 * term))
    values = [ops.convert_to_numpy(term(SimpleNamespace(images=ops.convert_to_tensor(x)))) for x in (free, held)]
    assert values[1] < 0.5 * values[0]


def test_a_blur_between_steps_smooths():
    objective, image = features.class_logit(1), features.Pixel((16, 16, 1))
    free = features.maximise(small(), objective, image, steps=24).images
    blurred = features.maximise(small(), objective, image, steps=24, between=[features.Blur(1.0, every=4)]).images
    assert np.abs(np.diff(blurred, axis=1)).mean() < 0.5 * np.abs(np.diff(free, axis=1)).mean()


def test_hooks_see_every_step_and_may_leave_the_images_alone():
    steps = []
    features.maximise(networks.linear(), features.class_logit(0), steps=3, between=[lambda x, step: steps.append(step)])
    assert steps == [1, 2, 3]


def test_an_optimizer_may_serve_twice():
    optimizer = keras.optimizers.SGD(0.1)
    first, second = (
        features.maximise(networks.linear(), features.class_logit(0), features.Pixel((2, 2, 1)), (), 1, optimizer)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first.images, second.images)
    start = features.Pixel((2, 2, 1)).initial(np.random.default_rng(0))
    # One plain step: the gradient of w tanh(p) is w (1 - tanh(p)^2).
    slope = networks.WEIGHTS[:, 0].reshape(1, 2, 2, 1) * (1 - np.tanh(start) ** 2)
    np.testing.assert_allclose(first.images, np.tanh(start + 0.1 * slope), atol=1e-5)


def test_colour_images():
    model = keras.Sequential([keras.Input((6, 6, 3)), layers.Lambda(lambda x: x[..., 0] - x[..., 2]), layers.Flatten()])
    model.add(layers.Dense(1, kernel_initializer="ones", use_bias=False))
    red = features.maximise(model, features.class_logit(0), steps=100).images
    assert red[..., 0].mean() > 0.5
    assert red[..., 2].mean() < -0.5


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"objective": "class 3"}, TypeError, "Received: objective='class 3'"),
        ({"objective": features.class_logit(2)}, ValueError, r"numbers 0 to 1. Received: \[2\]"),
        ({"objective": features.channel("conv9", 2)}, ValueError, "layers are: flatten.*, answer. Received: 'conv9'"),
        (
            {"objective": features.class_logit([0, 1, 1]), "parametrisation": features.Pixel((2, 2, 1), 2)},
            ValueError,
            "Received: 3 for 2 images",
        ),
        ({"steps": 0}, ValueError, "Received: steps=0"),
        ({"steps": 2.0}, ValueError, "Received: steps=2.0"),
        ({"optimizer": "adam"}, TypeError, "Received: optimizer='adam'"),
        ({"model": np.tanh, "parametrisation": features.Pixel((2, 2, 1))}, TypeError, "Received: <ufunc 'tanh'>"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(arguments, error, said):
    given = {"model": networks.linear(), "objective": features.class_logit(0), **arguments}
    with pytest.raises(error, match=said):
        features.maximise(**given)


def test_a_run_that_breaks_says_so():
    broken = Objective(lambda passage: ops.log(ops.sum(passage.images, axis=(1, 2, 3)) - 100), "log")
    with pytest.raises(FloatingPointError, match="became nan at step 1"):
        features.maximise(networks.linear(), broken, steps=2)
