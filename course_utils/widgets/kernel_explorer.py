"""Classic kernels on a photograph, under the reader's hand."""

import numpy as np

from course_utils import plotting
from course_utils.data.photographs import photograph
from course_utils.widgets.explorer import Explorer, choice, real, whole

SIZE = 128
PADDINGS = ("valid", "same")


def _row(*weights):
    return np.array([weights], "float32")


# The weights add up to 1, which keeps the brightness; or to 0, and then the positive ones to 1.
KERNELS = {
    "blur, 3×3 mean": np.full((3, 3), 1 / 9, "float32"),
    "blur, 7×7 mean": np.full((7, 7), 1 / 49, "float32"),
    "blur, Gaussian 5×5": _row(1, 4, 6, 4, 1).T @ _row(1, 4, 6, 4, 1) / 256,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "float32"),
    "Sobel x": _row(1, 2, 1).T @ _row(-1, 0, 1) / 4,
    "Sobel y": _row(-1, 0, 1).T @ _row(1, 2, 1) / 4,
    "Laplacian": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], "float32") / 4,
    "emboss": np.array([[-2, -1, 0], [-1, 2, 1], [0, 1, 2]], "float32") / 2,
}


def explorer(name="coffee"):
    """`Explorer` of a kernel, its strength, stride and padding on a grey photograph of 128×128 pixels.

    Args:
        name: one of `data.photographs.photograph_names()`.
    """
    image = photograph(name, size=SIZE).mean(axis=-1)
    return Explorer(
        lambda **settings: (figure(image, **settings), words(image, **settings)),
        kernel=choice("kernel", list(KERNELS)),
        strength=real("strength", 1.0, -1.0, 2.0),
        stride=whole("stride", 1, 1, 4),
        padding=choice("padding", list(PADDINGS)),
    )


def figure(image, kernel="Sobel x", strength=1.0, stride=1, padding="valid"):
    """The explorer's picture as a matplotlib figure, for a grey picture `(height, width)` in [-1, 1]."""
    weights = blended(kernel, strength)
    return plotting.filtering(image, weights, correlate(image, weights, stride, padding))


def words(image, kernel, strength, stride, padding):
    """What the explorer shows, as one line of text."""
    weights = blended(kernel, strength)
    result = correlate(image, weights, stride, padding)
    return (
        f"{kernel}, strength {strength:.1f}: the weights add up to {weights.sum():.2f}. "
        f"{image.shape[0]}×{image.shape[1]} becomes {result.shape[0]}×{result.shape[1]}; "
        f"values from {result.min():.2f} to {result.max():.2f}, shown from -1 (black) to 1 (white)."
    )


def blended(kernel, strength):
    """A kernel mixed with the one that changes nothing: strength 0 gives the picture back, 1 the kernel as it is.

    Convolution is linear in the kernel, so mixing kernels mixes pictures: result = (1 - strength) picture + strength
    filtered picture.

    Args:
        kernel: one of `KERNELS`.
        strength: real number; beyond 1 the change is exaggerated, below 0 it is reversed.

    Returns:
        `(rows, columns)`, float32.

    Raises:
        ValueError: unknown kernel.
    """
    if kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(map(repr, KERNELS))}. Received: kernel={kernel!r}.")
    weights = KERNELS[kernel]
    unchanged = np.zeros_like(weights)
    unchanged[weights.shape[0] // 2, weights.shape[1] // 2] = 1
    return (1 - strength) * unchanged + strength * weights


def correlate(image, kernel, stride=1, padding="valid"):
    """What Keras's `Conv2D` computes for one channel and one filter: the kernel is not flipped.

    In plain NumPy, as a slider needs an answer at once: some backends would compile anew for every size.

    Args:
        image: `(height, width)`.
        kernel: `(rows, columns)`.
        stride: pixels between neighbouring places of the kernel.
        padding: `"valid"` for none, `"same"` for as many zeros as Keras adds.

    Returns:
        `(height, width)` of the output.

    Raises:
        ValueError: another padding.
    """
    if padding not in PADDINGS:
        raise ValueError(f"padding must be one of {', '.join(map(repr, PADDINGS))}. Received: padding={padding!r}.")
    if padding == "same":
        image = np.pad(image, [_zeros(n, k, stride) for n, k in zip(image.shape, kernel.shape, strict=True)])
    places = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return np.einsum("yxab,ab->yx", places, kernel)


def _zeros(pixels, kernel, stride):
    """Zeros before and after; where their number is odd, Keras puts the extra one after."""
    total = max((-(-pixels // stride) - 1) * stride + kernel - pixels, 0)
    return total // 2, total - total // 2
