import hashlib
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_utils import data


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """An empty cache folder for Keras, which writes, unpacks and deletes there."""
    import keras  # noqa: F401

    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path


@pytest.fixture
def offline(monkeypatch):
    """Any download fails, as it would without a network."""

    def fail(url, *arguments, **options):
        raise OSError(f"no network, and so no {url}")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", fail)


def test_horse2zebra(shared_data, keras_home, offline):
    from PIL import Image

    archive = shared_data / "datasets" / "horse2zebra.zip"
    (keras_home / "datasets" / "horse2zebra.zip").symlink_to(archive)
    horses, zebras = data.load_unpaired("horse2zebra", "test")
    # The subset's numbers; the whole set has 120 and 140.
    assert horses.shape == zebras.shape == (24, 64, 64, 3)
    assert horses.dtype == np.float32
    assert (horses.min(), horses.max()) == (-1, 1)
    train = data.load_unpaired("horse2zebra", size=256)
    assert [side.shape for side in train] == [(90, 256, 256, 3)] * 2
    with zipfile.ZipFile(archive) as files, files.open("horse2zebra/trainB/n02391049_10007.jpg") as file:
        first = np.asarray(Image.open(file))
    assert np.abs(train[1] - (first / 127.5 - 1)).max(axis=(1, 2, 3)).min() < 1e-6


def write_archive(folder, files):
    """Packs images `{path: (array, mode)}` as JPEG files; returns the archive's path."""
    from PIL import Image

    path = folder / "datasets" / "horse2zebra.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in files.items():
            content = io.BytesIO()
            Image.fromarray(array).save(content, "JPEG", quality=95)
            archive.writestr(f"horse2zebra/{name}", content.getvalue())
    return path


def test_grey_files_become_colour_images_in_the_order_of_their_names(keras_home, offline):
    grey, colour = np.full((256, 256), 200, "uint8"), np.full((256, 256, 3), 50, "uint8")
    write_archive(keras_home, {"testA/b.jpg": grey, "testA/a.jpg": colour, "testB/c.jpg": colour})
    horses, zebras = data.load_unpaired("horse2zebra", "test", 16)
    assert (horses.shape, zebras.shape) == ((2, 16, 16, 3), (1, 16, 16, 3))
    np.testing.assert_allclose(horses[:, 0, 0], [[50 / 127.5 - 1] * 3, [200 / 127.5 - 1] * 3], atol=0.01)


def test_a_failed_download_names_the_data_set_the_reason_and_the_embedded_one(keras_home, offline):
    said = r"'horse2zebra'.*no network.*https://.*horse2zebra\.zip.*load_unpaired\('ink'\)"
    with pytest.raises(data.DownloadError, match=said) as caught:
        data.load_unpaired("horse2zebra")
    assert caught.value.__cause__ is not None


@pytest.mark.filterwarnings("ignore:Could not extract archive")
def test_a_damaged_archive_is_reported(keras_home, offline):
    (keras_home / "datasets" / "horse2zebra.zip").write_bytes(b"not an archive")
    with pytest.raises(data.DownloadError, match=r"'horse2zebra'.*load_unpaired\('ink'\)"):
        data.load_unpaired("horse2zebra")


def test_an_archive_without_images_is_reported(keras_home, offline):
    write_archive(keras_home, {"trainB/a.jpg": np.zeros((8, 8, 3), "uint8")})
    with pytest.raises(data.DownloadError, match=r"trainA holds no JPEG file"):
        data.load_unpaired("horse2zebra")


@pytest.mark.parametrize("name", ["digits", None, ["ink"]])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError, match=re.escape(f"'ink', 'horse2zebra'. Received: name={name!r}")):
        data.load_unpaired(name)


@pytest.mark.parametrize("split", ["validation", None])
def test_an_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match=re.escape(f"'train', 'test'. Received: split={split!r}")):
        data.load_unpaired("ink", split)


@pytest.mark.parametrize("size", [7, 16.0, True])
def test_a_bad_size_is_refused(size):
    with pytest.raises(ValueError, match=re.escape(f"Received: size={size!r}")):
        data.load_unpaired("ink", size=size)


def test_another_size():
    a, b = data.load_unpaired("ink", "test", 20)
    assert a.shape == b.shape == (360, 20, 20, 3)


def test_a_download_that_is_not_the_published_file_is_refused_and_not_kept(keras_home, monkeypatch):
    def other(url, path, *arguments):
        with open(path, "wb") as file:
            file.write(b"another file")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", other)
    for _ in range(2):
        with pytest.raises(data.DownloadError, match=r"'horse2zebra'.*sha256.*load_unpaired\('ink'\)"):
            data.load_unpaired("horse2zebra")
        assert list((keras_home / "datasets").iterdir()) == []


def test_a_download_of_the_published_hash_is_taken(keras_home, monkeypatch):
    made = write_archive(keras_home, {f"test{side}/a.jpg": np.zeros((16, 16, 3), "uint8") for side in "AB"})
    content = made.read_bytes()
    made.unlink()
    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", lambda url, path, *_: Path(path).write_bytes(content))
    monkeypatch.setattr("course_utils.data.horse2zebra.SHA256", hashlib.sha256(content).hexdigest())
    horses, zebras = data.load_unpaired("horse2zebra", "test", 16)
    assert horses.shape == zebras.shape == (1, 16, 16, 3)
