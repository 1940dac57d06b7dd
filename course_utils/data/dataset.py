"""The `keras.utils.PyDataset` objects that `batches` and `unpaired_batches` return."""

from numbers import Integral

import keras
import numpy as np


class Batches(keras.utils.PyDataset):
    """Batches of arrays, in an order that depends only on `(seed, epoch)`; see `batches` for the arguments.

    `dataset[i]` changes nothing that a later batch depends on: Keras may look at batches before training, and may
    fetch them ahead from another thread.

    `epoch` names the order in force. Whoever resumes a run sets it, before the epoch's first batch; a callback's
    `on_epoch_begin` is early enough on every backend. Nobody has to: at the end of an epoch in which every batch was
    handed out, the data set goes on to the next number by itself, so that plain `fit` sees a new order each epoch.
    One case is not exact: with fewer than three batches, a `fit` that still has to build its model may count Keras's
    look at the first batches as an epoch. Setting `epoch` is exact there too.

    Attributes:
        epoch: number of the epoch whose order is in force, from 0.
        batch_size: images in a batch; the last batch may hold fewer.
        num_samples: images in the arrays.
    """

    def __init__(self, images, labels=None, batch_size=64, shuffle=True, seed=0, drop_last=False):
        super().__init__()
        self._arrays = self._checked(images, labels)
        self.num_samples = max(map(len, self._arrays))
        self.batch_size = _checked_whole("batch_size", batch_size, at_least=1)
        self.seed = _checked_whole("seed", seed, at_least=0)
        self.shuffle = bool(shuffle)
        self.drop_last = bool(drop_last)
        if len(self) == 0:
            raise ValueError(
                "drop_last leaves no batch: batch_size must be at most the number of images, or drop_last False. "
                f"Received: batch_size={batch_size} with {self.num_samples} images"
            )
        self._counting = False
        self._order = None
        self.epoch = 0

    def __len__(self):
        whole, rest = divmod(self.num_samples, self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(f"The batch's index must be from 0 to {len(self) - 1}. Received: {index}")
        if self._counting:
            self._handed_out.add(index)
        return self.batch(self._epoch, index)

    def batch(self, epoch, index):
        """A batch of any epoch, whichever is in force."""
        part = slice(index * self.batch_size, (index + 1) * self.batch_size)
        batch = tuple(array[rows[part]] for array, rows in zip(self._arrays, self._rows(epoch), strict=True))
        return batch if len(batch) > 1 else batch[0]

    @property
    def epoch(self):
        return self._epoch

    @epoch.setter
    def epoch(self, value):
        self._epoch = _checked_whole("epoch", value, at_least=0)
        self._handed_out = set()

    def on_epoch_begin(self):
        self._counting = True

    def on_epoch_end(self):
        # Keras also calls this once before the first epoch, and on some backends after building the model from the
        # first batches: only an epoch that handed out everything counts.
        self._counting = False
        if len(self._handed_out) == len(self):
            self.epoch += 1

    @property
    def labels(self):
        """What stands beside the images, all of it in the arrays' own order; None where nothing does."""
        return self._arrays[1] if len(self._arrays) > 1 else None

    def _rows(self, epoch):
        # One tuple, replaced in one step: a thread that fetches ahead never sees the order of another epoch.
        if self._order is None or self._order[0] != epoch:
            self._order = (epoch, self._rows_of_each(epoch))
        return self._order[1]

    def _rows_of_each(self, epoch):
        """The order of each array; here one for all, so that images and labels stay together."""
        rows = np.arange(self.num_samples)
        if self.shuffle:
            rows = np.random.default_rng((self.seed, epoch)).permutation(self.num_samples)
        return [rows] * len(self._arrays)

    def _checked(self, images, labels):
        arrays = _filled([images] if labels is None else [images, labels])
        lengths = [len(array) for array in arrays]
        if len(set(lengths)) > 1:
            raise ValueError(f"images and labels must have the same length. Received: {lengths[0]} and {lengths[1]}")
        return [arrays[0].astype(np.float32, copy=False)] + [_compact(array) for array in arrays[1:]]


class UnpairedBatches(Batches):
    """Batches of two sets of images, each in an order of its own; see `unpaired_batches` for the arguments.

    Attributes are those of `Batches`; `num_samples` is the longer side's number of images.
    """

    def _rows_of_each(self, epoch):
        return [self._rows_of_side(epoch, side) for side in range(2)]

    def _rows_of_side(self, epoch, side):
        n = len(self._arrays[side])
        if not self.shuffle:
            return np.arange(self.num_samples) % n
        random = np.random.default_rng((self.seed, epoch, side))
        rounds = -(-self.num_samples // n)
        return np.concatenate([random.permutation(n) for _ in range(rounds)])[: self.num_samples]

    def _checked(self, x, y):
        return [array.astype(np.float32, copy=False) for array in _filled([x, y])]


def _filled(arrays):
    arrays = [np.asarray(array) for array in arrays]
    if min(len(array) if array.ndim else 0 for array in arrays) == 0:
        raise ValueError(f"batches needs at least one image. Received: shapes {[array.shape for array in arrays]}")
    return arrays


def _compact(array):
    return array.astype(np.int32 if array.dtype.kind in "iub" else np.float32, copy=False)


def _checked_whole(name, value, at_least):
    if isinstance(value, bool) or not isinstance(value, Integral) or value < at_least:
        raise ValueError(f"{name} must be a whole number, at least {at_least}. Received: {name}={value!r}")
    return int(value)
