"""The embedded photographs: those that ship inside scikit-image and scikit-learn, and load without a network."""

from numbers import Integral

import numpy as np

from course_utils.data.resize import resize

# Name in the course, to the library and its own name. The test reads them all with the network's door shut.
_SOURCES = {
    "astronaut": ("scikit-image", "astronaut"),
    "camera": ("scikit-image", "camera"),
    "cat": ("scikit-image", "cat"),
    "china": ("scikit-learn", "china.jpg"),
    "coffee": ("scikit-image", "coffee"),
    "flower": ("scikit-learn", "flower.jpg"),
    "rocket": ("scikit-image", "rocket"),
}


def photograph_names():
    """Returns the names that `photograph` knows."""
    return tuple(_SOURCES)


def photograph(name="coffee", size=None):
    """Reads one photograph.

    `"camera"` (Lav Varshney), `"cat"` (Stefan van der Walt) and `"coffee"` (Rachel Michetti) are CC0; `"astronaut"`
    (NASA) and `"rocket"` (SpaceX) are in the public domain. `"china"` (danielbuechele) and `"flower"` (vultilion) are
    CC BY 2.0: name the photographer where you publish them.

    Args:
        name: one of `photograph_names()`.
        size: height and width in pixels; the middle square is cut out and resized with an antialiasing cubic filter.
            `None` leaves the photograph as it is.

    Returns:
        `(height, width, channels)`, float32 in [-1, 1]; 1 channel for `"camera"`, 3 for the others.

    Raises:
        ValueError: unknown name, or a size that is no positive whole number.
    """
    if not isinstance(name, str) or name not in _SOURCES:
        known = ", ".join(map(repr, _SOURCES))
        raise ValueError(f"Unknown photograph; the known ones are {known}. Received: name={name!r}")
    if size is not None and (isinstance(size, bool) or not isinstance(size, Integral) or size < 1):
        raise ValueError(f"size must be a whole number of pixels, or None for all of them. Received: size={size!r}")
    image = _read(*_SOURCES[name]).astype(np.float32) / 127.5 - 1
    image = image.reshape(*image.shape[:2], -1)
    return image if size is None else resize(_middle_square(image)[np.newaxis], size, low=-1.0, high=1.0)[0]


def _read(library, name):
    if library == "scikit-image":
        from skimage import data

        return getattr(data, name)()
    from sklearn.datasets import load_sample_image

    return load_sample_image(name)


def _middle_square(image):
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]
