"""What an attack hands back."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class AttackResult:
    """What an attack did, image by image.

    Attributes:
        images: the changed images `(n, height, width, channels)`, float32; where the goal was never met, as the last
            step left them.
        success: `(n,)`, whether the goal is met for these very images.
        size: `(n,)`, size of the change in the attack's norm.
        steps: `(n,)`, gradient steps taken when the goal was first met, those of failed restarts included; 0 where
            the given image or its random start met it already. Where it was never met, all that were taken.
    """

    images: np.ndarray
    success: np.ndarray
    size: np.ndarray
    steps: np.ndarray

    @property
    def success_rate(self):
        """Share of the images for which the goal is met."""
        return float(self.success.mean())
