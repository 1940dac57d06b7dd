"""What every `GAN.fit` watches: that losses stay finite, and that data follows the epoch."""

import keras
import numpy as np


class FiniteLosses(keras.callbacks.Callback):
    """Stops the run at the first step whose loss is not a number or infinite.

    Logs are means over an epoch so far, and a mean that has met a NaN stays one: the first step that shows it is the
    first that had it.

    Raises:
        FloatingPointError: names the loss, the step and the epoch (counted from 1). Weights stay readable.
    """

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.last = epoch, -1

    def on_train_batch_end(self, batch, logs=None):
        first, self.last = self.last + 1, batch
        bad = {name: float(v) for name, v in (logs or {}).items() if not np.isfinite(float(v))}
        if not bad:
            return
        steps = f"step {batch + 1}" if first == batch else f"one of the steps {first + 1} to {batch + 1}"
        raise FloatingPointError(
            f"{' and '.join(f'{name} became {value}' for name, value in bad.items())} at {steps} of epoch "
            f"{self.epoch + 1}. Training stopped there. Try a lower learning rate, clip gradients "
            "(clipnorm=1.0 in the optimizer), or look for a division or a logarithm of zero in the loss."
        )


class FollowEpoch(keras.callbacks.Callback):
    """Tells the data which epoch begins, so that a resumed run sees the order that a straight run would have.

    Args:
        data: a data set with an `epoch`.
        endless: None, or the `EndlessEpochs` of that data set, from which the batches are read.
    """

    def __init__(self, data, endless=None):
        super().__init__()
        self.data, self.endless = data, endless

    def on_epoch_begin(self, epoch, logs=None):
        self.data.epoch = epoch
        if self.endless is not None and self.endless.first is None:
            self.endless.first = epoch


class EndlessEpochs(keras.utils.PyDataset):
    """The batches of a data set epoch after epoch, in the orders that it has in each.

    Keras begins a new iterator for every epoch of a data set that ends, and one iterator for all of one that does not.
    A new one costs TensorFlow 35 to 44 ms with the digits of lesson 05: 1.6 to 2.0 of the 10 to 14 ms of each of the
    epoch's 22 steps.

    Args:
        data: a data set with a length, and with `batch(epoch, index)`, such as `data.batches`.

    Attributes:
        first: number of the epoch that comes first; None before training, when Keras looks at shapes only.
    """

    def __init__(self, data):
        super().__init__()
        self.data, self.first = data, None

    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        later, index = divmod(index, len(self.data))
        return self.data.batch((self.first or 0) + later, index)
