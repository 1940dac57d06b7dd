import numpy as np
import pytest

from course_utils import features
from tests.features import networks

pytestmark = pytest.mark.backends

IMAGES = np.random.default_rng(0).uniform(-1, 1, (70, 4, 4, 1)).astype("float32")
MAPS = np.maximum(np.concatenate([IMAGES, -2 * IMAGES], axis=-1), 0)


@pytest.mark.parametrize("kind", networks.KINDS)
def test_activations_of_named_layers(kind):
    found = features.feature_maps(kind(), IMAGES, ["positive", "mean"])
    assert list(found) == ["positive", "mean"]
    np.testing.assert_allclose(found["positive"], MAPS, rtol=1e-6)
    np.testing.assert_allclose(found["mean"], MAPS.mean(axis=(1, 2)), rtol=1e-5)


def test_one_layer_may_stand_alone():
    assert features.feature_maps(networks.nested(), IMAGES, "body/pair")["body/pair"].shape == (70, 4, 4, 2)


def test_an_unknown_layer_is_answered_with_the_list():
    with pytest.raises(ValueError, match="layers are: body/pair, body/positive, mean, answer. Received: 'conv1'"):
        features.feature_maps(networks.nested(), IMAGES, ["mean", "conv1"])
