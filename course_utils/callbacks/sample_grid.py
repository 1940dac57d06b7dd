"""Samples of one fixed noise vector and the losses so far, in one display that is updated in place."""

import time

import keras
import matplotlib.pyplot as plt

from course_utils import plotting


class SampleGrid(keras.callbacks.Callback):
    """Shows how the same latent vectors turn into images while training goes on.

    In a notebook, one display holds the losses and the grid, and is updated in place; elsewhere a line of text is
    printed. The images of every shown epoch stay in `frames`.

    Args:
        images: how many samples, a multiple of 8 fills the grid.
        every: epochs between two displays; the last epoch is always shown.
        seed: integer that fixes the latent vectors.
        draw: function of the model and the latent vectors (None where the model has no `latent_dim`) that gives images
            `(n, height, width, channels)` in [-1, 1]; None: the model's `generate`.
        columns: images in a row of the display.
        ylabel: name of the losses' axis, with their unit: not every loss is measured in nats.

    Attributes:
        frames: list of (epoch, images); the first stands before training: epoch 0, or the epoch after which a
            `Checkpoint` that is listed before this callback resumed.

    Raises:
        ValueError: where `images`, `every` or `columns` is not a positive integer.
    """

    def __init__(self, images=32, every=10, seed=0, draw=None, columns=8, ylabel="loss (nats)"):
        super().__init__()
        for name, value in (("images", images), ("every", every), ("columns", columns)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a positive integer. Received: {name}={value!r}.")
        self.images, self.every, self.seed, self.draw = images, every, seed, draw
        self.look = {"columns": columns, "ylabel": ylabel}
        self.frames, self.history, self.handle = [], {}, None

    def on_train_begin(self, logs=None):
        latent_dim = getattr(self.model, "latent_dim", None)
        self.latent = self.model.latent(self.images, self.seed) if latent_dim else None
        self.started = time.perf_counter()
        # Each `fit` has its own cell, and so its own display.
        self.handle = None
        if not self.frames:
            self._keep(self.model._initial_epoch or 0)

    def on_epoch_end(self, epoch, logs=None):
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        self.epoch = epoch + 1
        if self.epoch % self.every == 0:
            self._show()

    def on_train_end(self, logs=None):
        if self.history and self.frames[-1][0] != self.epoch:
            self._show()

    def _show(self):
        self._keep(self.epoch)
        losses = ", ".join(f"{name} {values[-1]:.3f}" for name, values in self.history.items())
        text = f"epoch {self.epoch}, {time.perf_counter() - self.started:.0f} s: {losses}"
        if not _in_notebook():
            print(text)
            return
        from IPython.display import display

        figure = plotting.training_progress(self.frames[-1][1], self.history, title=text, **self.look)
        plt.close(figure)
        if self.handle is None:
            self.handle = display(figure, display_id=True)
        else:
            self.handle.update(figure)

    def _keep(self, epoch):
        draw = self.draw or (lambda model, latent: model.generate(latent))
        self.frames.append((epoch, draw(self.model, self.latent)))


def _in_notebook():
    """Whether an IPython kernel shows rich displays here (a terminal's IPython does not)."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")
