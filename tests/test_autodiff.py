import functools
import re
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils import autodiff

pytestmark = pytest.mark.backends

X = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")


def cubes(x):
    return ops.sum(x**3)


def numpy(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def variable(value, name):
    return keras.Variable(np.array(value, "float32"), name=name)


def test_gradient_of_a_sum_of_cubes():
    assert numpy(autodiff.gradient(cubes, X)) == pytest.approx(3 * X**2)


def test_gradient_can_be_taken_of_a_gradient():
    assert numpy(autodiff.gradient(lambda x: ops.sum(autodiff.gradient(cubes, x)), X)) == pytest.approx(6 * X)


def test_gradient_is_zero_where_the_function_ignores_its_argument():
    assert numpy(autodiff.gradient(lambda x: ops.sum(ops.ones(3)), X)).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("fn", "x", "said"),
    [
        (lambda x: x * x, X, "Received: a tensor of shape (2, 2)"),
        (lambda x: None, X, "Received: NoneType"),
        (cubes, np.array([1, 2]), "Received: x of type int"),
    ],
)
def test_gradient_refuses_by_name(fn, x, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        autodiff.gradient(fn, x)


def test_what_else_was_computed_comes_with_the_gradient():
    slope, (squares, total) = autodiff.gradient_and_more(lambda x: (cubes(x), (x**2, ops.sum(x))), X)
    assert numpy(slope) == pytest.approx(3 * X**2)
    assert numpy(squares) == pytest.approx(X**2)
    assert float(numpy(total)) == pytest.approx(X.sum())


def test_a_compiled_function_sees_the_present_weights_and_any_shape():
    layer = layers.Dense(1, use_bias=False)
    layer.build((None, 2))
    calls = []

    def fn(x, scale):
        calls.append(x.shape)
        return autodiff.gradient(lambda v: ops.sum(layer(v)) * scale, x), ops.sum(layer(x))

    compiled = autodiff.compiled(fn, layer)
    for kernel in ([3.0, 4.0], [-1.0, 0.5]):
        layer.set_weights([np.array(kernel, "float32")[:, None]])
        for n in (1, 2, 2):
            slope, total = compiled(ops.convert_to_tensor(X[:n]), ops.convert_to_tensor(np.float32(2.0)))
            assert numpy(slope) == pytest.approx(np.tile(2 * np.array(kernel), (n, 1)))
            assert float(numpy(total)) == pytest.approx((X[:n] @ kernel).sum())
    assert len(calls) == 6 if autodiff.BACKEND == "torch" else len(calls) <= 3


@pytest.mark.skipif(autodiff.BACKEND != "torch", reason="elsewhere nothing is recorded outside a gradient")
def test_a_compiled_function_keeps_no_graph():
    layer = layers.Dense(1)
    layer.build((None, 2))
    assert layer(X).requires_grad
    assert not autodiff.compiled(layer, layer)(X).requires_grad


def test_gradient_penalty_reaches_the_weights():
    # |d/dx w.x|^2 = |w|^2, whose gradient for w is 2w: second order, through the first gradient.
    w = variable([3.0, 4.0], "w")

    def penalty():
        slope = autodiff.gradient(lambda x: ops.sum(ops.matmul(x, ops.expand_dims(w, 1))), X)
        return ops.mean(ops.sum(slope**2, axis=1))

    loss, (gradient,) = autodiff.loss_and_gradients(penalty, [w], [w])
    assert float(loss) == pytest.approx(25.0)
    assert numpy(gradient) == pytest.approx([6.0, 8.0])


def test_loss_and_gradients_of_the_asked_variables_only():
    a, b = variable([1.0, 2.0], "a"), variable([3.0, 5.0], "b")
    loss, gradients = autodiff.loss_and_gradients(lambda: ops.sum(a**2 * b), [a], [a, b])
    assert float(loss) == 1 * 3 + 4 * 5
    assert len(gradients) == 1
    assert numpy(gradients[0]) == pytest.approx([2 * 1 * 3, 2 * 2 * 5])


def test_gradients_come_in_the_order_of_the_variables():
    a, b = variable(2.0, "a"), variable(7.0, "b")
    _, gradients = autodiff.loss_and_gradients(lambda: a * b, [b, a], [a, b])
    assert [float(g) for g in gradients] == [2.0, 7.0]


def made_of(w, b):
    """Two tensors of w, and a note in `seen` that they were made."""
    seen = variable(0.0, "seen")

    def make():
        seen.assign(seen + 1)
        return {"cube": w**3, "pair": (2 * w, ops.ones(()))}

    return autodiff.Made(make, [w], [w, b, seen]), seen


def test_what_was_made_leads_a_later_loss_back_to_its_variables():
    w, b = variable([1.0, 2.0], "w"), variable(5.0, "b")
    made, seen = made_of(w, b)
    b.assign(3.0)
    loss, (gradient,) = made.loss_and_gradients(
        lambda value: ops.sum(b * value["cube"] + value["pair"][1] * value["pair"][0] + w**2), [w, b, seen]
    )
    assert numpy(loss) == pytest.approx(3 * 9 + 6 + 5)
    assert numpy(gradient) == pytest.approx(3 * 3 * np.array([1.0, 4.0]) + 2 + 2 * np.array([1.0, 2.0]))
    assert numpy(seen) == 1
    assert numpy(made.value["cube"]) == pytest.approx([1, 8])


def test_what_was_made_has_no_gradient_of_its_own():
    w, b = variable([1.0, 2.0], "w"), variable(5.0, "b")
    made, seen = made_of(w, b)
    _, (gradient,) = autodiff.loss_and_gradients(lambda: ops.sum(made.value["cube"] * w) + b, [w], [w, b, seen])
    assert numpy(gradient) == pytest.approx([1, 8])


def test_a_variable_that_nothing_was_made_of_is_named():
    w, b = variable([1.0, 2.0], "w"), variable(5.0, "b")
    if keras.backend.backend() == "jax":
        pytest.skip("This backend cannot tell, and gives zeros.")
    made = autodiff.Made(lambda: w**2, [w, b], [w, b])
    with pytest.raises(ValueError, match=r"Received: \['b'\]"):
        made.loss_and_gradients(ops.sum, [w, b])


def test_a_loss_of_what_was_made_must_be_a_scalar():
    w = variable([1.0, 2.0], "w")
    with pytest.raises(ValueError, match="The loss must return a scalar"):
        autodiff.Made(lambda: w**2, [w], [w]).loss_and_gradients(lambda value: value, [w])


def test_what_the_loss_updates_is_handed_back():
    network = keras.Sequential([keras.Input((2,)), layers.BatchNormalization(momentum=0.5), layers.Dense(1)])
    seed = keras.random.SeedGenerator(3)

    def loss():
        return ops.mean(network(ops.add(X, 0.0 * keras.random.normal((2, 2), seed=seed)), training=True))

    autodiff.loss_and_gradients(loss, network.trainable_variables[:1], [*network.variables, seed.state])
    assert numpy(network.layers[0].moving_mean) == pytest.approx(0.5 * X.mean(axis=0))
    assert numpy(seed.state).tolist() == [3, 1]


needs_kernel = pytest.mark.skipif(autodiff.BACKEND == "jax", reason="XLA fuses by itself, and JAX has no kernel")
KERNEL_SHAPES = [(3, 4, 5, 2), (1, 1, 1, 2), *([(5, 2), (1, 2)] if autodiff.BACKEND == "torch" else [])]
SCALE, OFFSET = np.array([2.0, -1.0], "float32"), np.array([0.5, 3.0], "float32")


def batch(shape, dtype="float32"):
    return ops.cast(np.random.default_rng(0).normal(1.0, 2.0, shape), dtype)


def normalised(x, scale, offset, epsilon):
    """Batch norm of a float32 array of any shape by the equations of algorithm 1."""
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    y = (x - mean) / np.sqrt(variance + epsilon)
    return y * (1 if scale is None else scale) + (0 if offset is None else offset), mean, variance


@needs_kernel
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("shape", KERNEL_SHAPES)
@pytest.mark.parametrize(("scale", "offset"), [(SCALE, OFFSET), (None, OFFSET), (SCALE, None), (None, None)])
def test_batch_norm_in_one_kernel_follows_the_papers_equations(dtype, shape, scale, offset):
    x = batch(shape, dtype)
    found = autodiff.batch_normalised(
        x, *(v if v is None else ops.convert_to_tensor(v) for v in (scale, offset)), epsilon=0.1
    )
    assert [keras.backend.standardize_dtype(v.dtype) for v in found] == [dtype, "float32", "float32"]
    expected = normalised(numpy(ops.cast(x, "float32")), scale, offset, 0.1)
    for one, other, rounding in zip(found, expected, [1e-6 if dtype == "float32" else 2e-2, 1e-6, 1e-6], strict=True):
        np.testing.assert_allclose(numpy(ops.cast(one, "float32")), other, rtol=rounding, atol=rounding)


@needs_kernel
@pytest.mark.parametrize("shape", [shape for shape in KERNEL_SHAPES if shape[0] > 1])
@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm_in_one_kernel_has_both_derivatives_of_its_parts(shape, affine):
    """Against the same equations in single operations, which the backend differentiates by itself."""
    scale, offset = (variable(v, "v") if affine else None for v in (SCALE, OFFSET))

    def kernel(x):
        return autodiff.batch_normalised(
            x, *(v if v is None else ops.convert_to_tensor(v) for v in (scale, offset)), epsilon=0.1
        )[0]

    def parts(x):
        mean, variance = ops.moments(x, list(range(len(shape) - 1)))
        return ops.batch_normalization(x, mean, variance, axis=-1, offset=offset, scale=scale, epsilon=0.1)

    def slope(norm, x):
        return autodiff.gradient(lambda v: ops.sum(ops.sin(norm(v))), x)

    def penalty(norm, x):
        return ops.sum(slope(norm, x) ** 2)

    x = batch(shape)
    found = []
    for norm in (kernel, parts):
        second = autodiff.gradient(functools.partial(penalty, norm), x)
        results = [slope(norm, x), second]
        if affine:
            loss = functools.partial(penalty, norm, x)
            results += autodiff.loss_and_gradients(loss, [scale, offset], [scale, offset])[1]
        found.append([numpy(v) for v in results])
    for one, other in zip(*found, strict=True):
        assert np.abs(other).max() > 1e-2
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5 * np.abs(other).max())


