import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers as kl
from keras import ops

from course_utils.arithmetic import receptive_field, summarise
from course_utils.autodiff import gradient


def chain(shape, *layers):
    """A Sequential model, and its summary's last row."""
    return summarise(keras.Sequential([keras.Input(shape), *layers])).rows[-1]


@pytest.mark.parametrize(
    ("shape", "layer", "output", "parameters", "multiply_adds"),
    [
        ((10, 3), kl.Conv1D(4, 3), (8, 4), 40, 8 * 4 * 3 * 3),
        ((9, 8, 3), kl.Conv2D(4, (3, 2), 2), (4, 4, 4), 76, 4 * 4 * 4 * 3 * 2 * 3),
        ((9, 8, 3), kl.Conv2D(4, 3, padding="same", use_bias=False), (9, 8, 4), 108, 9 * 8 * 4 * 27),
        ((9, 9, 4), kl.Conv2D(6, 3, groups=2), (7, 7, 6), 114, 49 * 6 * 9 * 2),
        ((9, 9, 3), kl.Conv2D(4, 3, dilation_rate=3), (3, 3, 4), 112, 9 * 4 * 27),
        ((5, 6, 7, 2), kl.Conv3D(3, 2), (4, 5, 6, 3), 51, 120 * 3 * 16),
        ((8, 8, 3), kl.DepthwiseConv2D(3, 1, depth_multiplier=2), (6, 6, 6), 60, 36 * 6 * 9),
        ((8, 3), kl.DepthwiseConv1D(3), (6, 3), 12, 6 * 3 * 3),
        ((8, 8, 3), kl.SeparableConv2D(5, 3, depth_multiplier=2), (6, 6, 5), 89, 36 * (6 * 9 + 6 * 5)),
        ((8, 3), kl.SeparableConv1D(5, 3), (6, 5), 29, 6 * (3 * 3 + 3 * 5)),
        ((4, 4, 6), kl.Conv2DTranspose(3, 4, 2, "same"), (8, 8, 3), 291, 16 * 6 * 16 * 3),
        ((4, 6), kl.Conv1DTranspose(3, 4, 2), (10, 3), 75, 4 * 6 * 4 * 3),
        ((7,), kl.Dense(5), (5,), 40, 35),
        ((4, 3, 7), kl.Dense(5), (4, 3, 5), 40, 12 * 35),
        ((4, 3, 7), kl.SpectralNormalization(kl.Dense(5)), (4, 3, 5), 45, 12 * 35),
        ((8, 8, 3), kl.MaxPooling2D(), (4, 4, 3), 0, 0),
        ((8, 8, 3), kl.GlobalAveragePooling2D(), (3,), 0, 0),
        ((8, 8, 3), kl.BatchNormalization(), (8, 8, 3), 12, 0),
        ((8, 8, 3), kl.LayerNormalization(), (8, 8, 3), 6, 0),
        ((8, 8, 3), kl.PReLU(shared_axes=[1, 2]), (8, 8, 3), 3, 0),
        ((8, 8, 3), kl.ZeroPadding2D(((1, 2), (3, 4))), (11, 15, 3), 0, 0),
        ((8, 8, 3), kl.Cropping2D(1), (6, 6, 3), 0, 0),
        ((8, 8, 3), kl.UpSampling2D((2, 3)), (16, 24, 3), 0, 0),
        ((8, 8, 3), kl.Flatten(), (192,), 0, 0),
    ],
)
def test_layers_worked_by_hand(shape, layer, output, parameters, multiply_adds):
    row = chain(shape, layer)
    assert (row.kind, row.output_shape) == (type(layer).__name__, output)
    assert (row.parameters, row.activations, row.multiply_adds) == (parameters, np.prod(output), multiply_adds)
    assert row.memory_bytes == 4 * (parameters + np.prod(output))
    assert all(type(value) is int for value in (row.parameters, row.activations, row.multiply_adds, row.memory_bytes))


