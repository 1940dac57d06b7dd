import numpy as np
import pytest

from course_utils import data
from course_utils.metrics import FrozenClassifier, fid, kid, quality

pytestmark = pytest.mark.backends

KEYS = (
    "classifier",
    "kid",
    "fid",
    "precision",
    "recall",
    "modes",
    "smallest_share",
    "largest_share",
    "inception_score",
)


@pytest.fixture(scope="module")
def held_out():
    return data.load("digits", "test")[0]


@pytest.fixture(scope="module")
def real():
    return data.load("digits")[0]


def test_real_digits_are_good_digits(real, held_out):
    found = quality(held_out, real)
    assert tuple(found) == KEYS
    assert found["classifier"] == FrozenClassifier("digits").label
    assert abs(found["kid"]) < 0.05
    assert found["precision"] > 0.8
    assert found["recall"] > 0.7
    assert found["modes"] == 10
    assert 0.09 < found["smallest_share"] < found["largest_share"] < 0.11
    assert found["inception_score"] > 9.5


def test_numbers_are_plain(real, held_out):
    found = quality(held_out, real)
    assert {type(value) for key, value in found.items() if key not in ("classifier", "modes")} == {float}
    assert type(found["modes"]) is int


def test_every_metric_tells_noise_from_digits(real, held_out):
    noise = np.random.default_rng(0).uniform(-1, 1, held_out.shape).astype(np.float32)
    good, bad = quality(held_out, real), quality(held_out, noise)
    assert bad["kid"] > 1
    assert bad["fid"] > 50 * good["fid"]
    assert bad["precision"] < 0.5
    assert bad["recall"] < 0.1
    assert bad["inception_score"] < 2


def test_a_missing_half_of_the_classes_is_noticed(held_out):
    images, labels = data.load("digits")
    found = quality(held_out, images[labels < 5])
    assert found["modes"] == 5
    assert found["smallest_share"] < 0.01
    assert found["largest_share"] == pytest.approx(0.2, abs=0.01)
    assert found["recall"] < 0.6


def test_takes_another_classifier(held_out):
    classifier = FrozenClassifier("mnist")
    found = quality(held_out[:180], held_out[180:], classifier)
    real, fake = classifier.features(held_out[:180]), classifier.features(held_out[180:])
    assert found["classifier"] == classifier.label
    assert found["kid"] == pytest.approx(float(kid(real, fake)), abs=1e-6)
    assert found["fid"] == pytest.approx(float(fid(real, fake)), rel=1e-4)


def test_too_few_images_are_refused(held_out):
    with pytest.raises(ValueError, match="at least 4 samples"):
        quality(held_out, held_out[:3])


def test_images_out_of_range_are_refused(held_out):
    with pytest.raises(ValueError, match="Received: values from"):
        quality(held_out, held_out * 127.5 + 127.5)


def test_of_many_images_the_same_few_are_looked_at(real, held_out):
    few = quality(held_out, real, at_most=200)
    assert few == quality(held_out, real, at_most=200)
    assert few != quality(held_out, real)
    # Chosen from all of them, and not the first ones.
    ordered = np.concatenate([real, np.full((200, *real.shape[1:]), -1, "float32")])
    assert quality(held_out, ordered, at_most=200)["kid"] > few["kid"] + 0.01
    assert quality(held_out, real, at_most=len(real)) == quality(held_out, real)
