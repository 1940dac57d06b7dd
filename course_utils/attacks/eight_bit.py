"""The smallest attack that a file of 8 bits can hold: the sign of the gradient times one of 255 steps."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from course_utils.attacks.checks import checked_count, checked_images, checked_range
from course_utils.attacks.loop import BATCH, Hooks, run
from course_utils.attacks.norms import Linf

LEVELS = 255


def quantum(pixel_range=(-1.0, 1.0)):
    """The distance between two levels of an 8-bit image in a pixel range: 2/255 = 0.0078 on [-1, 1]."""
    low, high = checked_range(pixel_range)
    return (high - low) / LEVELS


def to_8_bit(images, pixel_range=(-1.0, 1.0)):
    """The levels 0 to 255, uint8, that are nearest to images `(n, height, width, channels)` in the pixel range.

    Raises:
        ValueError: for images of another shape or range.
    """
    low, _ = checked_range(pixel_range)
    images = checked_images(images, pixel_range).astype("float64")
    return np.rint((images - low) / quantum(pixel_range)).astype("uint8")


def from_8_bit(levels, pixel_range=(-1.0, 1.0)):
    """The float32 images in the pixel range that hold levels 0 to 255."""
    return _grid(pixel_range)[levels]


@dataclass(frozen=True)
class EightBitSign:
    """Sign of the gradient times one 8-bit level; with more steps, the basic iterative method on 8-bit images.

    Args:
        steps: steps of one level each; an image changes by at most as many levels.
        pixel_range: the values of the levels 0 and 255.

    Raises:
        ValueError: for steps that are no positive whole number, or another pixel range.
    """

    steps: int = 1
    pixel_range: tuple = (-1.0, 1.0)

    def __post_init__(self):
        checked_count("steps", self.steps)
        checked_range(self.pixel_range)

    def __call__(self, model, images, goal, batch_size=BATCH):
        """Attack 8-bit images `(n, height, width, channels)`; see `run` for arguments, result and errors.

        Raises:
            ValueError: where the images lie between the levels, besides what `run` raises.
        """
        images = checked_images(images, self.pixel_range)
        self._check_levels(images)
        grid, norm = _grid(self.pixel_range), Linf()
        low, size = float(grid[0]), quantum(self.pixel_range)

        def step(x, gradient):
            return x + size * norm.direction(gradient)

        def project(x, images):
            levels = ops.round((ops.clip(x, grid[0], grid[-1]) - low) / size)
            return ops.take(ops.convert_to_tensor(grid), ops.cast(levels, "int32"))

        hooks = Hooks(ops.convert_to_tensor, step, project, self.steps)
        return run(model, images, goal, hooks, norm, pixel_range=self.pixel_range, batch_size=batch_size)

    def _check_levels(self, images):
        off = np.abs(from_8_bit(to_8_bit(images, self.pixel_range), self.pixel_range) - images).max()
        if off > quantum(self.pixel_range) / 100:
            raise ValueError(
                "The images must hold 8-bit levels. "
                f"Received: pixels up to {off:.2g} away from the nearest level. "
                "Round them first: from_8_bit(to_8_bit(images))."
            )


def _grid(pixel_range):
    low, _ = checked_range(pixel_range)
    return (low + quantum(pixel_range) * np.arange(LEVELS + 1)).astype("float32")
