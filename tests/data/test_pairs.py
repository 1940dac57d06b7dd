import socket
import subprocess
import sys

import numpy as np
import pytest

from course_utils import data


def test_labels_have_a_name_and_a_colour_each():
    for name in ("tissue", "facades"):
        names, palette = data.label_names(name), data.palette(name)
        assert palette.shape == (len(names), 3)
        assert palette.dtype == np.uint8
        assert len({tuple(colour) for colour in palette}) == len(set(names)) == len(names)


def test_tissue_needs_no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the embedded pairs asked for the network")

    for place in ("socket.create_connection", "socket.getaddrinfo"):
        monkeypatch.setattr(place, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert len(data.load_pairs("tissue", "test")) == 2


def test_reading_tissue_loads_no_backend():
    script = "import sys; from course_utils import data; data.load_pairs('tissue'); print('keras' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


def test_pairs_train_in_one_order():
    x, y = data.load_pairs("tissue", "test")
    batches = data.batches(x, y, batch_size=8, seed=1)
    first_x, first_y = batches[0]
    place = next(i for i in range(64) if np.array_equal(x[i], first_x[0]))
    np.testing.assert_array_equal(first_y[0], y[place])


@pytest.mark.parametrize("name", ["digits", "Tissue", None])
def test_an_unknown_name_lists_the_known_ones(name):
    for call in (data.load_pairs, data.label_names, data.palette):
        with pytest.raises(ValueError, match=r"'tissue', 'facades'\. Received: name="):
            call(name)


@pytest.mark.parametrize("split", ["val", None])
def test_an_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match=r"'train', 'test'\. Received: split="):
        data.load_pairs("tissue", split)


@pytest.mark.parametrize("size", [7, 32.0, True])
def test_a_bad_size_is_refused(size):
    with pytest.raises(ValueError, match=r"at least 8.*Received: size="):
        data.load_pairs("tissue", size=size)
