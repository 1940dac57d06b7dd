"""What is written down of every epoch: a row of numbers, now and then a sheet of samples, and a line of text."""

import time

import keras

from course_utils.train import sheets
from course_utils.train.events import NoEvents, open_events
from course_utils.train.table import Table

TIMES = ("epoch", "seconds", "images_per_second")


class Watch(keras.callbacks.Callback):
    """Writes each epoch's row and sheet. It stands before the `Checkpoint`: a saved epoch then has all its files.

    Args:
        folder: `folder.RunFolder`.
        settings: `options.Settings`.
        source: `sources.Source`.
        measure: `measures.Measure`, or None.
        columns: names of the losses, as `fit` logs them.
    """

    def __init__(self, folder, settings, source, measure, columns):
        super().__init__()
        self.folder, self.settings, self.source, self.measure = folder, settings, source, measure
        self.table = Table(folder.metrics, [*TIMES, *columns, *(measure.names if measure else ())])
        self.row, self.events, self.begun = None, NoEvents(), False

    def on_epoch_begin(self, epoch, logs=None):
        if not self.begun:
            self.begun = True
            self.table.keep(epoch)
            self.events = open_events(self.folder.tensorboard, epoch)
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds, epoch = time.perf_counter() - self.started, epoch + 1
        images = len(self.source.batches) * self.source.batches.batch_size
        self.row = {"epoch": epoch, "seconds": round(seconds, 3), "images_per_second": round(images / seconds, 1)}
        self.row |= {name: float(value) for name, value in logs.items()}
        if self._due(epoch, self.settings.every):
            self._draw(epoch)
        if self.measure and self._due(epoch, self.settings.measure_every):
            self.row |= self.measure.measure(self.model)
        self.table.add(self.row)
        self.events.add(self.row)

    def close(self):
        """Finish the event file."""
        self.events.close()

    def _due(self, epoch, every):
        return epoch % every == 0 or epoch == self.settings.epochs

    def _draw(self, epoch):
        s = self.settings
        title = f"{s.game} on {s.dataset}, epoch {epoch}"
        figure = sheets.draw(s.game, self.model, self.source.test, s.seed, title)
        sheets.save(figure, self.folder.samples / f"epoch-{epoch:06d}.png")


class Report(keras.callbacks.Callback):
    """Prints one line an epoch. It stands after the `Checkpoint`: an epoch that is reported is saved."""

    def __init__(self, watch, epochs):
        super().__init__()
        self.watch, self.epochs = watch, epochs

    def on_epoch_end(self, epoch, logs=None):
        print(line(self.watch.row, self.epochs), flush=True)


def line(row, epochs):
    """One epoch's row, a dict, as a line of text."""
    numbers = (f"{name} {_short(value)}" for name, value in row.items() if name not in TIMES)
    head = f"epoch {row['epoch']:{len(str(epochs))}}/{epochs}  {row['seconds']:.1f} s  "
    return f"{head}{row['images_per_second']:.0f} images/s  {'  '.join(numbers)}"


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)
