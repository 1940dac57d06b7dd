"""One run from its settings to its last file; started again, it goes on where it was."""

import contextlib
from dataclasses import asdict

import keras

from course_utils import autodiff
from course_utils.callbacks import Checkpoint
from course_utils.train import games, measures, sources
from course_utils.train.folder import RunFolder, whole
from course_utils.train.recipes import RECIPES
from course_utils.train.stop import StopOnSignal
from course_utils.train.watch import Report, Watch

NO_MEASURE = "No measures of quality: there is no frozen classifier for {dataset}, or the images are too small."


class RefusedError(Exception):
    """A run cannot begin as it was asked for; the text says why, and what to do."""


class Session:
    """A run that is ready to train, made inside `autodiff.spread`.

    Args:
        settings: `options.Settings`.
        out: folder of the run.

    Attributes:
        done: whether the run was finished before, so that there is nothing to do.

    Raises:
        RefusedError: for a folder of another run or one that cannot be made, or settings that the data or the networks
            cannot have.
        DownloadError: a public data set could not be read or downloaded.
    """

    def __init__(self, settings, out):
        self.settings, self.folder = settings, RunFolder(out)
        try:
            self._prepare()
        except (ValueError, OSError) as error:
            raise RefusedError(str(error)) from error

    def train(self):
        """Train to the last epoch, and write the GAN.

        Raises:
            StoppedError: where a signal asked for it.
            FloatingPointError: where a loss is not finite any more.
            RefusedError: for checkpoints that do not fit, or a folder in which another process trains.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self.folder.held())
            except ValueError as error:
                raise RefusedError(str(error)) from error
            stack.enter_context(contextlib.closing(self.watch))
            self._fit(stack.enter_context(StopOnSignal()))
            with whole(self.folder.model) as draft:
                self.gan.save(draft)
            self.folder.finish(self.settings.epochs)

    def _prepare(self):
        settings = self.settings
        conditions = {"backend": keras.backend.backend(), "precision": keras.config.dtype_policy().name}
        self.folder.check(asdict(settings) | conditions)
        self.done = self.folder.finished(settings.epochs)
        if self.done:
            return
        kind = RECIPES[settings.game].data
        self.source = sources.load(kind, settings.dataset, settings.size, settings.batch_size, settings.seed)
        measure = self._measure()
        self.gan = games.build(settings, self.source.shape, self.source.classes)
        self.folder.claim(asdict(settings) | conditions)
        columns = [metric.name for metric in self.gan.metrics]
        self.watch = Watch(self.folder, settings, self.source, measure, columns)

    def _fit(self, stop):
        epochs = self.settings.epochs
        # The signal is looked at first: nothing of an epoch that is about to begin is then written.
        callbacks = [stop, self.watch, Checkpoint(self.folder.checkpoints), Report(self.watch, epochs)]
        try:
            self.gan.fit(self.source.batches, epochs=epochs, verbose=0, callbacks=callbacks)
        except ValueError as error:
            if self.watch.begun:
                raise
            raise RefusedError(str(error)) from error

    def _measure(self):
        if not self.settings.measure_every:
            return None
        measure = measures.chosen(self.settings, self.source)
        if measure is None:
            print(NO_MEASURE.format(dataset=self.settings.dataset), flush=True)
        return measure


def run(settings, out):
    """Train a game as the settings say, on as many devices as they say, and return its `Session`.

    Raises:
        As `Session` and its `train`; `RefusedError` for devices that there are not, too.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(autodiff.spread(settings.devices))
        except ValueError as error:
            raise RefusedError(str(error)) from error
        session = Session(settings, out)
        if not session.done:
            session.train()
    return session