@pytest.mark.parametrize(("shape", "dtype"), [((3, 4, 2), "float32"), ((2,), "float32"), ((3, 4, 5, 2), "float16")])
def test_batch_norm_without_a_kernel_is_refused_by_name(shape, dtype):
    x = batch(shape, dtype)
    assert not autodiff.fuses_batch_norm(x)
    said = f"Received: x of type {dtype} and shape {shape} on {autodiff.BACKEND}"
    with pytest.raises(ValueError, match=re.escape(said)):
        autodiff.batch_normalised(x, None, None, 0.1)


def test_batch_norm_has_a_kernel_for_images_except_on_jax():
    found = [autodiff.fuses_batch_norm(batch(shape)) for shape in ((1, 50, 60, 2), (1, 50, 59, 2), (5, 2))]
    gains = {"tensorflow": [True, False, False], "torch": [True] * 3, "jax": [False] * 3}
    assert found == gains[autodiff.BACKEND]


def test_a_variable_that_the_loss_ignores_is_named():
    used, idle = variable(2.0, "used"), variable(3.0, "idle_head")
    if autodiff.BACKEND == "jax":
        _, gradients = autodiff.loss_and_gradients(lambda: used**2, [used, idle], [used, idle])
        assert [float(g) for g in gradients] == [4.0, 0.0]
    else:
        with pytest.raises(ValueError, match=r"Received: \['idle_head'\]"):
            autodiff.loss_and_gradients(lambda: used**2, [used, idle], [used, idle])


