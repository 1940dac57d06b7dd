from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data
from course_utils.metrics import FrozenClassifier, frozen

pytestmark = pytest.mark.backends


@pytest.fixture(scope="module")
def held_out():
    return data.load("digits", "test")


@pytest.fixture(scope="module")
def digits_classifier():
    return FrozenClassifier("digits")


def accuracy(classifier, images, labels):
    return 100 * np.mean(classifier.answers(images).argmax(axis=1) == labels)


def test_held_out_digits_are_named_as_well_as_the_table_says(digits_classifier, held_out):
    found = accuracy(digits_classifier, *held_out)
    assert found >= 98.5
    assert found == pytest.approx(frozen.TRAINED["digits"].accuracy, abs=0.3)


@pytest.mark.parametrize("size", [10, 20, 28, 32])
def test_held_out_digits_of_other_sizes_are_named_too(digits_classifier, size):
    assert accuracy(digits_classifier, *data.load("digits", "test", size=size)) >= 98.5


def test_mnist_is_named_as_well_as_the_table_says(shared_data, tmp_path, monkeypatch):
    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").symlink_to(shared_data / "datasets" / "mnist.npz")
    found = accuracy(FrozenClassifier("mnist"), *data.load("mnist", "test"))
    assert found >= 99
    assert found == pytest.approx(frozen.TRAINED["mnist"].accuracy, abs=0.1)


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_the_weights_are_small_and_hold_no_optimizer(name):
    import h5py

    path = frozen.WEIGHTS / frozen.TRAINED[name].file
    assert path.stat().st_size < 1e6
    with h5py.File(path) as file:
        assert "optimizer" not in file


def test_says_what_it_is(digits_classifier):
    assert digits_classifier.name == "digits"
    assert digits_classifier.label == f"digits-{frozen.TRAINED['digits'].accuracy:.1f}"
    assert digits_classifier.classes == 10


def test_gives_features_and_probabilities(digits_classifier, held_out):
    features, answers = digits_classifier.features_and_answers(held_out[0])
    assert features.shape == (360, 64)
    assert answers.shape == (360, 10)
    assert features.dtype == answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.square(features).mean(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(features, digits_classifier.features(held_out[0]))
    np.testing.assert_array_equal(answers, digits_classifier.answers(held_out[0]))


def test_many_images_are_cut_into_chunks_that_change_nothing(digits_classifier, held_out, monkeypatch):
    straight = digits_classifier.features(held_out[0])
    monkeypatch.setattr(frozen, "CHUNK", 77)
    np.testing.assert_allclose(digits_classifier.features(held_out[0]), straight, atol=1e-5)


def test_colour_is_seen_as_grey(digits_classifier, held_out):
    images = held_out[0][:20]
    grey, colour = (digits_classifier.answers(given) for given in (images, np.repeat(images, 3, axis=-1)))
    np.testing.assert_allclose(colour, grey, atol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "bfloat16"])
def test_the_global_policy_changes_nothing(policy, digits_classifier, held_out):
    keras.config.set_dtype_policy(policy)
    under_policy = FrozenClassifier("digits")
    for images in (held_out[0][:50], data.load("digits", "test", size=28)[0][:50]):
        expected = digits_classifier.features_and_answers(images)
        for ours, given in zip(expected, under_policy.features_and_answers(images), strict=True):
            np.testing.assert_array_equal(ours, given)


def test_the_traceable_call_gives_the_same(digits_classifier, held_out):
    traced = digits_classifier.call_both(ops.convert_to_tensor(held_out[0]))
    for ours, given in zip(digits_classifier.features_and_answers(held_out[0]), traced, strict=True):
        np.testing.assert_allclose(ours, ops.convert_to_numpy(given), atol=1e-5)


def test_works_inside_a_stateless_scope_that_does_not_know_it(digits_classifier, held_out):
    other = keras.Variable(1.0)
    with keras.StatelessScope(state_mapping=[(other, ops.convert_to_tensor(2.0))]):
        features, _ = digits_classifier.call_both(ops.convert_to_tensor(held_out[0]) * other)
    expected = digits_classifier.call_both(held_out[0] * 2)[0]
    np.testing.assert_allclose(ops.convert_to_numpy(features), ops.convert_to_numpy(expected), atol=1e-5)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((2, 16, 16, 1), 1.2), r"in \[-1, 1\]. Received: values from 1.2 to 1.2"),
        (np.full((2, 16, 16, 1), -1.2), r"Received: values from -1.2 to -1.2"),
        (np.full((2, 16, 16, 1), np.nan), "Received: values from nan to nan"),
        (np.zeros((16, 16, 1)), r"Received: shape \(16, 16, 1\)"),
        (np.zeros((0, 16, 16, 1)), r"at least one image. Received: shape \(0, 16, 16, 1\)"),
        (np.zeros((2, 16, 16, 4)), r"1 or 3 channels.*Received: shape \(2, 16, 16, 4\)"),
        (np.zeros((2, 7, 7, 1)), r"at least 8 pixels.*Received: shape \(2, 7, 7, 1\)"),
    ],
)
def test_bad_images_are_refused_by_name(digits_classifier, images, message):
    for method in (digits_classifier.features, digits_classifier.answers):
        with pytest.raises(ValueError, match=message):
            method(images)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="'digits', 'mnist'. Received: name='svhn'"):
        FrozenClassifier("svhn")


def test_missing_weights_name_the_command(monkeypatch):
    monkeypatch.setitem(frozen.TRAINED, "digits", replace(frozen.TRAINED["digits"], file="none.weights.h5"))
    with pytest.raises(FileNotFoundError, match="python -m course_utils.metrics.train_classifier digits"):
        FrozenClassifier("digits")


@pytest.mark.parametrize("damage", ["cut short", "not HDF5", "another network"])
def test_damaged_weights_name_the_command(damage, tmp_path, monkeypatch):
    content = (frozen.WEIGHTS / frozen.TRAINED["digits"].file).read_bytes()
    path = tmp_path / "digits.weights.h5"
    path.write_bytes(content[:100_000] if damage == "cut short" else b"no weights")
    if damage == "another network":
        path.unlink()
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(path)
    monkeypatch.setattr(frozen, "WEIGHTS", tmp_path)
    with pytest.raises(OSError, match="cannot be read.*python -m course_utils.metrics.train_classifier digits"):
        FrozenClassifier("digits")
