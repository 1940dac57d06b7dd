import numpy as np
import pytest

from course_utils import data
from course_utils.data import tissue
from course_utils.data.label_maps import read_labels


@pytest.mark.parametrize(
    ("split", "size", "n"), [("train", 32, 1024), ("test", 32, 64), ("train", 64, 256), ("test", 64, 16)]
)
def test_shapes_and_ranges(split, size, n):
    x, y = data.load_pairs("tissue", split, size)
    assert x.shape == y.shape == (n, size, size, 3)
    assert x.dtype == y.dtype == np.float32
    assert -1 <= min(x.min(), y.min()) < max(x.max(), y.max()) <= 1


def test_the_parts_share_no_column_and_leave_a_gap():
    train, test = (set(range(512)[tissue.COLUMNS[split]]) for split in ("train", "test"))
    assert not train & test
    assert min(test) - max(train) > 8
    assert len(test) == 128


def test_the_test_crops_are_the_right_quarter_each_pixel_once():
    from skimage.data import immunohistochemistry

    _, y = data.load_pairs("tissue", "test")
    whole = y.reshape(16, 4, 32, 32, 3).swapaxes(1, 2).reshape(512, 128, 3)
    np.testing.assert_allclose((whole + 1) * 127.5, immunohistochemistry()[:, 384:], atol=1e-4)


def test_training_crops_are_in_the_left_columns_in_any_position():
    from skimage.data import immunohistochemistry

    _, y = data.load_pairs("tissue", "train")
    left = immunohistochemistry()[:, :376]
    positions = set()
    for crop in np.rint((y[:60] + 1) * 127.5).astype("uint8"):
        found = {
            (turn, mirrored)
            for turn in range(4)
            for mirrored in (False, True)
            if contains(left, np.rot90(crop[:, ::-1] if mirrored else crop, -turn if not mirrored else turn))
        }
        assert found
        positions |= found
    assert len(positions) == 8


def contains(photograph, crop):
    """Whether the crop stands somewhere in the photograph, looked up by its first pixels."""
    row = crop[0, :4].reshape(-1)
    windows = np.lib.stride_tricks.sliding_window_view(photograph, (1, 4, 3)).reshape(photograph.shape[0], -1, 12)
    places = np.argwhere((windows == row).all(axis=-1))
    height, width = crop.shape[:2]
    return any(np.array_equal(photograph[i : i + height, j : j + width], crop) for i, j in places)


def test_a_test_pixel_changes_no_training_pair(monkeypatch):
    import skimage.data

    original = skimage.data.immunohistochemistry()
    before = data.load_pairs("tissue", "train")
    changed = original.copy()
    changed[:, 384:] = 255 - changed[:, 384:]
    monkeypatch.setattr(skimage.data, "immunohistochemistry", lambda: changed)
    caches = (tissue.labelled, tissue._stains, tissue._thresholds)
    try:
        for cached in caches:
            cached.cache_clear()
        after = data.load_pairs("tissue", "train")
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
        assert not np.array_equal(data.load_pairs("tissue", "test")[1][0, 0, 0], (original[0, 384] / 127.5 - 1))
    finally:
        for cached in caches:
            cached.cache_clear()


@pytest.mark.parametrize("split", ["train", "test"])
def test_labels_are_what_the_eye_calls_them(split):
    x, y = data.load_pairs("tissue", split)
    labels = data.labels_of("tissue", x)
    shares = np.bincount(labels.ravel(), minlength=3) / labels.size
    assert shares.min() > 0.15
    background, nucleus, brown = (y[labels == label].mean(axis=0) for label in range(3))
    assert background.min() > max(nucleus.mean(), brown.mean()) + 0.3
    # Brown has much more red than blue; nuclei, some of them behind brown, have much less of that.
    assert brown[0] - brown[2] > 0.4
    assert nucleus[0] - nucleus[2] < 0.2


def test_label_maps_have_the_palettes_colours_and_no_other():
    x, _ = data.load_pairs("tissue", "test")
    colours = np.unique(np.rint((x.reshape(-1, 3) + 1) * 127.5).astype(int), axis=0)
    assert {tuple(colour) for colour in colours} == {tuple(colour) for colour in tissue.PALETTE.astype(int)}


def test_the_crops_are_always_the_same():
    first, again = (data.load_pairs("tissue", "train") for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    # Another NumPy or scikit-image that drew or labelled otherwise would change every measured number of the lesson.
    np.testing.assert_allclose(
        first[1][[0, 500, 1023], 5, 7, 0], [0.15289999544620514, 0.13729999959468842, 0.6234999895095825], atol=1e-3
    )
    assert np.bincount(read_labels(first[0], tissue.PALETTE).ravel()).tolist() == pytest.approx(
        [321643, 273389, 453544], rel=0.01
    )


def test_crops_wider_than_the_test_part_are_refused():
    assert data.load_pairs("tissue", "test", 128)[0].shape == (4, 128, 128, 3)
    with pytest.raises(ValueError, match="128 pixels wide. Received: size=129"):
        data.load_pairs("tissue", "train", 129)