@pytest.mark.backends
@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_ones_times_ones_add_up_to_the_multiply_adds(kernel, stride, channels, filters, transposed):
    """With ones everywhere and no padding, every product is 1, and the sum of the outputs is their number."""
    kind = kl.Conv2DTranspose if transposed else kl.Conv2D
    layer = kind(filters, kernel, stride, kernel_initializer="ones", use_bias=False)
    row = chain((6, 5, channels), layer)
    assert row.multiply_adds == ops.convert_to_numpy(layer(np.ones((1, 6, 5, channels), "float32"))).sum()


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([kl.Conv2D(2, (3, 5), (1, 2)), kl.MaxPooling2D((2, 3))], (4, 9)),
        ([kl.Conv2D(2, 3, dilation_rate=2), kl.ReLU(), kl.BatchNormalization(), kl.AveragePooling2D(2)], (6, 6)),
        ([kl.DepthwiseConv2D(3, 2), kl.Dropout(0.5), kl.ZeroPadding2D(1), kl.SeparableConv2D(2, 3)], (7, 7)),
        ([kl.Conv2D(2, 3), kl.Dense(4), kl.LayerNormalization(), kl.Softmax()], (3, 3)),
        ([kl.SpectralNormalization(kl.Conv2D(2, 4, 2)), kl.LeakyReLU(), kl.Conv2D(2, 4, 2)], (10, 10)),
        ([kl.Conv2D(2, 3), kl.LayerNormalization(axis=[1, 2, 3])], None),
        ([kl.Conv2D(2, 3), kl.GroupNormalization(1)], None),
        ([kl.Conv2D(2, 3), kl.GlobalMaxPooling2D(keepdims=True), kl.Conv2D(2, 1)], None),
        ([kl.Conv2D(2, 3), kl.Flatten(), kl.Dense(784), kl.Reshape((28, 28, 1)), kl.Conv2D(2, 3)], None),
        ([kl.Conv2D(2, 3), kl.Softmax(axis=1)], None),
        ([kl.Conv2D(2, 3), kl.Permute((2, 1, 3))], None),
    ],
)
def test_receptive_fields_worked_by_hand(layers, field):
    assert chain((28, 28, 1), *layers).receptive_field == field


# No kernel of 1 with a stride: see test_receptive.py.
WINDOWS = st.tuples(st.just("window"), st.integers(2, 4), st.integers(1, 3))
GROWING = [
    st.tuples(st.just("transposed"), st.integers(2, 5), st.integers(1, 3)),
    st.tuples(st.just("nearest"), st.just(1), st.integers(1, 3)),
    st.tuples(st.just("window"), st.integers(1, 4), st.just(1)),
]


def built(steps):
    """Layers along one axis, with positive weights, so that no gradient cancels."""
    for kind, kernel, stride in steps:
        if kind == "window":
            yield kl.Conv1D(1, kernel, stride, kernel_initializer="ones")
        elif kind == "transposed":
            yield kl.Conv1DTranspose(1, kernel, stride, kernel_initializer="ones")
        else:
            yield kl.UpSampling1D(stride)


def widest_gradient(model, size, channels=1):
    """Pixels between the first and the last that an output answers to: the largest number, over inner outputs."""
    middle = model.output_shape[1] // 2
    widest = 0
    for output in range(middle, middle + 9):
        slope = gradient(lambda x, i=output: ops.sum(model(x)[0, i]), np.ones((1, size, channels), "float32"))
        seen = np.flatnonzero(ops.convert_to_numpy(slope).any(axis=-1))
        widest = max(widest, seen[-1] - seen[0] + 1 if len(seen) else 0)
    return widest


@pytest.mark.backends
@settings(max_examples=20, deadline=None)
@given(st.lists(WINDOWS, min_size=1, max_size=2), st.lists(st.one_of(GROWING), max_size=3))
def test_the_gradient_agrees_where_images_shrink_and_grow(shrinking, growing):
    model = keras.Sequential([keras.Input((240, 1)), *built([*shrinking, *growing])])
    assert summarise(model).rows[-1].receptive_field == (widest_gradient(model, 240),)


@pytest.mark.backends
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_the_gradient_agrees_where_images_are_interpolated(interpolation, factor):
    images = keras.Input((40, 1, 1))
    enlarged = kl.UpSampling2D((factor, 1), interpolation=interpolation)(images)
    model = keras.Model(images, kl.Reshape((40 * factor, 1))(enlarged))
    row = summarise(keras.Model(images, enlarged)).rows[-1]
    middle = 20 * factor
    widths = []
    for output in range(middle, middle + factor):
        slope = gradient(lambda x, i=output: model(x)[0, i, 0], np.ones((1, 40, 1, 1), "float32"))
        widths.append(np.count_nonzero(ops.convert_to_numpy(slope)))
    assert row.receptive_field[0] == max(widths)


def test_a_chain_of_windows_is_receptive_fields_own():
    windows = [(3, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2), (3, 2)]
    row = chain((128, 128, 1), *(kl.Conv2D(1, k, s, "same") for k, s in windows))
    assert row.receptive_field == (receptive_field(windows).size,) * 2 == (61, 61)


