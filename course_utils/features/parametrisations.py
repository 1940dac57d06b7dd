"""The numbers that stand for an image while it is maximised; whatever they are, the image lies in (-1, 1).

Both end in a tanh. The Fourier basis only changes how steep each direction is, not what can be drawn: steps are large
where natural images vary much, in low frequencies and along the colours that vary together (Olah et al. 2017, "Feature
visualization", section on preconditioning).
"""

from dataclasses import dataclass

import numpy as np
from keras import ops

# What tanh gives of 4: pixels that are nearer to the edge start from here, or no gradient would move them.
NEAREST = 0.9993
# Of lucid (Apache 2.0): the square root of the covariance of the colours of ImageNet's photographs.
COLOUR_ROOT = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], "float32")
# Scaled so that its longest column has length 1.
COLOURS = COLOUR_ROOT / np.linalg.norm(COLOUR_ROOT, axis=0).max()


@dataclass(frozen=True)
class Pixel:
    """Each pixel by itself: image = tanh(parameters).

    Args:
        shape: `(height, width, channels)`.
        count: number of images.
        start: None for noise, or images `(count, height, width, channels)` in [-1, 1] to begin with.
        noise: standard deviation of the noise, before the tanh.

    Raises:
        ValueError: for another shape or count, or a start of another shape or range.
    """

    shape: tuple
    count: int = 1
    start: np.ndarray | None = None
    noise: float = 0.1

    def __post_init__(self):
        _check(self)

    def initial(self, random):
        """The parameters to begin with, float32, drawn from a `numpy.random.Generator`."""
        if self.start is not None:
            return self.parameters(self.start)
        return self.noise * random.standard_normal((self.count, *self.shape), dtype="float32")

    def images(self, parameters):
        """Tensor `(count, height, width, channels)` in (-1, 1)."""
        return ops.tanh(parameters)

    def parameters(self, images):
        """The parameters of given images, as a NumPy array; a pixel above 0.9993 in size is taken for 0.9993."""
        return np.arctanh(np.clip(np.asarray(images, "float32"), -NEAREST, NEAREST))


@dataclass(frozen=True)
class Fourier:
    """The image's spectrum, low frequencies scaled up; with three channels, colours that vary independently.

    image = tanh(colours(real part of the inverse transform of parameters / frequency)). The first of three channels is
    then about brightness, the others about colour.

    Args:
        shape: `(height, width, channels)`.
        count: number of images.
        start: None for noise, or images `(count, height, width, channels)` in [-1, 1] to begin with.
        noise: standard deviation of the parameters to begin with.
        power: of the frequency that a parameter is divided by; 0 makes all frequencies alike.

    Raises:
        ValueError: for another shape or count, or a start of another shape or range.
    """

    shape: tuple
    count: int = 1
    start: np.ndarray | None = None
    noise: float = 0.01
    power: float = 1.0

    def __post_init__(self):
        _check(self)

    def initial(self, random):
        """The parameters to begin with: float32 `(2, count, channels, height, width)`, real and imaginary parts."""
        if self.start is not None:
            return self.parameters(self.start)
        height, width, channels = self.shape
        return self.noise * random.standard_normal((2, self.count, channels, height, width), dtype="float32")

    def images(self, parameters):
        """Tensor `(count, height, width, channels)` in (-1, 1)."""
        spectrum = ops.multiply(parameters, self._scale())
        real, _ = ops.ifft2((spectrum[0], spectrum[1]))
        x = ops.transpose(real, (0, 2, 3, 1))
        return ops.tanh(ops.matmul(x, ops.convert_to_tensor(COLOURS.T)) if self.shape[-1] == 3 else x)

    def parameters(self, images):
        """The parameters of given images, as a NumPy array; a pixel above 0.9993 in size is taken for 0.9993."""
        x = np.arctanh(np.clip(np.asarray(images, "float64"), -NEAREST, NEAREST))
        x = x @ np.linalg.inv(COLOURS.T.astype("float64")) if self.shape[-1] == 3 else x
        spectrum = np.fft.fft2(x.transpose(0, 3, 1, 2)) / self._scale()
        return np.stack([spectrum.real, spectrum.imag]).astype("float32")

    def _scale(self):
        height, width, _ = self.shape
        frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))
        # The mean has frequency 0: it is scaled like the slowest wave.
        frequencies = np.maximum(frequencies, 1 / max(height, width))
        return (np.sqrt(height * width) / frequencies**self.power).astype("float32")


def _check(parametrisation):
    shape, count, start = parametrisation.shape, parametrisation.count, parametrisation.start
    if len(shape) != 3 or not all(isinstance(n, int | np.integer) and n > 0 for n in (*shape, count)):
        raise ValueError(
            "An image has the shape (height, width, channels), and there is at least one. "
            f"Received: shape={shape}, count={count}."
        )
    if start is None:
        return
    # NaN fails every comparison, so it is refused here too.
    if np.shape(start) != (count, *shape) or not np.abs(start).max() <= 1:
        raise ValueError(
            f"start must be {count} images of shape {tuple(shape)} in [-1, 1]. Received: shape {np.shape(start)}, "
            f"values from {np.min(start)} to {np.max(start)}."
        )
