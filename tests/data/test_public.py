import os
import pickle
import subprocess
import sys
import tarfile
from io import BytesIO

import numpy as np
import pytest

from course_utils import data


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """An empty cache folder for Keras. Keras writes and deletes there, so the real files are only linked into it."""
    import keras  # noqa: F401

    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path


@pytest.mark.parametrize(("size", "expected"), [(None, 28), (16, 16), (32, 32)])
def test_mnist(shared_data, keras_home, size, expected):
    (keras_home / "datasets" / "mnist.npz").symlink_to(shared_data / "datasets" / "mnist.npz")
    images, labels = data.load("mnist", "test", size=size)
    assert images.shape == (10000, expected, expected, 1)
    assert images.dtype == np.float32
    assert labels.dtype == np.int32
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert images.min() == -1.0
    # 33.791 of 255 is the published mean of the test images; resizing keeps it but for the clipped overshoot.
    assert images.mean() == pytest.approx(33.791 / 127.5 - 1, abs=1e-4 if size is None else 0.02)


def test_mnist_train_is_the_training_split(shared_data, keras_home):
    (keras_home / "datasets" / "mnist.npz").symlink_to(shared_data / "datasets" / "mnist.npz")
    images, labels = data.load("mnist")
    assert images.shape == (60000, 28, 28, 1)
    assert labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert images.max() == 1.0


def test_fashion_mnist(shared_data, keras_home):
    folder = keras_home / "datasets" / "fashion-mnist"
    folder.mkdir()
    for file in (shared_data / "datasets" / "fashion-mnist").glob("*.gz"):
        (folder / file.name).symlink_to(file)
    images, labels = data.load("fashion_mnist", "test")
    assert images.shape == (10000, 28, 28, 1)
    assert np.bincount(labels).tolist() == [1000] * 10
    assert images.mean() == pytest.approx(73.147 / 127.5 - 1, abs=1e-4)


def test_cifar10(shared_data, keras_home, monkeypatch):
    subset = np.load(shared_data / "datasets" / "cifar10_subset.npz")
    write_cifar10_archive(keras_home / "datasets" / "cifar-10-batches-py-target_archive", subset)
    monkeypatch.setattr("keras.src.utils.file_utils.validate_file", lambda *args, **kwargs: True)
    images, labels = data.load("cifar10", "test")
    assert images.shape == (10000, 32, 32, 3)
    assert labels.shape == (10000,)
    np.testing.assert_array_equal(labels[:1000], subset["y_test"].reshape(-1))
    np.testing.assert_allclose(images[:1000], subset["x_test"] / 127.5 - 1, atol=1e-6)
    assert data.load("cifar10", "test", size=16)[0].shape == (10000, 16, 16, 3)


def write_cifar10_archive(path, subset):
    """Packs the images as the original archive does: channels first, 10,000 rows a file."""
    parts = {f"data_batch_{k}": "train" for k in range(1, 6)} | {"test_batch": "test"}
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, split in parts.items():
            rows = np.arange(10000) % len(subset[f"x_{split}"])
            planes = subset[f"x_{split}"][rows].transpose(0, 3, 1, 2).reshape(10000, 3072)
            content = pickle.dumps({b"labels": subset[f"y_{split}"][rows, 0].tolist(), b"data": planes}, protocol=4)
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_a_failed_download_names_the_data_set_the_reason_and_the_embedded_one(name, monkeypatch):
    reason = Exception("URL fetch failure on https://example.org: 503 -- busy")

    def fail():
        raise reason

    monkeypatch.setattr(f"keras.datasets.{name}.load_data", fail)
    with pytest.raises(data.DownloadError, match=rf"'{name}'.*503 -- busy.*load\('digits'\)") as caught:
        data.load(name)
    assert caught.value.__cause__ is reason


def test_a_damaged_file_is_reported_too(keras_home, monkeypatch):
    (keras_home / "datasets" / "mnist.npz").write_bytes(b"not an archive")
    monkeypatch.setattr("keras.src.utils.file_utils.validate_file", lambda *args, **kwargs: True)
    with pytest.raises(data.DownloadError, match="'mnist'"):
        data.load("mnist")


def test_without_a_network_the_real_download_fails_clearly(tmp_path):
    closed = "http://127.0.0.1:9"
    environment = os.environ | {
        "KERAS_HOME": str(tmp_path),
        "https_proxy": closed,
        "HTTPS_PROXY": closed,
        "no_proxy": "",
    }
    run = subprocess.run(
        [sys.executable, "-c", "from course_utils import data; data.load('mnist')"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "course_utils.data.public.DownloadError: Could not get the data set 'mnist': URL fetch failure"
    )
    assert "load('digits')" in last
