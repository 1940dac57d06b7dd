"""What generators made for a step: anew for each turn, or once for the last turn of each side."""

import contextlib


class Fakes:
    """Holds what was made for a step whose turns share it; otherwise nothing.

    A plain object, so that Keras does not look for weights in what it holds.
    """

    def __init__(self):
        self.shown, self.seen = None, False

    @contextlib.contextmanager
    def showing(self, made, loss):
        """Let the loss of one turn see what was made.

        Raises:
            ValueError: where the loss does not look at it.
        """
        self.shown, self.seen = made, False
        try:
            yield
        finally:
            self.shown = None
        if not self.seen:
            raise ValueError(
                "share_fakes needs losses that call self.fake(batch) for what the generator makes. Received: "
                f"{loss.__qualname__}, which does not. Leave share_fakes out, or let the loss call it."
            )

    def take(self):
        """What is shown, or None."""
        self.seen = True
        return self.shown
