import numpy as np
import pytest
from PIL import Image

from course_utils import data
from course_utils.data import facades


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """An empty cache folder for Keras, which writes and deletes there: real files are only linked into it."""
    import keras  # noqa: F401

    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path


@pytest.fixture
def archive(shared_data, keras_home):
    """The real archive in Keras's cache, as a subset of 200 and 50 pairs."""
    real = shared_data / "datasets" / "facades.tar.gz"
    if not real.is_file():
        pytest.skip(f"no file {real}")
    (keras_home / "datasets" / "facades.tar.gz").symlink_to(real)
    return keras_home / "datasets" / "facades_extracted" / "facades"


@pytest.mark.parametrize(("split", "folder", "n"), [("train", "train", 200), ("test", "val", 50)])
def test_pairs_are_in_range_and_in_order(archive, split, folder, n):
    x, y = data.load_pairs("facades", split, size=256)
    assert x.shape == y.shape == (n, 256, 256, 3)
    assert x.dtype == y.dtype == np.float32
    assert max(np.abs(x).max(), np.abs(y).max()) <= 1
    for i in (0, 9, n - 1):
        file = np.asarray(Image.open(archive / folder / f"{i + 1}.jpg"))
        # The photograph stands at the left of the file.
        np.testing.assert_allclose((y[i] + 1) * 127.5, file[:, :256], atol=1e-3)
        np.testing.assert_allclose((x[i] + 1) * 127.5, file[:, 256:], atol=1e-3)


def test_smaller_label_maps_keep_pure_colours(archive):
    large, small = (data.load_pairs("facades", "test", size=size)[0] for size in (256, 64))
    assert small.shape == (50, 64, 64, 3)
    shares = [np.bincount(data.labels_of("facades", x).ravel(), minlength=12) / x[..., 0].size for x in (large, small)]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.01)
    # Most of a front is wall or window.
    assert shares[1][data.label_names("facades").index("facade")] > 0.2
    assert shares[1][data.label_names("facades").index("window")] > 0.05
    distance, of_large = (off_palette(x) for x in (small, large))
    assert (distance < 0.2).mean() > 0.95 * (of_large < 0.2).mean()


def off_palette(maps):
    """Largest difference of each pixel from the colour of its label; the files are JPEG, so it is not 0."""
    return np.abs(maps - facades.PALETTE[data.labels_of("facades", maps)] / 127.5 + 1).max(axis=-1)


def test_a_failed_download_names_the_address_and_the_embedded_pairs(keras_home, monkeypatch):
    def fail(*args, **kwargs):
        raise Exception(f"URL fetch failure on {kwargs['origin']}: 503 -- busy")

    monkeypatch.setattr("keras.utils.get_file", fail)
    with pytest.raises(data.DownloadError, match=r"'facades'.*efrosgans.*503 -- busy.*load_pairs\('tissue'\)"):
        data.load_pairs("facades")


def test_an_archive_without_images_is_reported(keras_home, monkeypatch):
    monkeypatch.setattr("keras.utils.get_file", lambda *args, **kwargs: str(keras_home))
    with pytest.raises(data.DownloadError, match="holds no JPEG file"):
        data.load_pairs("facades")
