import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.attacks import FGSM, PGD, Targeted, Untargeted
from course_utils.attacks.logits import answers_of, logits_of
from tests.attacks.models import SHAPE, W, images, labels_by_hand, logistic, three_classes, two_classes

pytestmark = pytest.mark.backends

X = images()
CLASSES = np.arange(len(X)) % 3
# Every softmax of these logits rounds to 0 and 1.
SATURATED = 1e4


class Opaque(keras.Model):
    """A model whose inside an attack cannot see."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x, training=False):
        return self.inner(x, training=training)


def functional(*parts):
    x = y = keras.Input(SHAPE)
    for part in parts:
        y = part(y)
    return keras.Model(x, y)


def endings(scale=1.0):
    """The linear model with two classes, ending in a softmax in every way that is taken off."""
    plain = two_classes(scale=scale)
    return {
        "dense": two_classes("softmax", scale),
        "activation": functional(plain, layers.Activation("softmax")),
        "layer": functional(plain, layers.Softmax()),
        "operation": functional(plain, ops.softmax),
        "sequential": keras.Sequential([keras.Input(SHAPE), plain, layers.Softmax()]),
        "inside": functional(layers.Rescaling(1.0), two_classes("softmax", scale)),
        "twice inside": functional(functional(two_classes("softmax", scale))),
        "sigmoid": two_classes("sigmoid", scale),
    }


@pytest.mark.parametrize("ending", endings())
def test_the_softmax_is_left_out(ending):
    expected = ops.convert_to_numpy(two_classes()(X))
    np.testing.assert_allclose(ops.convert_to_numpy(logits_of(endings()[ending])(X)), expected, rtol=1e-5)


@pytest.mark.parametrize("ending", endings())
def test_a_saturated_softmax_is_attacked_as_well_as_its_logits(ending):
    model = endings(SATURATED)[ending]
    assert np.isin(ops.convert_to_numpy(model(X)), [0, 1]).all()
    labels = labels_by_hand(X)
    found = FGSM(0.5)(model, X, Untargeted(labels))
    away = np.where(labels == 1, -1, 1)[:, None] * np.sign(W)
    expected = np.clip(X + 0.5 * away.reshape(X.shape), -1, 1)
    np.testing.assert_allclose(found.images, expected, atol=1e-6)
    assert found.success.tolist() == (labels_by_hand(expected) != labels).tolist()
    assert found.success_rate > 0.5


def test_large_logits_without_softmax_are_attacked_too():
    classes = 1 - labels_by_hand(X)
    expected = PGD(0.3)(two_classes(), X, Targeted(classes))
    found = PGD(0.3)(two_classes(scale=SATURATED), X, Targeted(classes))
    assert 0 < expected.success_rate < 1
    np.testing.assert_array_equal(found.images, expected.images)
    np.testing.assert_array_equal(found.success, expected.success)


def test_one_number_is_the_logit_of_class_1():
    logits = ops.convert_to_numpy(logits_of(logistic())(X))
    assert logits.shape == (len(X), 2)
    assert not logits[:, 0].any()
    assert logits.argmax(axis=1).tolist() == labels_by_hand(X).tolist()
    np.testing.assert_allclose(ops.convert_to_numpy(logits_of(logistic("sigmoid"))(X)), logits, rtol=1e-5)


def test_weights_that_change_count_at_once():
    model = three_classes("softmax")
    before = ops.convert_to_numpy(answers_of(model).forward(X))
    gradient = ops.convert_to_numpy(answers_of(model).gradient(X, CLASSES)[0])
    model.set_weights([-w for w in model.get_weights()])
    np.testing.assert_allclose(ops.convert_to_numpy(answers_of(model).forward(X)), -before, rtol=1e-5)
    changed = ops.convert_to_numpy(answers_of(model).gradient(X, CLASSES)[0])
    assert np.abs(changed - gradient).max() > 1


def test_dropout_and_batch_statistics_rest():
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.GaussianNoise(1.0),
            layers.Dropout(0.5),
            layers.BatchNormalization(),
            three_classes(),
        ]
    )
    kept = model.get_weights()
    assert PGD(0.5)(model, X, Untargeted(CLASSES)).success_rate > 0.5
    for before, after in zip(kept, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_half_precision_answers_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(3, activation="softmax")])
    logits = logits_of(model)(X)
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    result = FGSM(0.5)(model, X, Untargeted(CLASSES))
    assert result.images.dtype == np.float32
    assert np.abs(result.images - X).max() > 0.4


def test_a_model_that_cannot_be_seen_into_is_attacked_where_it_gives_logits():
    expected = FGSM(0.5)(three_classes(), X, Untargeted(CLASSES))
    np.testing.assert_array_equal(FGSM(0.5)(Opaque(three_classes()), X, Untargeted(CLASSES)).images, expected.images)


class Restless(layers.Layer):
    def __init__(self):
        super().__init__()
        self.seed = keras.random.SeedGenerator(0)

    def call(self, x):
        return x + keras.random.normal(ops.shape(x), seed=self.seed)


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (lambda: Opaque(three_classes("softmax")), ValueError, "answers with probabilities.*Received: a Opaque"),
        (lambda: Opaque(three_classes("softmax", SATURATED)), ValueError, "answers with probabilities"),
        (lambda: Opaque(logistic("sigmoid")), ValueError, "answers with probabilities"),
        (lambda: functional(two_classes("softmax"), layers.Identity()), ValueError, "answers with probabilities"),
        (
            lambda: keras.Sequential(
                [keras.Input(SHAPE), layers.Conv2D(3, (2, 3), activation="softmax"), layers.Flatten()]
            ),
            ValueError,
            "answers with probabilities",
        ),
        (
            lambda: keras.Sequential([keras.Input(SHAPE), layers.Conv2D(3, (2, 3), activation="softmax")]),
            ValueError,
            "stands alone. Received: 'sequential.*ends in the Conv2D",
        ),
        (
            lambda: keras.Sequential([keras.Input(SHAPE), layers.Conv2D(3, (2, 3))]),
            ValueError,
            r"answers \(batch, classes\). Received: answers of shape \(12, 1, 1, 3\)",
        ),
        (lambda: functional(Restless(), three_classes()), ValueError, "success would be luck"),
        (lambda: three_classes(scale=np.nan), ValueError, "not finite.*Received: nan"),
        (lambda: lambda x: x, TypeError, "Received: function"),
    ],
)
def test_other_models_are_refused_by_name(model, error, message):
    with pytest.raises(error, match=message):
        FGSM(0.5)(model(), X, Untargeted(CLASSES))
