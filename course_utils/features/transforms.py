"""Small random moves of the image before each step, so that what excites a network must do so wherever it lies.

Mordvintsev et al. 2015 (jitter); Olah et al. 2017, "Feature visualization" (with scale and rotation). A step draws all
moves, multiplies their matrices and resamples the image once, bilinearly, with mid-grey (0) outside. The resampling is
a gather with weights rather than `keras.ops.image.affine_transform`: on one of the backends the gradient of that is an
approximation (off by up to 0.3 where the others are exact to 2e-7).
"""

from dataclasses import dataclass

import numpy as np
from keras import ops


@dataclass(frozen=True)
class Jitter:
    """Moves the image by up to so many whole pixels in each direction.

    Raises:
        ValueError: for a number of pixels that is negative or not whole.
    """

    pixels: int = 2

    def __post_init__(self):
        if not isinstance(self.pixels, int) or isinstance(self.pixels, bool) or self.pixels < 0:
            raise ValueError(f"pixels must be a whole number, at least 0. Received: pixels={self.pixels!r}.")

    def matrix(self, random):
        """A 3x3 matrix from the new image's (row, column, 1), counted from its middle, to the old one's."""
        down, right = random.integers(-self.pixels, self.pixels + 1, 2)
        return np.array([[1, 0, -down], [0, 1, -right], [0, 0, 1.0]])


@dataclass(frozen=True)
class Scale:
    """Enlarges the image about its middle by a factor between two.

    Raises:
        ValueError: where they are no positive numbers in order.
    """

    smallest: float = 0.9
    largest: float = 1.1

    def __post_init__(self):
        if not 0 < self.smallest <= self.largest:
            raise ValueError(
                "Scale takes two positive factors in order. "
                f"Received: smallest={self.smallest!r}, largest={self.largest!r}."
            )

    def matrix(self, random):
        """See `Jitter.matrix`."""
        factor = random.uniform(self.smallest, self.largest)
        return np.diag([1 / factor, 1 / factor, 1])


@dataclass(frozen=True)
class Rotate:
    """Turns the image about its middle by up to so many degrees either way, counterclockwise as positive.

    Raises:
        ValueError: for a negative number of degrees.
    """

    degrees: float = 5.0

    def __post_init__(self):
        if not self.degrees >= 0:
            raise ValueError(f"degrees must be at least 0. Received: degrees={self.degrees!r}.")

    def matrix(self, random):
        """See `Jitter.matrix`."""
        angle = np.deg2rad(random.uniform(-self.degrees, self.degrees))
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])


def draw(transforms, height, width, random):
    """Draws one move for images of a size: which pixels each new pixel is made of, and how much of each.

    Args:
        transforms: objects with `matrix(random)`, applied in their order.
        height: height of the images.
        width: their width.
        random: `numpy.random.Generator`.

    Returns:
        `(places, weights)`: `(4, height * width)`, int32 places in the flattened image and float32 weights.
    """
    matrix = np.eye(3)
    for transform in transforms:
        matrix = matrix @ transform.matrix(random)
    rows, columns = np.mgrid[:height, :width].reshape(2, -1)
    middle = np.array([[(height - 1) / 2], [(width - 1) / 2]])
    homogeneous = np.stack([rows - middle[0], columns - middle[1], np.ones(height * width)])
    # Rounding must not make a whole pixel's move look like a fraction of one.
    source = np.round((matrix @ homogeneous)[:2] + middle, 6)
    return _bilinear(source, height, width)


def apply(images, places, weights):
    """Resamples images `(batch, height, width, channels)` as `draw` says."""
    shape, weights = images.shape, ops.convert_to_tensor(weights)
    flat = ops.reshape(images, (shape[0], shape[1] * shape[2], shape[3]))
    parts = [ops.multiply(ops.take(flat, places[k], axis=1), weights[k][None, :, None]) for k in range(4)]
    return ops.reshape(sum(parts), shape)


def _bilinear(source, height, width):
    """The four neighbours of each place `(2, n)` and their weights; those outside the image weigh nothing."""
    corner = np.floor(source).astype(int)
    share = source - corner
    places, weights = [], []
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        row, column = corner[0] + down, corner[1] + right
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        weight = (share[0] if down else 1 - share[0]) * (share[1] if right else 1 - share[1])
        places.append(np.where(inside, row * width + column, 0))
        weights.append(np.where(inside, weight, 0))
    return np.array(places, "int32"), np.array(weights, "float32")
