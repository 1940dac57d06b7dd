"""How large a convolution, a pooling or a transposed convolution leaves one side of an image.

A side is counted in pixels; height and width are computed one by one. The formulas are those of Dumoulin and Visin,
"A guide to convolution arithmetic for deep learning" (2016, arXiv:1603.07285), with the dilation of their section 5.1.
"""

from course_utils.arithmetic.integers import integer

PADDINGS = ("same", "valid")


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    """Side of a convolution's or a pooling's output: floor((I + 2P - D(N - 1) - 1) / S) + 1.

    Without dilation this is the floor((I + 2P - N) / S) + 1 of the lectures.

    Args:
        size: side I of the input, in pixels.
        kernel: side N of the kernel.
        stride: step S of the kernel.
        padding: pixels P added on each of the two sides, or as Keras names it: `"valid"` adds none, `"same"` adds as
            many as give ceil(I / S), whatever the kernel.
        dilation: distance D between neighbouring weights of the kernel; 1 where they touch.

    Returns:
        `int`, at least 1.

    Raises:
        TypeError: a value that is no integer.
        ValueError: a value out of range, another padding, or a kernel larger than the padded input.
    """
    shown = f"output_size = {_formula(size, kernel, stride, padding, dilation)}"
    size, kernel, stride, padding, dilation = _checked(shown, size, kernel, stride, padding, dilation)
    if padding == "same":
        return -(-size // stride)
    return _room(shown, size, kernel, padding, dilation) // stride + 1


def is_whole(size, kernel, stride=1, padding=0, dilation=1):
    """Whether the division in `output_size` leaves no remainder; where it leaves one, the kernel misses some pixels.

    With `"same"` the division is I / S. Arguments and errors are those of `output_size`.
    """
    shown = f"is_whole, the division in {_formula(size, kernel, stride, padding, dilation)}"
    size, kernel, stride, padding, dilation = _checked(shown, size, kernel, stride, padding, dilation)
    divided = size if padding == "same" else _room(shown, size, kernel, padding, dilation)
    return divided % stride == 0


def transposed_output_size(size, kernel, stride=1, padding=0, output_padding=None, dilation=1):
    """Side of a transposed convolution's output: (I - 1)S - 2P + D(N - 1) + 1 + output padding.

    Args:
        size: side I of the input, in pixels.
        kernel: side N of the kernel.
        stride: factor S by which the output grows.
        padding: pixels P cut off each of the two sides (what the forward convolution would have added), or as Keras
            names it: `"same"` gives I S; `"valid"` cuts none, and gives (I - 1)S + the larger of S and D(N - 1) + 1.
        output_padding: pixels added on one side, fewer than the stride (or the dilation); `None` is 0 for a number P,
            and Keras's choice for a named padding. A number here, with `"same"`, gives (I - 1)S + (1 for an odd
            D(N - 1) + 1, else 0) + output padding, as in Keras.
        dilation: distance D between neighbouring weights of the kernel.

    Returns:
        `int`, at least 1.

    Raises:
        TypeError: a value that is no integer.
        ValueError: a value out of range, another padding, or one that leaves nothing of the output.
    """
    shown = f"transposed_output_size = {_transposed_formula(size, kernel, stride, padding, output_padding, dilation)}"
    size, kernel, stride, padding, dilation = _checked(shown, size, kernel, stride, padding, dilation)
    added = 0 if output_padding is None else integer("output_padding", output_padding, 0, shown)
    if added >= max(stride, dilation):
        raise ValueError(
            f"{shown}: output_padding must be smaller than the stride or the dilation. Received: "
            f"output_padding={added}, stride={stride}, dilation={dilation}. Lower it, or raise the stride."
        )
    extent, spread = dilation * (kernel - 1) + 1, (size - 1) * stride
    if padding == "same":
        result = spread + (stride if output_padding is None else extent % 2 + added)
    elif padding == "valid":
        result = spread + (max(extent, stride) if output_padding is None else extent + added)
    else:
        result = spread + extent + added - 2 * padding
    if result < 1:
        raise ValueError(
            f"{shown} leaves {result} pixels. Received: size={size}, kernel={kernel}, stride={stride}, "
            f"padding={padding!r}, output_padding={output_padding}. Lower the padding, or enlarge the kernel."
        )
    return result


def _formula(size, kernel, stride, padding, dilation):
    """The formula with its numbers in it, whatever they are."""
    if _is(padding, "same"):
        return f"ceil({size} / {stride})"
    padding = 0 if _is(padding, "valid") else padding
    return f"floor(({size} + 2*{padding} - {dilation}*({kernel} - 1) - 1) / {stride}) + 1"


def _transposed_formula(size, kernel, stride, padding, output_padding, dilation):
    if output_padding is None and _is(padding, "same"):
        return f"{size} * {stride}"
    spread, extent = f"({size} - 1)*{stride}", f"{dilation}*({kernel} - 1) + 1"
    if output_padding is None and _is(padding, "valid"):
        return f"{spread} + max({extent}, {stride})"
    added = 0 if output_padding is None else output_padding
    if _is(padding, "same"):
        return f"{spread} + ({extent}) mod 2 + {added}"
    return f"{spread} - 2*{0 if _is(padding, 'valid') else padding} + {extent} + {added}"


def _is(padding, name):
    return isinstance(padding, str) and padding.lower() == name


def _checked(shown, size, kernel, stride, padding, dilation):
    if not isinstance(padding, str):
        padding = integer("padding", padding, 0, shown)
    elif (padding := padding.lower()) not in PADDINGS:
        raise ValueError(f"{shown}: padding is a number of pixels, or one of {PADDINGS}. Received: padding={padding!r}")
    named = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
    size, kernel, stride, dilation = (integer(name, value, 1, shown) for name, value in named.items())
    return size, kernel, stride, padding, dilation


def _room(shown, size, kernel, padding, dilation):
    """How many pixels the kernel can move from its first place."""
    padded = size if padding == "valid" else size + 2 * padding
    extent = dilation * (kernel - 1) + 1
    if extent > padded:
        raise ValueError(
            f"{shown}: the kernel covers {extent} pixels and the padded input has {padded}. "
            f"Received: size={size}, kernel={kernel}, padding={padding!r}, dilation={dilation}. "
            "Enlarge the input or the padding, or take a smaller kernel."
        )
    return padded - extent
