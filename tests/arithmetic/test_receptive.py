import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.arithmetic import Layer, ReceptiveField, receptive_field, receptive_fields
from course_utils.autodiff import gradient

LECTURE = [(3, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)]


@st.composite
def stacks(draw):
    """One to four layers; TensorFlow runs a stride or a dilation, not both.

    A stride takes a kernel of at least 2: on a processor, TensorFlow 2.21's gradient of a strided convolution with a
    kernel of 1 writes outside its memory where the division is not whole (oneDNN).
    """
    window = st.tuples(st.integers(2, 4), st.integers(1, 3), st.integers(0, 2), st.just(1))
    dilated = st.tuples(st.integers(1, 3), st.just(1), st.integers(0, 2), st.integers(1, 3))
    return draw(st.lists(window | dilated, min_size=1, max_size=4))


def seen_pixels(layers, size, output):
    """Numbers of the pixels, of a line of `size`, that a convolution stack's output answers to, by its gradient."""

    def run(x):
        for kernel, stride, padding, dilation in (Layer(*layer) for layer in layers):
            x = ops.pad(x, ((0, 0), (padding, padding), (0, 0)))
            weights = np.full((kernel, 1, 1), 1 / kernel, "float32")
            x = ops.conv(x, weights, stride, "valid", dilation_rate=dilation, data_format="channels_last")
        return x[0, output, 0]

    slope = gradient(run, np.zeros((1, size, 1), "float32"))
    return np.flatnonzero(ops.convert_to_numpy(slope))


def jumps(fields):
    return [field.jump for field in fields]


def test_the_lectures_list():
    assert receptive_field(LECTURE) == ReceptiveField(45, 8, 22.0)
    assert receptive_field([*LECTURE, (3, 2)]) == ReceptiveField(61, 16, 30.0)


def test_the_rows_of_the_lectures_list():
    assert [field.size for field in receptive_fields(LECTURE)] == [3, 5, 9, 13, 21, 29, 37, 45]
    assert jumps(receptive_fields(LECTURE)) == [1, 2, 2, 4, 4, 4, 4, 8]


@pytest.mark.backends
def test_the_lectures_list_by_its_gradient():
    seen = seen_pixels([*LECTURE, (3, 2)], size=129, output=2)
    assert seen.tolist() == list(range(32, 32 + 61))


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([], (1, 1, 0.0)),
        ([(3, 1, 1)], (3, 1, 0.0)),
        ([(2, 2)], (2, 2, 0.5)),
        ([Layer(3, dilation=4)], (9, 1, 4.0)),
        ([(3, 1, 2, 2), (3, 2)], (7, 2, 1.0)),
        ([(11, 4), (3, 2), (5, 1, 2), (3, 2), *[(3, 1, 1)] * 3, (3, 2)], (195, 32, 33.0)),  # AlexNet's pool5
    ],
)
def test_fields_worked_by_hand(layers, field):
    assert receptive_field(layers) == field


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        ([*[(3, 1)] * 2, (2, 2)] * 2 + [*[(3, 1)] * 3, (2, 2)] * 3, 212),  # VGG-16
        ([(3, 2), *[(3, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 2)], *[(3, 1)] * 5, (3, 2), (3, 1)], 315),  # MobileNet
    ],
)
def test_published_fields(layers, size):
    """The table of networks in Araujo et al. 2019."""
    assert receptive_field(layers).size == size


@pytest.mark.backends
@settings(max_examples=50, deadline=None)
@given(stacks(), st.data())
def test_the_gradient_agrees(layers, data):
    fields = receptive_fields(layers)
    size, jump, start = fields[-1]
    before = int((size - 1) / 2 - start)  # pixels that the first output's field starts before the image
    output = -(-max(before, 0) // jump) + data.draw(st.integers(0, 2))
    left = output * jump - before
    padding = sum(Layer(*layer).padding * jump for layer, jump in zip(layers, [1, *jumps(fields)], strict=False))
    seen = seen_pixels(layers, size=left + size + padding, output=output)
    assert (seen[0], seen[-1]) == (left, left + size - 1)


@settings(max_examples=300, deadline=None)
@given(stacks(), stacks())
def test_stacks_compose(lower, upper):
    low, high = receptive_field(lower), receptive_field(upper)
    both = receptive_field([*lower, *upper])
    assert both == (low.size + (high.size - 1) * low.jump, low.jump * high.jump, low.start + high.start * low.jump)


def test_numpy_integers_give_integers():
    field = receptive_field([(np.uint8(200), np.uint8(200)), (np.int64(3), np.int64(2))])
    assert field == (600, 400, 299.5)
    assert [type(value) for value in field] == [int, int, float]


@pytest.mark.parametrize(
    ("layers", "error", "message"),
    [
        ([(3, 1), 3], TypeError, r"layer 2: a layer is a tuple.*Received: 3. Write a kernel alone as \(3, 1\)"),
        (
            [(3, 1, 0, 1, 1)],
            ValueError,
            r"1 to 4 numbers, kernel, stride, padding, dilation. Received: \(3, 1, 0, 1, 1\)",
        ),
        ([()], ValueError, r"Received: \(\)"),
        ([(3, 1), (3, 1.0)], TypeError, r"layer 2: stride.*Received: stride=1.0 \(float\)"),
        ([(0, 1)], ValueError, "layer 1: kernel must be at least 1. Received: kernel=0"),
        ([(3, 1, -1)], ValueError, "padding must be at least 0. Received: padding=-1"),
        ([(3, 1, "same")], TypeError, "Received: padding='same'"),
        ([(True, 1)], TypeError, "Received: kernel=True"),
    ],
)
def test_bad_layers_are_refused(layers, error, message):
    with pytest.raises(error, match=message):
        receptive_field(layers)
