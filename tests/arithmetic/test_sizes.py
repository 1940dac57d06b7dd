import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from keras import layers, ops

from course_utils.arithmetic import is_whole, output_size, transposed_output_size

SIZES, KERNELS, STRIDES, DILATIONS = st.integers(1, 64), st.integers(1, 9), st.integers(1, 5), st.integers(1, 4)
NAMED = st.sampled_from(["same", "valid"])


@st.composite
def windows(draw, paddings):
    """Size, kernel, stride, padding and dilation that fit; Keras takes a stride or a dilation, not both."""
    size, kernel, stride, dilation = draw(SIZES), draw(KERNELS), draw(STRIDES), draw(DILATIONS)
    stride, dilation = draw(st.sampled_from([(stride, 1), (1, dilation)]))
    padding = draw(paddings)
    pixels = {"valid": 0, "same": kernel * dilation}.get(padding, padding)
    assume(dilation * (kernel - 1) + 1 <= size + 2 * pixels)
    return size, kernel, stride, padding, dilation


@st.composite
def transposed(draw):
    size, kernel, stride, dilation = draw(st.integers(1, 20)), draw(KERNELS), draw(STRIDES), draw(DILATIONS)
    stride, dilation = draw(st.sampled_from([(stride, 1), (1, dilation)]))
    added = draw(st.none() | st.integers(0, stride - 1))
    return size, kernel, stride, draw(NAMED), added, dilation


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ((227, 11, 4), 55),  # AlexNet, CONV1 and POOL1: lecture 001
        ((55, 3, 2), 27),
        ((224, 7, 2, 3), 112),  # ResNet, the first convolution: floor(111.5) + 1
        ((7, 3, 1, 0, 2), 3),
        ((5, 5), 1),
        ((1, 9, 1, "same"), 1),
        ((7, 9, 2, "SAME"), 4),
        ((7, 3, 2, "valid"), 3),
    ],
)
def test_output_sizes_worked_by_hand(arguments, size):
    assert output_size(*arguments) == size


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ((4, 4, 2, 1), 8),  # lecture 002's generator needs padding 1; with its padding 0 an output of 10 comes
        ((4, 4, 2, 0), 10),
        ((1, 4, 1), 4),
        ((7, 3, 2, 1, 1), 14),
        ((7, 5, 2, "same"), 14),
        ((7, 2, 3, "valid"), 21),
        ((5, 3, 1, 0, None, 3), 11),
    ],
)
def test_transposed_sizes_worked_by_hand(arguments, size):
    assert transposed_output_size(*arguments) == size


@settings(max_examples=300, deadline=None)
@given(windows(NAMED))
def test_convolutions_are_keras(window):
    size, kernel, stride, padding, dilation = window
    layer = layers.Conv2D(2, kernel, stride, padding, dilation_rate=dilation)
    assert output_size(*window) == layer.compute_output_shape((None, size, size, 3))[1]


@settings(max_examples=300, deadline=None)
@given(windows(NAMED))
def test_poolings_are_keras(window):
    size, kernel, stride, padding, dilation = window
    assume(dilation == 1)
    layer = layers.MaxPooling1D(kernel, stride, padding)
    assert output_size(size, kernel, stride, padding) == layer.compute_output_shape((None, size, 3))[1]


@settings(max_examples=300, deadline=None)
@given(windows(st.integers(0, 6)))
def test_padded_convolutions_are_keras(window):
    size, kernel, stride, padding, dilation = window
    shape = layers.ZeroPadding2D(padding).compute_output_shape((None, size, size, 3))
    layer = layers.Conv2D(2, kernel, stride, dilation_rate=dilation)
    assert output_size(*window) == layer.compute_output_shape(shape)[1]


@settings(max_examples=300, deadline=None)
@given(transposed())
def test_transposed_convolutions_are_keras(arguments):
    size, kernel, stride, padding, added, dilation = arguments
    layer = layers.Conv2DTranspose(2, kernel, stride, padding, output_padding=added, dilation_rate=dilation)
    expected = layer.compute_output_shape((None, size, size, 3))[1]
    assume(expected > 0)
    assert transposed_output_size(*arguments) == expected


@settings(max_examples=300, deadline=None)
@given(SIZES, KERNELS, STRIDES, st.integers(0, 6), DILATIONS)
def test_the_kernel_lands_that_often(size, kernel, stride, padding, dilation):
    extent = dilation * (kernel - 1) + 1
    assume(extent <= size + 2 * padding)
    lands = [first for first in range(0, size + 2 * padding, stride) if first + extent <= size + 2 * padding]
    assert output_size(size, kernel, stride, padding, dilation) == len(lands)
    assert is_whole(size, kernel, stride, padding, dilation) == (lands[-1] + extent == size + 2 * padding)