@pytest.mark.backends
def test_the_largest_of_the_branches_decides():
    series = keras.Input((60, 1))
    near = kl.Conv1D(1, 1, padding="same", kernel_initializer="ones")(series)
    far = kl.Conv1D(1, 7, padding="same", kernel_initializer="ones")(series)
    joined = kl.Concatenate(name="joined")([near, far])
    added = kl.Add(name="added")([kl.Conv1D(2, 3, padding="same", kernel_initializer="ones")(joined), joined])
    model = keras.Model(series, added)
    summary = summarise(model)
    assert summary["joined"].receptive_field == (7,)
    assert summary["added"].receptive_field == (9,) == (widest_gradient(model, 60),)


def test_a_skip_connection_keeps_the_deep_field():
    images = keras.Input((32, 32, 1))
    skip = kl.Conv2D(4, 3, padding="same")(images)
    x = kl.Conv2D(4, 4, 2, "same")(skip)
    x = kl.Conv2DTranspose(4, 4, 2, "same", name="up")(x)
    joined = kl.Concatenate(name="joined")([skip, x])
    summary = summarise(keras.Model(images, joined))
    # Two neighbours of the small map, 2 pixels apart, each of 3 + 3 pixels.
    assert summary["up"].receptive_field == summary["joined"].receptive_field == (8, 8)


def test_squeezing_the_whole_image_into_every_pixel_leaves_no_field():
    images = keras.Input((16, 16, 4))
    x = kl.Conv2D(4, 3, name="conv")(images)
    weights = kl.Reshape((1, 1, 4))(kl.Dense(4, "sigmoid")(kl.GlobalAveragePooling2D()(x)))
    summary = summarise(keras.Model(images, kl.Multiply(name="excite")([x, weights])))
    assert summary["conv"].receptive_field == (3, 3)
    assert summary["excite"].receptive_field is None


def test_nested_models_are_opened_at_the_size_of_the_call():
    anywhere = keras.Input((None, None, 3))
    inner = keras.Model(anywhere, kl.Conv2D(4, 3, name="conv")(anywhere), name="inner")
    middle = keras.Sequential([keras.Input((None, None, 3)), inner, kl.ReLU(name="relu")], name="middle")
    images = keras.Input((10, 12, 3))
    summary = summarise(keras.Model(images, kl.Flatten(name="flat")(middle(images)), name="outer"))
    assert [row.name for row in summary.rows] == ["input", "middle/inner/conv", "middle/relu", "flat"]
    conv = summary["middle/inner/conv"]
    assert (conv.output_shape, conv.multiply_adds, conv.receptive_field) == ((8, 10, 4), 80 * 4 * 27, (3, 3))
    assert summary["flat"].output_shape == (320,)


def test_a_shared_layer_is_held_once_and_computed_at_each_call():
    shared = keras.Sequential([keras.Input((8, 8, 3)), kl.Conv2D(4, 3, name="conv")], name="shared")
    left, right = keras.Input((8, 8, 3)), keras.Input((8, 8, 3))
    model = keras.Model([left, right], kl.Add(name="add")([shared(left), shared(right)]))
    summary = summarise(model)
    names = ["input 1", "input 2", "shared/conv", "shared/conv (call 2)", "add"]
    assert [row.name for row in summary.rows] == names
    assert [row.parameters for row in summary.rows] == [0, 0, 112, 0, 0]
    assert [row.multiply_adds for row in summary.rows] == [0, 0, 36 * 108, 36 * 108, 0]
    assert summary.parameters == model.count_params() == 112


def test_operations_between_layers_are_rows():
    images = keras.Input((8, 8, 3))
    x = kl.Conv2D(3, 3, padding="same")(images)
    model = keras.Model(images, ops.relu(2.0 * x + images) @ ops.ones((3, 5)))
    summary = summarise(model)
    assert [row.kind for row in summary.rows] == ["InputLayer", "Conv2D", "Multiply", "Add", "Relu", "Matmul"]
    assert summary.rows[4].receptive_field == (3, 3)
    assert [row.multiply_adds for row in summary.rows][2:] == [0, 0, 0, None]


class Mixing(keras.layers.Layer):
    """A layer of one's own, with weights and two outputs."""

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 2))

    def call(self, x):
        return ops.matmul(x, self.kernel), ops.sum(x, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 2), input_shape[:-1]


