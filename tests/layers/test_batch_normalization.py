import keras
import numpy as np
import pytest
from keras import ops

from course_utils import autodiff
from course_utils.arithmetic import summarise
from course_utils.layers import BatchNormalization

pytestmark = pytest.mark.backends

# Ranks that this backend's kernel takes.
FUSED = {"tensorflow": {4}, "torch": {2, 4}, "jax": set()}[autodiff.BACKEND]
SHAPES = [(6, 3, 5, 4), (8, 4), (1, 4), (1, 1, 1, 4)]
# What one rounding may change: half a step of float32 and of bfloat16, several times over.
ROUNDING = {"float32": 2e-5, "mixed_bfloat16": 2e-2}


def numpy(tensor):
    return ops.convert_to_numpy(ops.cast(ops.stop_gradient(tensor), "float32"))


def drawn(shape, seed=0):
    return np.random.default_rng(seed).normal(1.5, 2.0, shape).astype("float32")


def pair(shape, **options):
    """The course's layer and Keras's, with the same weights, none of them as it starts."""
    made = [kind(**options) for kind in (BatchNormalization, keras.layers.BatchNormalization)]
    for layer in made:
        layer.build((None, *shape[1:]))
        layer.set_weights([0.5 + drawn(w.shape, seed=i) ** 2 for i, w in enumerate(layer.weights)])
    return made


@pytest.fixture(autouse=True)
def any_size(monkeypatch):
    """Small batches, too, take the kernel."""
    monkeypatch.setattr(autodiff, "FEWEST_FUSED", 1)


@pytest.fixture
def kernel(monkeypatch):
    """List that the kernel's calls are noted in."""
    calls, usual = [], autodiff.batch_normalised
    monkeypatch.setattr(autodiff, "batch_normalised", lambda *a: calls.append(a) or usual(*a))
    return calls


def agree(ours, theirs, rounding):
    scale = max(1.0, np.abs(theirs).max())
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=rounding * scale)


@pytest.mark.parametrize("policy", ROUNDING)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"epsilon": 0.3, "momentum": 0.5}])
def test_output_averages_and_gradients_are_those_of_keras(policy, shape, options, kernel):
    x, slope = drawn(shape), ops.convert_to_tensor(drawn(shape, seed=9))
    found = []
    for layer in pair(shape, dtype=policy, **options):
        got = {}

        def loss(v, layer=layer, got=got):
            got["y"] = layer(v, training=True)
            return ops.mean(ops.cast(got["y"], "float32") * slope)

        variables = layer.trainable_variables
        _, gradients = autodiff.loss_and_gradients(lambda loss=loss: loss(x), variables, layer.variables)
        averages = [numpy(v) for v in layer.non_trainable_variables]
        results = [numpy(layer(x, training=True)), *averages, *map(numpy, gradients), numpy(autodiff.gradient(loss, x))]
        found.append((results, keras.backend.standardize_dtype(got["y"].dtype)))
    (ours, dtype), (theirs, expected) = found
    assert dtype == expected
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        agree(one, other, ROUNDING[policy])
    assert bool(kernel) == (len(shape) in FUSED)


def test_the_averages_move_by_hand():
    layer = BatchNormalization(momentum=0.75)
    layer(np.array([1.0, 3.0, 8.0], "float32").reshape(3, 1, 1, 1), training=True)
    # Mean 4, squared deviations 9, 1 and 16, of which the mean is 26 / 3.
    assert numpy(layer.moving_mean) == pytest.approx([0.25 * 4])
    assert numpy(layer.moving_variance) == pytest.approx([0.75 + 0.25 * 26 / 3])


def test_one_value_a_channel_has_no_variance():
    layer = BatchNormalization(momentum=0.5, beta_initializer=keras.initializers.Constant(3))
    y = numpy(layer(np.array([[[[7.0, -2.0]]]], "float32"), training=True))
    np.testing.assert_allclose(y, [[[[3.0, 3.0]]]], atol=1e-5)
    assert numpy(layer.moving_mean) == pytest.approx([3.5, -1.0])
    assert numpy(layer.moving_variance) == pytest.approx([0.5, 0.5])


def penalty(layer, x):
    """Squared slope of a function of the normalised batch, whose gradient is of second order."""
    return ops.mean(autodiff.gradient(lambda v: ops.sum(ops.sin(layer(v, training=True))), x) ** 2)


@pytest.mark.parametrize("shape", SHAPES[:2])
def test_a_gradient_penalty_reaches_the_weights_as_through_keras(shape, kernel):
    x, found = drawn(shape), []
    for layer in pair(shape):
        variables = layer.trainable_variables
        loss, gradients = autodiff.loss_and_gradients(lambda layer=layer: penalty(layer, x), variables, layer.variables)
        found.append([numpy(loss), *map(numpy, gradients)])
    for one, other in zip(*found, strict=True):
        assert np.abs(other).max() > 1e-3
        agree(one, other, 1e-4)
    assert bool(kernel) == (len(shape) in FUSED)