@pytest.mark.parametrize(("loss", "said"), [(None, "Received: NoneType"), (X, "a tensor of shape (2, 2)")])
def test_a_loss_that_is_no_scalar_is_refused(loss, said):
    a = variable(1.0, "a")
    result = None if loss is None else lambda: a * loss
    with pytest.raises(ValueError, match=re.escape(said)):
        autodiff.loss_and_gradients(result or (lambda: None), [a], [a])


def test_the_random_state_is_restored_exactly():
    before = autodiff.random_state()
    drop = layers.Dropout(0.5)
    first = numpy(drop(np.ones((4, 50), "float32"), training=True))
    after = autodiff.random_state()
    autodiff.set_random_state(before)
    if autodiff.BACKEND == "torch":
        assert (before != after).any()
        assert (numpy(drop(np.ones((4, 50), "float32"), training=True)) == first).all()
    assert autodiff.random_state().tolist() == (after if autodiff.BACKEND == "torch" else before).tolist()


# What it does with two devices stands in gans/test_distribution.py, as they must be there when the backend starts.
@pytest.mark.parametrize("devices", [1, np.int64(1)])
def test_spread_over_one_device_changes_nothing(devices):
    distribution = keras.distribution.distribution()
    with autodiff.spread(devices):
        assert keras.distribution.distribution() is distribution
        assert autodiff.BACKEND != "tensorflow" or not autodiff.tf.distribute.has_strategy()


