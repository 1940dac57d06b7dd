"""Exact resuming: a run that was killed and started again ends where it would have ended."""

import hashlib
import json
import os
import warnings
from pathlib import Path

import h5py
import keras

from course_utils import autodiff

STATE = "random_state"


class Checkpoint(keras.callbacks.Callback):
    """Saves everything at the end of each epoch, and continues from there when `fit` is called again.

    Weights, both optimisers, every seed and the history are saved; the data's order follows from its seed and the
    epoch. A run that was killed repeats the epoch that it was in. Start it again with the same cell: the same model,
    data and `epochs`. Losses and weights are then those of a run that was never killed, to the bit on one machine.

    Args:
        folder: where the files go; made if needed. Delete it to start anew.
        keep: how many of the last epochs to keep, at least 2: the newest may have been cut short by a power cut.

    Attributes:
        history: dict from the name of a loss or metric to its values, one an epoch, of all runs together.

    Raises:
        ValueError: at the start of `fit`, for a model that is no `GAN`, for data whose order cannot be restored, for
            data other than that of the saved run, or for a checkpoint of another model.
    """

    def __init__(self, folder, keep=2):
        super().__init__()
        if isinstance(keep, bool) or not isinstance(keep, int) or keep < 2:
            raise ValueError(f"keep must be an integer of at least 2. Received: keep={keep!r}.")
        self.folder, self.keep, self.history = Path(folder), keep, {}

    def on_train_begin(self, logs=None):
        if not hasattr(self.model, "training_data"):
            raise ValueError(
                f"Exact resuming needs a GAN of this course, which saves its seeds. Received: "
                f"{type(self.model).__name__}. Use keras.callbacks.BackupAndRestore."
            )
        self.data = _description(self.model.training_data)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.history = {}
        # Oldest first; a broken newest one leaves the one before it.
        for record in reversed(_records(self.folder)):
            if (saved := _intact(record)) is not None:
                self._restore(record, saved)
                return

    def on_epoch_end(self, epoch, logs=None):
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        weights = self.folder / f"epoch-{epoch + 1:06d}.weights.h5"
        self._write_weights(weights)
        saved = {"epoch": epoch + 1, "data": self.data, "history": self.history, "sha256": _digest(weights)}
        _write_whole(weights.with_suffix(".json"), json.dumps(saved, indent=1).encode())
        for record in _records(self.folder)[: -self.keep]:
            # The record goes first: weights without one are never read.
            record.unlink()
            record.with_suffix(".h5").unlink(missing_ok=True)

    def _write_weights(self, path):
        draft = path.with_name(f"draft-{path.name}")
        self.model.save_weights(draft)
        with h5py.File(draft, "a") as file:
            file[STATE] = autodiff.random_state()
        _flush(draft)
        os.replace(draft, path)

    def _restore(self, record, saved):
        if saved["data"] != self.data:
            raise ValueError(
                f"The checkpoints in {self.folder} belong to a run on other data: {saved['data']}. "
                f"Received: {self.data}. Train on the same batches, or choose another folder."
            )
        weights = record.with_suffix(".h5")
        try:
            with warnings.catch_warnings():
                # Keras only warns where an optimiser is another one, and then starts it anew.
                warnings.filterwarnings("error", "Skipping variable loading")
                self.model.load_weights(weights)
        except (ValueError, KeyError, UserWarning) as error:
            raise ValueError(
                f"The checkpoints in {self.folder} belong to another model ({error}). "
                "Build and compile the model as it was, or choose another folder."
            ) from error
        with h5py.File(weights) as file:
            autodiff.set_random_state(file[STATE][...])
        self.history = saved["history"]
        self.model._initial_epoch = saved["epoch"]
        print(f"Resumed after epoch {saved['epoch']} from {self.folder}.")


def _records(folder):
    """Records of the saved epochs, oldest first."""
    return sorted(folder.glob("epoch-*.weights.json"))


def _intact(record):
    """The record's content where it and its weights are whole; None, and a warning, where they are not."""
    weights = record.with_suffix(".h5")
    try:
        saved = json.loads(record.read_text())
    except json.JSONDecodeError:
        saved = {}
    if weights.exists() and saved.get("sha256") == _digest(weights):
        return saved
    warnings.warn(f"The checkpoint {weights} was cut short; the one before it is used.", stacklevel=2)
    return None


def _description(data):
    names = ("num_samples", "batch_size", "shuffle", "seed", "drop_last")
    if not all(hasattr(data, name) for name in (*names, "epoch")):
        raise ValueError(
            "Exact resuming needs data whose order it can restore. "
            f"Received: {type(data).__name__}. Pass fit course_utils.data.batches(images, ...)."
        )
    return {name: getattr(data, name) for name in names}


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_whole(path, content):
    draft = path.with_name(f"draft-{path.name}")
    draft.write_bytes(content)
    _flush(draft)
    os.replace(draft, path)


def _flush(path):
    with path.open("rb+") as file:
        os.fsync(file.fileno())
