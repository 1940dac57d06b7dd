import socket

import numpy as np
import pytest

from course_utils.data.photographs import photograph, photograph_names


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a photograph asked for the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("name", photograph_names())
def test_every_photograph_reads_without_network(no_network, name):
    image = photograph(name)
    assert image.ndim == 3
    assert image.shape[-1] == (1 if name == "camera" else 3)
    assert image.dtype == np.float32
    assert -1 <= image.min() < -0.5
    assert 0.5 < image.max() <= 1


def test_whole_photograph_is_the_library_own():
    from skimage import data

    np.testing.assert_allclose((photograph("coffee") + 1) * 127.5, data.coffee(), atol=1e-4)


def test_size_cuts_out_the_middle_square():
    whole = photograph("coffee")
    assert whole.shape == (400, 600, 3)
    np.testing.assert_allclose(photograph("coffee", size=400), whole[:, 100:500], atol=1e-6)


def test_smaller_size_keeps_the_mean_colour():
    square = photograph("cat", size=300)
    small = photograph("cat", size=np.int64(75))
    assert small.shape == (75, 75, 3)
    np.testing.assert_allclose(small.mean((0, 1)), square.mean((0, 1)), atol=0.01)
    np.testing.assert_allclose(small[30, 40], square[120:124, 160:164].mean((0, 1)), atol=0.15)


@pytest.mark.parametrize("name", ["lena", "", None, 3])
def test_unknown_name_lists_the_known(name):
    with pytest.raises(ValueError, match=f"'camera', 'cat'.*Received: name={name!r}"):
        photograph(name)


@pytest.mark.parametrize("size", [0, -8, 1.5, True, "128"])
def test_bad_size_is_named(size):
    with pytest.raises(ValueError, match=f"Received: size={size!r}"):
        photograph(size=size)
