"""Batches of two sets of images that belong together as sets, not one by one."""


def unpaired_batches(x, y, batch_size=64, shuffle=True, seed=0, drop_last=False):
    """Cuts two arrays into batches, each side in an order of its own that depends only on the seed and the epoch.

    An epoch shows every image of the longer side once. The shorter side begins again, in a new order, as often as
    that needs.

    Args:
        x: `(n, ...)`, usually images `(n, height, width, channels)` in [-1, 1]; handed out as float32.
        y: `(m, ...)`, the other side; n and m may differ.
        batch_size: images of each side in a batch.
        shuffle: whether each epoch has orders of its own; without, the sides come as they are.
        seed: whole number; the order of side s (0 or 1) in epoch e is made of permutations by
            `numpy.random.default_rng((seed, e, s))`.
        drop_last: whether a last batch of fewer than `batch_size` images is left out.

    Returns:
        An `UnpairedBatches`, which is a `keras.utils.PyDataset` like that of `batches`: `dataset[i]` is `(x, y)`.

    Raises:
        ValueError: an empty side, a batch size that is not a positive whole number, or `drop_last` with fewer images
            than one batch holds.
    """
    # Keras loads here and not above, so that reading data needs no backend.
    from course_utils.data.dataset import UnpairedBatches

    return UnpairedBatches(x, y, batch_size=batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last)
