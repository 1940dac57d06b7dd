"""TensorBoard's event files, by a library that needs no backend; without it a run has its table alone."""

MISSING = (
    "No TensorBoard files, as tensorboardX is not installed: pip install tensorboardX tensorboard. "
    "metrics.csv holds the same numbers."
)


class Events:
    """Writes the numbers of each epoch as scalars.

    Args:
        folder: where the files go.
        epochs: how many epochs went before. Readers leave out what an earlier life of the run wrote of later ones.

    Raises:
        ImportError: where tensorboardX is missing.
    """

    def __init__(self, folder, epochs):
        from tensorboardX import SummaryWriter

        # The suffix keeps two lives that begin in one second apart.
        suffix = f".after-{epochs:06d}"
        self._writer = SummaryWriter(str(folder), purge_step=epochs + 1, filename_suffix=suffix)

    def add(self, row):
        """Write the numbers of a row, a dict with the number of its `epoch`."""
        for name, value in row.items():
            if name != "epoch" and not isinstance(value, str):
                self._writer.add_scalar(name, value, row["epoch"])
        self._writer.flush()

    def close(self):
        """Finish the file."""
        self._writer.close()


class NoEvents:
    """Stands in where tensorboardX is missing, and writes nothing."""

    def add(self, row):
        """Do nothing."""

    def close(self):
        """Do nothing."""


def open_events(folder, epochs):
    """`Events`; where tensorboardX is missing, a line that says so, and `NoEvents`."""
    try:
        return Events(folder, epochs)
    except ImportError:
        print(MISSING, flush=True)
        return NoEvents()
