"""A clean stop: Ctrl-C and SIGTERM end a run after the step that it is in; a second one ends it at once."""

import os
import signal

import keras

SIGNALS = (signal.SIGINT, signal.SIGTERM)
HEARD = b"\nStopping after this step; once more ends at once.\n"


class StoppedError(Exception):
    """A run was asked to stop; `signal` is the number of the signal, `epoch` the one that was begun, from 1."""

    def __init__(self, number, epoch):
        super().__init__(f"stopped by {signal.Signals(number).name} in epoch {epoch}")
        self.signal, self.epoch = number, epoch


class StopOnSignal(keras.callbacks.Callback):
    """Hears signals in a `with` statement, and raises `StoppedError` from `fit` at the end of the running step.

    No epoch ends by it, so that no checkpoint is made of half an epoch.
    """

    def __init__(self):
        super().__init__()
        self.heard, self._before = None, {}

    def __enter__(self):
        self._before = {number: signal.signal(number, self._hear) for number in SIGNALS}
        return self

    def __exit__(self, *error):
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1
        self._stop()

    def on_train_batch_end(self, batch, logs=None):
        self._stop()

    def _hear(self, number, frame):
        self.heard = number
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        # Python's own streams must not be entered twice, and the signal may have come while one was written to.
        os.write(2, HEARD)

    def _stop(self):
        if self.heard is not None:
            raise StoppedError(self.heard, self.epoch)
