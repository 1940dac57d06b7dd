import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.features.checks import first_passage
from course_utils.features.passage import Passage
from tests.features import networks

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 4, 4, 1)).astype("float32")


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("kind", networks.KINDS)
def test_every_layer_is_seen_in_every_kind_of_model(kind):
    passage = Passage(kind(), ops.convert_to_tensor(IMAGES))
    assert [name.split("/")[-1] for name in passage.steps] == ["pair", "positive", "mean", "answer"]
    expected = np.concatenate([IMAGES, -2 * IMAGES], axis=-1)
    np.testing.assert_allclose(numpy(passage["pair"]), expected, rtol=1e-6)
    np.testing.assert_allclose(numpy(passage["positive"]), np.maximum(expected, 0), rtol=1e-6)
    np.testing.assert_allclose(numpy(passage.output), numpy(kind()(IMAGES)), rtol=1e-6)


def test_an_unknown_layer_is_answered_with_the_list():
    passage = first_passage(networks.nested(), IMAGES)
    with pytest.raises(ValueError, match=r"layers are: body/pair, body/positive, mean, answer\. Received: 'conv9'"):
        passage["conv9"]


def test_a_name_that_two_layers_have_needs_its_path():
    images = keras.Input((4, 4, 2))
    twins = [networks.body(2), networks.body(2)]
    twins[0].name, twins[1].name = "left", "right"
    model = keras.Sequential([images, *twins])
    passage = first_passage(model, np.ones((1, 4, 4, 2), "float32"))
    with pytest.raises(ValueError, match=r"\['left/pair', 'right/pair'\]\. Received: 'pair'"):
        passage["pair"]
    assert passage.full_name("right/pair") == "right/pair"


def test_a_second_call_has_a_name_of_its_own():
    shared = layers.Rescaling(2.0, name="twice")
    images = keras.Input((4, 4, 1))
    passage = first_passage(keras.Model(images, shared(shared(images))), IMAGES)
    np.testing.assert_allclose(numpy(passage["twice"]), 2 * IMAGES)
    np.testing.assert_allclose(numpy(passage["twice (call 2)"]), 4 * IMAGES)


class Trains(layers.Layer):
    """Trains unless it is told not to."""

    def call(self, x, training=True):
        return x + 100.0 if training else x


def test_everything_runs_in_inference_mode():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Dropout(0.5), layers.BatchNormalization(), layers.GaussianNoise(1.0), Trains()]
    )
    before = [numpy(v).copy() for v in model.variables]
    output = numpy(first_passage(model, IMAGES).output)
    np.testing.assert_allclose(output, IMAGES / np.sqrt(1.001), rtol=1e-5)
    assert all(np.array_equal(a, numpy(v)) for a, v in zip(before, model.variables, strict=True))


def test_what_is_added_to_a_layer_moves_what_follows():
    model = networks.nested()
    addition = {"body/positive": np.ones((3, 4, 4, 2), "float32")}
    with_it = Passage(model, ops.convert_to_tensor(IMAGES), addition)
    change = numpy(with_it.output) - numpy(model(IMAGES))
    np.testing.assert_allclose(change, np.tile(networks.HEAD.sum(axis=0), (3, 1)), rtol=1e-5)


def ends():
    """A linear network that ends in softmax or sigmoid in every way that can be taken off."""
    for name in ("softmax", "sigmoid"):
        yield networks.linear(name)
        alone = networks.linear()
        alone.add(layers.Activation(name))
        yield alone
        yield keras.Sequential([keras.Input((2, 2, 1)), networks.linear(name)])
    softmax = networks.linear()
    softmax.add(layers.Softmax())
    yield softmax
    plain = networks.linear()
    yield keras.Model(plain.inputs, ops.softmax(plain.outputs[0]))
    dropped = networks.linear("softmax")
    dropped.add(layers.Dropout(0.5))
    yield dropped


@pytest.mark.parametrize("number", range(9))
def test_the_logits_are_those_before_the_softmax(number):
    model = list(ends())[number]
    passage = first_passage(model, 30 * networks.IMAGE)
    np.testing.assert_allclose(numpy(passage.logits), 30 * networks.IMAGE.reshape(1, 4) @ networks.WEIGHTS, rtol=1e-5)
    assert passage.is_squashed([*passage.steps][-2 if number == 8 else -1])


def test_logits_stay_as_they_are():
    passage = first_passage(networks.linear(), networks.IMAGE)
    assert passage.logits is not None
    np.testing.assert_allclose(numpy(passage.logits), networks.IMAGE.reshape(1, 4) @ networks.WEIGHTS, rtol=1e-6)
    assert not passage.is_squashed("answer")


def test_a_softmax_that_cannot_be_taken_off_is_refused_by_name():
    convolution = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 4, activation="softmax", name="last")])
    with pytest.raises(ValueError, match=r"ends in the Conv2D 'last'"):
        first_passage(convolution, IMAGES).logits  # noqa: B018


def test_a_subclass_gives_its_answer_and_nothing_else():
    passage = first_passage(networks.Opaque(), networks.IMAGE)
    np.testing.assert_allclose(numpy(passage.logits), networks.IMAGE.reshape(1, 4) @ networks.WEIGHTS, rtol=1e-6)
    with pytest.raises(ValueError, match=r"inside of 'opaque' cannot be seen.*Received: 'dense'"):
        passage["dense"]


def test_answers_that_are_no_classes_are_refused():
    with pytest.raises(ValueError, match=r"Received: answers of shape \(3, 4, 4, 2\) from 'body'"):
        first_passage(networks.body(), IMAGES).logits  # noqa: B018