@pytest.mark.parametrize("devices", [0, -1, True, 2.0, "2", None])
def test_spread_refuses_what_is_no_number_of_devices(devices):
    said = f"devices must be a positive integer. Received: devices={devices!r}."
    with pytest.raises(ValueError, match=re.escape(said)), autodiff.spread(devices):
        pass


def test_spread_over_more_devices_than_there_are_says_what_to_do():
    said = {
        "tensorflow": "at most .*tf.config.set_logical_device_configuration",
        "jax": "at most .*set XLA_FLAGS=--xla_force_host_platform_device_count=1000 before Python starts",
        "torch": "TensorFlow and JAX only.*on torch. Use 1",
    }[autodiff.BACKEND]
    with pytest.raises(ValueError, match=said) as caught, autodiff.spread(1000):
        pass
    assert "Received: devices=1000" in str(caught.value)


@pytest.mark.parametrize(
    ("instructions", "native"),
    [({"avx2", "amx_bf16"}, True), ({"avx512_bf16"}, True), ({"avx2", "avx512f"}, False), (set(), False)],
)
def test_bfloat16_is_native_where_processor_and_backend_have_it(instructions, native):
    assert autodiff.native_bfloat16(instructions) == (native and autodiff.BACKEND != "jax")


def test_reads_the_compute_capability_of_a_gpu(monkeypatch):
    if autodiff.BACKEND == "tensorflow":
        monkeypatch.setattr(autodiff.tf.config, "list_physical_devices", lambda kind: ["a GPU"])
        details = {"compute_capability": (7, 5)}
        monkeypatch.setattr(autodiff.tf.config.experimental, "get_device_details", lambda gpu: details)
    elif autodiff.BACKEND == "torch":
        monkeypatch.setattr(autodiff.torch.cuda, "get_device_capability", lambda index: (7, 5))
    else:
        monkeypatch.setattr(autodiff.jax, "devices", lambda: [SimpleNamespace(compute_capability="7.5")])
    assert autodiff.compute_capability() == (7, 5)


def test_names_the_backend_and_its_device():
    assert autodiff.backend_version().startswith(f"{keras.backend.backend()} ")
    assert autodiff.device_kind() in ("cpu", "gpu")


def test_a_short_run_is_not_compiled_for_longer_than_it_lasts():
    assert autodiff.quick_start() == (False if autodiff.BACKEND == "tensorflow" else "auto")


class Numbers(keras.utils.PyDataset):
    """Batch i is the number i, and its negative, without end."""

    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        return np.full((2, 1), index, "float32"), np.full((2,), -index, "int32")


def test_data_is_read_ahead_in_its_order_and_without_tuning():
    numbers = Numbers()
    read = autodiff.read_ahead(numbers)
    if not autodiff.iterators_cost():
        assert read is numbers
        return
    assert not read.options().autotune.enabled
    found = [(x.tolist(), y.tolist()) for x, y in read.take(4).as_numpy_iterator()]
    assert found == [([[i], [i]], [-i, -i]) for i in range(4)]
    assert [tuple(spec.shape) for spec in read.element_spec] == [(None, 1), (None,)]
