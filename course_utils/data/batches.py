"""Batches of arrays for `fit`, whatever the backend."""


def batches(images, labels=None, batch_size=64, shuffle=True, seed=0, drop_last=False):
    """Cuts arrays into batches, in an order that depends only on the seed and the number of the epoch.

    Args:
        images: `(n, ...)`, usually `(n, height, width, channels)` in [-1, 1]; handed out as float32.
        labels: `None`, labels `(n,)`, or the second images of pairs `(n, height, width, channels)`. Whole numbers are
            handed out as int32, other numbers as float32.
        batch_size: images in a batch.
        shuffle: whether each epoch has an order of its own. Pass `shuffle=False` to `fit` all the same: otherwise Keras
            also reorders the finished batches, by a generator that a resumed run does not continue.
        seed: whole number; the order of epoch e is `numpy.random.default_rng((seed, e)).permutation(n)`.
        drop_last: whether a last batch of fewer than `batch_size` images is left out.

    Returns:
        A `Batches`, which is a `keras.utils.PyDataset`: `dataset[i]` is `images` or `(images, labels)`.

    Raises:
        ValueError: empty arrays, arrays of different lengths, a batch size that is not a positive whole number, or
            `drop_last` with fewer images than one batch holds.
    """
    # Keras loads here and not above, so that reading data needs no backend.
    from course_utils.data.dataset import Batches

    return Batches(images, labels, batch_size=batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last)