@settings(max_examples=300, deadline=None)
@given(SIZES, KERNELS, STRIDES, st.integers(0, 6), DILATIONS)
def test_a_transposed_convolution_undoes_the_size(size, kernel, stride, padding, dilation):
    assume(dilation * (kernel - 1) + 1 <= size + 2 * padding)
    small = output_size(size, kernel, stride, padding, dilation)
    lost = (size + 2 * padding - dilation * (kernel - 1) - 1) % stride
    assert transposed_output_size(small, kernel, stride, padding, lost, dilation) == size
    assert (lost == 0) == is_whole(size, kernel, stride, padding, dilation)


@pytest.mark.backends
@settings(max_examples=40, deadline=None)
@given(windows(NAMED))
def test_running_a_convolution_gives_that_size(window):
    size, kernel, stride, padding, dilation = window
    x, weights = np.ones((1, size, 1), "float32"), np.ones((kernel, 1, 1), "float32")
    y = ops.conv(x, weights, stride, padding, dilation_rate=dilation, data_format="channels_last")
    assert y.shape[1] == output_size(*window)


@pytest.mark.backends
@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 4), NAMED)
def test_running_a_transposed_convolution_gives_that_size(size, kernel, stride, padding):
    x, weights = np.ones((1, size, 1), "float32"), np.ones((kernel, 1, 1), "float32")
    y = ops.conv_transpose(x, weights, stride, padding, data_format="channels_last")
    assert y.shape[1] == transposed_output_size(size, kernel, stride, padding)


def test_an_odd_remainder_is_not_whole():
    assert is_whole(227, 11, 4)
    assert not is_whole(224, 11, 4)  # 213 / 4: the size that the paper's figure gives
    assert is_whole(8, 3, 2, "same")
    assert not is_whole(7, 3, 2, "same")


def test_integers_in_integers_out():
    size = output_size(np.int64(227), np.int32(11), np.uint8(4))
    assert (size, type(size)) == (55, int)
    assert type(transposed_output_size(np.uint8(200), np.uint8(4), np.uint8(2))) is int
    assert transposed_output_size(np.uint8(200), np.uint8(4), np.uint8(2)) == 402


FORMULA = r"floor\(\(5 \+ 2\*1 - 1\*\(9 - 1\) - 1\) / 2\) \+ 1"


@pytest.mark.parametrize("function", [output_size, transposed_output_size, is_whole])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((28.0, 3), TypeError, r"28.0.*must be an integer. Received: size=28.0 \(float\). Give a whole"),
        ((28, True), TypeError, r"Received: kernel=True \(bool\)"),
        ((28, 3, np.bool_(True)), TypeError, "Received: stride="),
        ((28, 3, 1, 0.5), TypeError, r"2\*0.5.*Received: padding=0.5"),
        ((28, "3"), TypeError, "Received: kernel='3'"),
        ((0, 3), ValueError, "size must be at least 1. Received: size=0. Give a number from 1 up"),
        ((28, -3), ValueError, "Received: kernel=-3"),
        ((28, 3, 0), ValueError, "Received: stride=0"),
        ((28, 3, 1, -1), ValueError, "padding must be at least 0. Received: padding=-1"),
        ((28, 3, 1, "full"), ValueError, "'same', 'valid'.*Received: padding='full'"),
    ],
)
def test_numbers_out_of_range_are_refused(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)


def test_a_dilation_out_of_range_is_refused():
    with pytest.raises(ValueError, match="Received: dilation=0"):
        output_size(28, 3, dilation=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: output_size(5, 9, 2, 1), FORMULA + r".*covers 9 pixels and the padded input has 7.*Received: size=5"),
        (lambda: output_size(5, 3, 1, "valid", 3), r"2\*0 - 3\*\(3 - 1\).*covers 7 pixels.*has 5.*Enlarge"),
        (lambda: is_whole(2, 3), "covers 3 pixels and the padded input has 2"),
        (lambda: transposed_output_size(1, 2, 1, 1), r"\(1 - 1\)\*1 - 2\*1 \+ 1\*\(2 - 1\) \+ 1 \+ 0 leaves 0 pixels"),
        (
            lambda: transposed_output_size(4, 4, 2, 0, 2),
            "smaller than the stride.*Received: output_padding=2, stride=2",
        ),
        (lambda: transposed_output_size(1, 4, 2, "same", 0), "leaves 0 pixels"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_formula(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.backends
def test_keras_agrees_that_the_kernel_is_too_large():
    with pytest.raises(ValueError, match="zero or negative"):
        keras.layers.Conv1D(1, 9).compute_output_shape((None, 7, 1))
