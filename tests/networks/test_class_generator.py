import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.networks.class_generator import class_generator, frozen_copy

pytestmark = pytest.mark.backends

SHAPE = (4, 4, 1)


def generator(shape=SHAPE):
    size = int(np.prod(shape))
    return keras.Sequential([keras.Input((3,)), layers.Dense(size, "tanh"), layers.Reshape(shape)])


def classifier(activation=None):
    stack = [
        layers.Conv2D(4, 3),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dense(3, activation, name="end"),
    ]
    return keras.Sequential([keras.Input(SHAPE), *stack], name="judge")


def values(model):
    return [ops.convert_to_numpy(v).copy() for v in model.variables]


def test_the_generator_learns_the_class_and_the_classifier_nothing():
    keras.utils.set_random_seed(0)
    G, judge = generator(), classifier()
    # Untrained answers are mild; these are as sharp as those of a trained network.
    judge.layers[-1].kernel.assign(10 * judge.layers[-1].kernel)
    z = np.random.default_rng(0).standard_normal((256, 3), dtype="float32")
    before, moved = values(judge), values(G)
    joined = class_generator(G, judge, learning_rate=0.05)
    joined.fit(z, np.full(256, 2), epochs=10, verbose=0)
    confidence = ops.convert_to_numpy(ops.softmax(judge(G(z), training=False)))[:, 2]
    assert confidence.mean() > 0.9
    assert all(np.array_equal(a, b) for a, b in zip(before, values(judge), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(before, values(joined.layers[-1]), strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(moved, values(G), strict=True))
    assert judge.trainable


def test_the_copy_is_frozen_and_answers_the_same():
    judge = classifier()
    copy = frozen_copy(judge)
    images = np.random.default_rng(0).uniform(-1, 1, (5, *SHAPE)).astype("float32")
    np.testing.assert_array_equal(*(ops.convert_to_numpy(model(images)) for model in (judge, copy)))
    assert copy.trainable_variables == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: class_generator(generator(), classifier("softmax")),
            "'judge', which ends in the Dense 'end' with a soft",
        ),
        (lambda: class_generator(generator(), classifier("sigmoid")), "with a sigmoid"),
        (
            lambda: class_generator(generator(), keras.Sequential([classifier(), layers.Softmax()])),
            "ends in the Softmax",
        ),
        (
            lambda: class_generator(generator((5, 5, 1)), classifier()),
            r"Received: a generator of images of shape \(5, 5",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