@pytest.mark.backends
def test_what_is_not_known_is_not_counted_as_nothing():
    images = keras.Input((4, 4, 3))
    mixed, summed = Mixing(name="mixing")(kl.Dense(3)(images))
    summary = summarise(keras.Model(images, [mixed, summed]))
    row = summary["mixing"]
    assert (row.output_shape, row.parameters, row.activations) == (((4, 4, 2), (4, 4)), 6, 48)
    assert (row.multiply_adds, row.receptive_field, summary.multiply_adds) == (None, None, None)
    assert "?: the multiply-adds of mixing (Mixing) are not known. All other layers take 144." in str(summary)
    assert "4x4x2, 4x4" in str(summary)
    assert str(summary).splitlines()[-5].split() == ["total", "18", "144", "?", "0.6"]


@pytest.mark.parametrize(
    "layer", [kl.LSTM(3), kl.Lambda(lambda x: x, output_shape=(5, 4)), kl.EinsumDense("abc,cd->abd", (5, 3))]
)
def test_kinds_whose_multiply_adds_are_not_known(layer):
    assert chain((5, 4), layer).multiply_adds is None


def test_parameters_that_belong_to_no_layer_are_told():
    class Scaled(keras.Model):
        pass

    images = keras.Input((4,))
    model = Scaled(images, kl.Dense(2)(images))
    model.scale = model.add_weight(shape=(7,))
    summary = summarise(model)
    assert summary.parameters == model.count_params() == 17
    assert "7 parameters of the model belong to no layer of its graph." in str(summary)


def test_a_summary_leaves_the_model_as_it_was():
    inner = keras.Sequential([keras.Input((8, 8, 3)), kl.Conv2D(4, 3, name="conv")], name="inner")
    images = keras.Input((8, 8, 3))
    model = keras.Model(images, inner(images))
    assert str(summarise(model)) == str(summarise(model))
    assert inner.get_layer("conv").output.shape == (None, 6, 6, 4)


def test_the_table_is_aligned_and_has_thousands_separators():
    images = keras.Input((64, 64, 3))
    x = kl.Conv2D(100, 3, padding="same", name="a_long_name_of_a_layer")(images)
    summary = summarise(keras.Model(images, kl.Dense(10, name="d")(kl.Flatten(name="f")(x)), name="net"))
    title, head, rule, *rows, _, total = str(summary).splitlines()[:-3]
    assert (title, set(rule), len(rows)) == ("net", {"-"}, 4)
    ends = {len(head), len(rule), *map(len, rows), len(total)}
    assert len(ends) == 1
    edge = head.index("multiply-adds") + len("multiply-adds")
    assert rows[1][:edge].endswith(" 11,059,200")
    assert rows[1].split() == [
        "a_long_name_of_a_layer", "Conv2D", "64x64x100", "2,800", "409,600", "11,059,200", "3x3", "1,610.9",
    ]  # fmt: skip
    assert [row.split()[-2] for row in rows] == ["1x1", "3x3", "-", "-"]


def test_the_notebooks_table_has_the_same_cells():
    model = keras.Sequential([keras.Input((1000, 2)), kl.Conv1D(3, 5, name="<conv>")], name="a&b")
    html = summarise(model)._repr_html_()
    assert html.count("<tr>") == 4
    assert html.count("<td") == 2 * 8
    assert "<caption>a&amp;b</caption>" in html
    assert "&lt;conv&gt;" in html
    assert ">29,880</td>" in html


def test_a_row_is_found_by_its_name():
    summary = summarise(keras.Sequential([keras.Input((4,)), kl.Dense(2, name="dense")]))
    assert summary["dense"].parameters == 10
    with pytest.raises(KeyError, match=r"Received: 'conv'. There are: \['input', 'dense'\]"):
        summary["conv"]


class Subclassed(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (
            lambda: keras.Sequential([kl.Dense(3)], name="s"),
            ValueError,
            "not built.*Received: Sequential 's'. Put a ke",
        ),
        (lambda: keras.Sequential(name="s"), ValueError, "Received: Sequential 's'"),
        (lambda: keras.Sequential([keras.Input((None, None, 3)), kl.ReLU()]), ValueError, r"Received.*None, None, 3\)"),
        (lambda: Subclassed(name="own"), TypeError, "Received: Subclassed 'own'. Summarise its networks one by one"),
        (lambda: kl.Dense(3, name="dense"), TypeError, "takes a Keras model. Received: <Dense name=dense"),
    ],
)
def test_what_cannot_be_read_is_refused(model, error, message):
    with pytest.raises(error, match=message):
        summarise(model())
