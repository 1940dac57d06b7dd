import subprocess
import sys

import numpy as np
import pytest

from course_utils import data


def test_knows_the_embedded_and_the_public_data_sets():
    assert data.names() == ("digits", "textures", "tanks", "mnist", "fashion_mnist", "cifar10")


@pytest.mark.parametrize("name", ["MNIST", "svhn", None, ["digits"]])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(
        ValueError, match=r"'digits', 'textures', 'tanks', 'mnist', 'fashion_mnist', 'cifar10'\. Received: name="
    ):
        data.load(name)


@pytest.mark.parametrize("split", ["validation", None, 0])
def test_an_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match=r"'train', 'test'\. Received: split="):
        data.load("digits", split)


@pytest.mark.parametrize("size", [7, 0, -16, 16.0, "16", True, (16, 16)])
def test_a_bad_size_is_refused(size):
    with pytest.raises(ValueError, match=r"at least 8.*Received: size="):
        data.load("digits", size=size)


def test_a_numpy_integer_is_a_size():
    images, _ = data.load("digits", "test", size=np.int64(12))
    assert images.shape == (360, 12, 12, 1)


def test_importing_loads_no_backend_and_no_scikit_learn():
    heavy = ("keras", "tensorflow", "jax", "torch", "sklearn", "PIL", "matplotlib")
    script = f"import sys, course_utils.data; print([name for name in {heavy} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_reading_digits_loads_no_backend():
    script = "import sys; from course_utils import data; data.load('digits'); print('keras' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"
