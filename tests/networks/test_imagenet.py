"""ImageNet networks: code paths with random weights, and real answers where the weights can be had."""

import json
import urllib.error
from functools import cache

import keras
import numpy as np
import pytest

from course_utils import autodiff
from course_utils.attacks import EightBitSign, Targeted, from_8_bit, to_8_bit
from course_utils.data.photographs import photograph
from course_utils.data.resize import resize
from course_utils.networks import imagenet

pytestmark = pytest.mark.backends


@cache
def untrained(name):
    keras.utils.set_random_seed(0)
    return imagenet.pretrained(name, weights=None)


@pytest.fixture
def mobilenet():
    return untrained("MobileNetV2")


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """An empty cache, and a door that is shut; returns what was asked for."""
    asked = []

    def refuse(origin, *arguments):
        asked.append(origin)
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", refuse)
    monkeypatch.setattr("keras.src.applications.imagenet_utils.CLASS_INDEX", None)
    return asked


@pytest.fixture
def names_known(monkeypatch):
    index = {str(k): [f"n{k}", f"class_{k}"] for k in range(imagenet.CLASSES)}
    monkeypatch.setattr("keras.src.applications.imagenet_utils.CLASS_INDEX", index)


def coffee():
    return from_8_bit(to_8_bit(photograph("coffee", size=imagenet.SIZE)[np.newaxis]))


def test_photographs_become_logits(mobilenet):
    logits = keras.ops.convert_to_numpy(mobilenet(coffee()))
    assert logits.shape == (1, imagenet.CLASSES)
    assert np.isfinite(logits).all()
    assert (logits < 0).any()


@pytest.mark.parametrize("name", imagenet.PREPROCESS)
def test_the_scaling_is_that_of_keras(name):
    model = untrained(name)
    pixels = to_8_bit(coffee()).astype("float32")
    body = model.layers[-1]
    by_keras = keras.ops.convert_to_numpy(body(imagenet.PREPROCESS[name](pixels.copy())))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(coffee())), by_keras, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", imagenet.PREPROCESS)
def test_no_network_has_strided_convolutions_of_one_pixel(name):
    body = untrained(name).layers[-1]
    kernels = [layer for layer in body.layers if hasattr(layer, "kernel_size")]
    assert len(kernels) > 20
    assert not [k.name for k in kernels if max(k.kernel_size) == 1 and max(k.strides) > 1]


def test_the_gradient_reaches_the_pixels(mobilenet):
    gradient = autodiff.gradient(lambda x: keras.ops.sum(mobilenet(x)[:, 441]), coffee())
    gradient = keras.ops.convert_to_numpy(gradient)
    assert np.isfinite(gradient).all()
    assert (gradient != 0).mean() > 0.5


def test_it_can_be_attacked(mobilenet):
    images = coffee()
    result = EightBitSign(1)(mobilenet, images, Targeted(441))
    assert np.abs(result.images - images).max() <= 2 / 255 * 1.001
    if result.success[0]:
        assert keras.ops.convert_to_numpy(mobilenet(result.images)).argmax() == 441


def test_best_classes_by_hand():
    logits = np.full((2, imagenet.CLASSES), -np.inf)
    logits[0, [441, 968]] = np.log([0.25, 0.75])
    logits[1, 1] = 1000.0
    first, second = imagenet.best(logits, count=2)
    assert [k for k, _ in first] == [968, 441]
    np.testing.assert_allclose([p for _, p in first], [0.75, 0.25])
    assert second[0] == (1, 1.0)


def test_other_logits_are_refused():
    with pytest.raises(ValueError, match=r"shape \(n, 1000\). Received: shape \(2, 10\)"):
        imagenet.best(np.zeros((2, 10)))


def test_unknown_networks_are_named():
    with pytest.raises(ValueError, match="'MobileNetV2'. Received: name='ResNet50'"):
        imagenet.pretrained("ResNet50")
    with pytest.raises(ValueError, match="Received: weights='noisy-student'"):
        imagenet.pretrained(weights="noisy-student")


def test_without_a_network_the_names_are_asked_for_first(no_network):
    with pytest.raises(imagenet.ImageNetError, match=r"class names: .*Name or service not known.*where there is a"):
        imagenet.pretrained()
    assert [origin.rsplit("/", 1)[-1] for origin in no_network] == ["imagenet_class_index.json"]


def test_without_a_network_the_weights_are_named(no_network, names_known):
    with pytest.raises(imagenet.ImageNetError, match="Could not get the weights of MobileNetV2: .*not known"):
        imagenet.pretrained()
    assert len(no_network) == 1
    assert "mobilenet_v2_weights" in no_network[0]


def test_class_names_are_in_their_places(names_known):
    names = imagenet.class_names()
    assert len(names) == imagenet.CLASSES
    assert names[441] == "class_441"


def test_real_weights_name_real_photographs(shared_data):
    folder = shared_data / "datasets" / "imagenet_samples"
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}")
    try:
        model = imagenet.pretrained()
    except imagenet.ImageNetError as error:
        pytest.skip(str(error))
    known = json.loads((folder / "labels.json").read_text())
    images = np.concatenate([read(folder / name) for name in known])
    classes = np.array([entry["class_index"] for entry in known.values()])
    answers = [dict(row) for row in imagenet.best(model.predict(images, verbose=0))]
    assert imagenet.class_names()[968] == "cup"
    assert np.mean([k in row for k, row in zip(classes, answers, strict=True)]) > 0.7


def test_real_photographs_pass(shared_data, mobilenet):
    folder = shared_data / "datasets" / "imagenet_samples"
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}")
    images = np.concatenate([read(folder / name) for name in ("cup.jpg", "acoustic_guitar.jpg")])
    assert np.isfinite(keras.ops.convert_to_numpy(mobilenet(images))).all()


def read(path):
    """One photograph as `(1, 224, 224, 3)` in [-1, 1]; a grey one gets three channels."""
    pixels = np.asarray(keras.utils.load_img(path, color_mode="rgb"), "float32") / 127.5 - 1
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return resize(pixels[np.newaxis, top : top + side, left : left + side], imagenet.SIZE, low=-1.0, high=1.0)
