import keras
import numpy as np
import pytest
from keras import ops

from course_utils.layers.trainable_noise import TrainableNoise
from tests.attacks.models import digits_classifier

pytestmark = pytest.mark.backends

X = np.linspace(-1, 1, 12, dtype="float32").reshape(2, 2, 3, 1)
THETA = np.array([0.5, -0.5, 0, 0, 1, -2], "float32").reshape(2, 3, 1)


def noisy(**options):
    layer = TrainableNoise(**options)
    layer.build((None, 2, 3, 1))
    layer.set_weights([THETA])
    return layer


def test_begins_as_the_identity():
    np.testing.assert_array_equal(ops.convert_to_numpy(TrainableNoise()(X)), X)


@pytest.mark.parametrize(("pixel_range", "expected"), [(None, X + THETA), ((-1.0, 1.0), np.clip(X + THETA, -1, 1))])
def test_adds_theta_to_every_image(pixel_range, expected):
    np.testing.assert_allclose(ops.convert_to_numpy(noisy(pixel_range=pixel_range)(X)), expected, atol=1e-6)


def test_the_penalty_by_hand():
    layer = noisy(penalty=0.1)
    layer(X)
    assert [ops.convert_to_numpy(loss) for loss in layer.losses] == pytest.approx([0.1 * 4])


def frozen_with_noise(penalty):
    classifier = digits_classifier()
    classifier.trainable = False
    model = keras.Sequential([keras.Input((16, 16, 1)), TrainableNoise(penalty), classifier])
    model.compile(keras.optimizers.Adam(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model, classifier


def test_fit_learns_noise_that_fools_the_frozen_classifier_and_the_penalty_thins_it():
    from course_utils import data

    x, y = data.load("digits", "test")
    x, target = x[:1], np.array([(y[0] + 3) % 10])
    sizes = {}
    for penalty in (0.0, 0.03):
        model, classifier = frozen_with_noise(penalty)
        kept = classifier.get_weights()
        assert [v.path.split("/")[-1] for v in model.trainable_variables] == ["theta"]
        model.fit(x, target, epochs=40, verbose=0)
        assert ops.convert_to_numpy(model(x)).argmax() == target[0]
        for before, after in zip(kept, classifier.get_weights(), strict=True):
            np.testing.assert_array_equal(before, after)
        sizes[penalty] = np.abs(ops.convert_to_numpy(model.layers[0].theta)).sum()
    assert sizes[0.03] < 0.6 * sizes[0.0]


def test_a_saved_layer_answers_the_same(tmp_path):
    model = keras.Sequential([keras.Input((2, 3, 1)), TrainableNoise(0.2, (0.0, 2.0), name="noise")])
    model.set_weights([THETA])
    model.save(tmp_path / "noise.keras")
    loaded = keras.saving.load_model(tmp_path / "noise.keras")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(X)), ops.convert_to_numpy(model(X)))
    layer = loaded.get_layer("noise")
    assert (layer.penalty, layer.pixel_range) == (0.2, (0.0, 2.0))
    assert ops.convert_to_numpy(layer.losses[0]) == pytest.approx(0.2 * 4)


@pytest.mark.parametrize("shape", [(4, 2, 1, 1), (4, 1, 3, 1), (4, 2, 3, 3), (2, 3, 1)])
def test_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="incompatible with the layer"):
        noisy()(np.zeros(shape, "float32"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TrainableNoise(-1), "Received: penalty=-1"),
        (lambda: TrainableNoise(float("nan")), "Received: penalty=nan"),
        (lambda: TrainableNoise(pixel_range=(1, 1)), r"Received: pixel_range=\(1, 1\)"),
        (lambda: TrainableNoise().build((None, None, 3, 1)), r"known size. Received: shape \(None, None, 3, 1\)"),
        (lambda: TrainableNoise().build((None, 6)), r"Received: shape \(None, 6\)"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
