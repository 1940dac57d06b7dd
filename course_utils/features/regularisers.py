"""What keeps a maximised image from being noise: terms to subtract from an objective, and a blur between steps.

The terms look at the image only, and are means over its pixels, so that a weight means the same at every size.
"""

from dataclasses import dataclass

from keras import ops

from course_utils.features.objective import Objective

# The binomial kernel of three pixels, the smallest that blurs evenly.
BINOMIAL = (0.25, 0.5, 0.25)


def decay():
    """Mean square of the pixels: the L2 penalty of Simonyan et al. 2014 (arXiv:1312.6034), taken per pixel."""
    return Objective(lambda passage: _mean(ops.square(passage.images)), "decay()")


def total_variation():
    """Mean absolute difference of neighbouring pixels (Mahendran and Vedaldi 2015, arXiv:1412.0035, with beta = 1)."""

    def values(passage):
        x = passage.images
        return _mean(ops.abs(x[:, 1:] - x[:, :-1])) + _mean(ops.abs(x[:, :, 1:] - x[:, :, :-1]))

    return Objective(values, "total_variation()")


def high_frequencies():
    """Mean square of what a small blur takes away: a penalty on high frequencies alone.

    Of a checkerboard of -1 and 1 it is 1 but for the borders, of an even image 0 (Olah et al. 2017, "Feature
    visualization", on penalising the variance between a pixel and its neighbours).
    """
    return Objective(lambda passage: _mean(ops.square(passage.images - _blurred(passage.images))), "high_frequencies()")


@dataclass(frozen=True)
class Blur:
    """Blurs the images between steps (Yosinski et al. 2015, arXiv:1506.06579, section 3): a hook for `maximise`.

    Args:
        sigma: standard deviation of the Gaussian in pixels.
        every: steps between two blurs.

    Raises:
        ValueError: where one of them is not positive.
    """

    sigma: float = 0.5
    every: int = 4

    def __post_init__(self):
        if not self.sigma > 0 or self.every < 1:
            raise ValueError(
                f"sigma must be above 0 and every at least 1. Received: sigma={self.sigma!r}, every={self.every!r}."
            )

    def __call__(self, images, step):
        """Images `(n, height, width, channels)` after `step` steps, counted from 1; None where it leaves them alone."""
        from scipy.ndimage import gaussian_filter

        return gaussian_filter(images, (0, self.sigma, self.sigma, 0)) if step % self.every == 0 else None


def _blurred(images):
    """The binomial blur along both sides, with the border's pixels repeated outside."""
    height, width = images.shape[1:3]
    x = ops.concatenate([images[:, :1], images, images[:, -1:]], axis=1)
    x = sum(weight * x[:, i : i + height] for i, weight in enumerate(BINOMIAL))
    x = ops.concatenate([x[:, :, :1], x, x[:, :, -1:]], axis=2)
    return sum(weight * x[:, :, i : i + width] for i, weight in enumerate(BINOMIAL))


def _mean(x):
    return ops.mean(x, axis=(1, 2, 3))