@pytest.mark.parametrize("policy", ROUNDING)
def test_it_learns_what_keras_learns(policy, kernel):
    """Compiled by Keras's trainer, which does not know the batch's size, and whose last batch is smaller."""
    x, y, found = drawn((22, 4, 4, 3)), drawn((22, 1), seed=1), []
    for kind in (BatchNormalization, keras.layers.BatchNormalization):
        keras.config.set_dtype_policy(policy)
        keras.utils.set_random_seed(0)
        images = keras.Input((4, 4, 3))
        h = keras.layers.Flatten()(kind(momentum=0.5)(keras.layers.Conv2D(5, 3)(images)))
        model = keras.Model(images, keras.layers.Dense(1, dtype="float32")(kind()(keras.layers.Dense(6)(h))))
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=autodiff.quick_start())
        model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        agree(one, other, 1e-4 if policy == "float32" else 2e-2)
    assert bool(kernel) == (4 in FUSED)


@pytest.mark.skipif(autodiff.BACKEND != "tensorflow", reason="elsewhere every step is compiled by XLA, or none")
def test_compiled_by_xla_it_learns_the_same():
    x, y, found = drawn((8, 2, 2, 4)), drawn((8, 2, 2, 1), seed=1), []
    for jit_compile in (True, False):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((2, 2, 4)), BatchNormalization(momentum=0.5), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=jit_compile)
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        agree(one, other, 1e-5)


@pytest.mark.parametrize(
    ("options", "shape", "call"),
    [
        ({}, (6, 3, 5, 4), {"training": False}),
        ({}, (6, 3, 5, 4), {}),
        ({"axis": 1}, (6, 3, 5, 4), {"training": True}),
        ({"renorm": True}, (6, 3, 5, 4), {"training": True}),
        ({"trainable": False}, (6, 3, 5, 4), {"training": True}),
        ({"dtype": "float16"}, (6, 3, 5, 4), {"training": True}),
        ({}, (6, 5, 4), {"training": True}),
        ({}, (6, 3, 5, 4), {"training": True, "mask": drawn((6, 3, 5)) > 1}),
    ],
)
def test_everything_else_is_keras_s_own_call(options, shape, call, kernel):
    call = {name: ops.convert_to_tensor(value) if name == "mask" else value for name, value in call.items()}
    x = drawn(shape)
    ours, theirs = ((numpy(layer(x, **call)), *map(numpy, layer.weights)) for layer in pair(shape, **options))
    assert kernel == []
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.skipif(autodiff.BACKEND != "tensorflow", reason="Keras shares statistics on this backend only")
def test_shared_statistics_are_keras_s_own_call(kernel):
    layer = BatchNormalization(synchronized=True)
    layer(drawn((6, 3, 5, 4)), training=True)
    assert kernel == []


def test_the_last_axis_may_have_its_number(kernel):
    layer = BatchNormalization(axis=3)
    layer(drawn((6, 3, 5, 4)), training=True)
    assert bool(kernel) == (4 in FUSED)
    assert layer.moving_mean.shape == (4,)


def test_symbolic_shapes_are_kept_in_training():
    for shape in ((None, None, 4), (4,)):
        x = keras.Input(shape)
        y = BatchNormalization()(x, training=True)
        assert (y.shape, y.dtype) == (x.shape, x.dtype)


def model_of(kind):
    return keras.Sequential([keras.Input((4, 4, 3)), kind(), keras.layers.Conv2D(2, 3), kind(scale=False)])


def test_weight_files_pass_between_this_layer_and_keras_s(tmp_path):
    file = tmp_path / "model.weights.h5"
    kinds = (BatchNormalization, keras.layers.BatchNormalization)
    for saved, loaded in (kinds, kinds[::-1]):
        one, other = model_of(saved), model_of(loaded)
        one.set_weights([drawn(w.shape, seed=i) for i, w in enumerate(one.weights)])
        one.save_weights(file)
        other.load_weights(file)
        for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_variables_and_config_are_keras_s():
    ours, theirs = pair((2, 4), momentum=0.7, center=False, gamma_regularizer="l2", name="norm")
    assert ours.get_config() == theirs.get_config()
    assert [(v.path, v.shape, v.dtype, v.trainable) for v in ours.variables] == [
        (v.path, v.shape, v.dtype, v.trainable) for v in theirs.variables
    ]


def test_a_saved_model_answers_the_same(tmp_path):
    model = model_of(BatchNormalization)
    model(drawn((5, 4, 4, 3)), training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = drawn((3, 4, 4, 3), seed=2)
    np.testing.assert_array_equal(numpy(loaded(x)), numpy(model(x)))
    assert type(loaded.layers[0]) is BatchNormalization


def test_its_parameters_are_counted():
    row = summarise(keras.Sequential([keras.Input((4, 4, 3)), BatchNormalization(name="norm")]))["norm"]
    assert (row.output_shape, row.parameters, row.multiply_adds) == ((4, 4, 3), 12, 0)


@pytest.mark.skipif(autodiff.BACKEND != "tensorflow", reason="elsewhere every size is treated alike")
@pytest.mark.parametrize(("shape", "fused"), [((2, 3, 4, 5), True), ((2, 3, 4, 4), False)])
def test_few_values_an_image_are_left_to_keras(shape, fused, kernel, monkeypatch):
    monkeypatch.setattr(autodiff, "FEWEST_FUSED", 60)
    BatchNormalization()(drawn(shape), training=True)
    assert bool(kernel) == fused
