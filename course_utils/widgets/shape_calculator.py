"""The size of a convolution's or a pooling's output, under the reader's hand."""

from course_utils import plotting
from course_utils.arithmetic import is_whole, output_size
from course_utils.widgets.explorer import Explorer, whole


def explorer(size=8, kernel=3, stride=2, padding=0):
    """`Explorer` of where a kernel lands, with the formula and a warning where pixels are left out.

    Args:
        size: side of the input at first, 1 to 256 pixels.
        kernel: side of the kernel at first, 1 to 16.
        stride: step of the kernel at first, 1 to 8.
        padding: pixels added on each side at first, 0 to 8.
    """
    return Explorer(
        _draw,
        size=whole("size I", size, 1, 256),
        kernel=whole("kernel N", kernel, 1, 16),
        stride=whole("stride S", stride, 1, 8),
        padding=whole("padding P", padding, 0, 8),
    )


def figure(size, kernel, stride, padding):
    """The explorer's picture as a matplotlib figure."""
    return plotting.landings(size, kernel, stride, padding)


def words(size, kernel, stride, padding):
    """The formula with its numbers, and a warning where the division is not whole or pixels are left out."""
    if kernel > size + 2 * padding:
        return (
            f"Warning: the kernel has {kernel} pixels a side, the padded input {size} + 2·{padding} = "
            f"{size + 2 * padding}, so it fits nowhere. Raise the size or the padding, or lower the kernel."
        )
    quotient = (size + 2 * padding - kernel) / stride
    result = output_size(size, kernel, stride, padding)
    formula = f"⌊({size} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = ⌊{quotient:.5g}⌋ + 1 = {result}"
    return f"{formula}. {_fate(size, kernel, stride, padding)}"


def _fate(size, kernel, stride, padding):
    division = "whole" if is_whole(size, kernel, stride, padding) else "not whole"
    unseen = int((~plotting.touched(size, kernel, stride, padding)[padding : padding + size]).sum())
    if unseen:
        cause = "the stride is larger than the kernel" if stride > kernel else "the kernel stops before the end"
        return (
            f"Warning: the division is {division}, and {unseen} of the image's {size} columns, and as many rows, "
            f"are never touched: {cause}."
        )
    if division == "whole":
        return "The division is whole, and every pixel is touched."
    return "Warning: the division is not whole. Only padding is left over, so every pixel of the image is touched."


def _draw(**numbers):
    return figure(**numbers), words(**numbers).replace("Warning:", "<b>Warning:</b>")
