"""Gradients, and the one place where TensorFlow, JAX and PyTorch differ.

Everything else in the package is written with `keras` and `keras.ops`. Four things cannot be:

- `gradient` and `loss_and_gradients`, because each backend differentiates in its own way;
- `keras_step`, because Keras's trainer hands variables to a JAX step and takes them back, where it lets the other
  backends change them in place;
- `batch_normalised`, a kernel that two of the three have;
- what is known of a backend's devices, compilers and random streams.
"""

import contextlib
import importlib
import itertools
import math

import keras
import numpy as np

BACKEND = keras.backend.backend()

if BACKEND == "tensorflow":
    import tensorflow as tf

    # TensorFlow before 2.21 writes to stderr, whatever its log level, that this optimiser gives up where it meets the
    # gradient of a leaky ReLU. Later ones keep it to themselves; and an optimiser less may round differently.
    if tuple(int(part) for part in tf.__version__.split(".")[:2]) < (2, 21):
        tf.config.optimizer.set_experimental_options({"remapping": False})

    def _gradient(fn, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y, others = fn(x)
        return tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO), others

    def _compiled(fn, layer):
        # Shapes may vary from call to call without a trace for each.
        return tf.function(fn, reduce_retracing=True)

    def _loss_and_gradients(loss_fn, variables, state, inputs=()):
        values = [*(v.value for v in variables), *inputs]
        # Watching one side only keeps the other side's forward pass off the tape.
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for value in values:
                tape.watch(value)
            loss = loss_fn(*inputs)
        gradients = tape.gradient(loss, values)
        # The optimiser adds up the gradients of all replicas, and each loss is already a mean over its own images.
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        return loss, gradients if replicas == 1 else [g if g is None else g / replicas for g in gradients]

    def _outputs_and_pullback(fn, variables, state):
        values = [v.value for v in variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            for value in values:
                tape.watch(value)
            outputs = fn()
        return outputs, lambda slopes: tape.gradient(outputs, values, output_gradients=slopes)

    def _batch_normalised(x, scale, offset, epsilon):
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x, scale=scale, offset=offset, mean=[], variance=[], epsilon=epsilon
        )
        # The kernel hands the variance out times n / (n - 1), for n values of a channel, and times 1 where n is 1.
        return y, mean, variance * (1 - x.shape[-1] / tf.cast(tf.size(x), "float32"))

elif BACKEND == "torch":
    import torch

    def _gradient(fn, x):
        # Keras evaluates without gradients; a gradient penalty needs them all the same.
        with torch.enable_grad():
            if not x.requires_grad:
                x = x.detach().requires_grad_(True)
            y, others = fn(x)
            if not y.requires_grad:
                return torch.zeros_like(x), others
            return torch.autograd.grad(y, x, create_graph=True, materialize_grads=True)[0], others

    def _compiled(fn, layer):
        # The compiler of this backend wants a C++ compiler and most of a minute; its uncompiled calls are quick.
        def call(*arguments):
            with torch.no_grad():
                return keras.tree.map_structure(torch.detach, fn(*arguments))

        return call

    def _loss_and_gradients(loss_fn, variables, state, inputs=()):
        inputs = [x.detach().requires_grad_() for x in inputs]
        loss = loss_fn(*inputs)
        return loss.detach(), torch.autograd.grad(loss, [*(v.value for v in variables), *inputs], allow_unused=True)

    def _outputs_and_pullback(fn, variables, state):
        outputs, values = fn(), [v.value for v in variables]
        moving = [i for i, output in enumerate(outputs) if output.requires_grad]

        def pullback(slopes):
            made, slopes = [outputs[i] for i in moving], [slopes[i] for i in moving]
            return torch.autograd.grad(made, values, slopes, allow_unused=True)

        return outputs, pullback

    def _batch_normalised(x, scale, offset, epsilon):
        images = x.ndim == 4
        y, mean, rsqrt = torch.native_batch_norm(
            x.permute(0, 3, 1, 2) if images else x, scale, offset, None, None, True, 0.0, epsilon
        )
        # Of a channel that is the same everywhere, rounding would leave a variance just below 0.
        variance = torch.clamp(rsqrt**-2 - epsilon, min=0)
        return y.permute(0, 2, 3, 1) if images else y, mean, variance

elif BACKEND == "jax":
    import jax

    def _gradient(fn, x):
        return jax.grad(fn, has_aux=True)(x)

    def _compiled(fn, layer):
        # Variables that the compiler does not see as arguments would be frozen into the program as they are now.
        @jax.jit
        def pure(values, *arguments):
            with keras.StatelessScope(state_mapping=list(zip(layer.variables, values, strict=True))):
                return fn(*arguments)

        return lambda *arguments: pure([v.value for v in layer.variables], *arguments)

    def _pure(fn, variables, state):
        # A nested StatelessScope does not fall back to its parent, so it maps every variable that `fn` may touch.
        moving = {id(v) for v in variables}
        others = [v for v in state if id(v) not in moving]
        held = [v.value for v in others]

        def pure(values, inputs):
            mapping = [*zip(variables, values, strict=True), *zip(others, held, strict=True)]
            with keras.StatelessScope(state_mapping=mapping) as scope:
                result = fn(*inputs)
            return result, [scope.get_current_value(v) for v in others]

        return pure, others

    def _updated(variables, values):
        for variable, new in zip(variables, values, strict=True):
            variable.assign(new)

    def _loss_and_gradients(loss_fn, variables, state, inputs=()):
        pure, others = _pure(loss_fn, variables, state)
        values = [v.value for v in variables]
        (loss, new), (gradients, slopes) = jax.value_and_grad(pure, (0, 1), has_aux=True)(values, list(inputs))
        _updated(others, new)
        return loss, [*gradients, *slopes]

    def _outputs_and_pullback(fn, variables, state):
        pure, others = _pure(fn, variables, state)
        outputs, pullback, new = jax.vjp(lambda values: pure(values, ()), [v.value for v in variables], has_aux=True)
        _updated(others, new)
        return outputs, lambda slopes: pullback(slopes)[0]

else:
    raise ImportError(
        f"The course runs on the Keras backends tensorflow, jax and torch. Received: KERAS_BACKEND={BACKEND!r}. "
        "Set the environment variable KERAS_BACKEND to one of the three before keras is imported."
    )


def gradient(fn, x):
    """Gradient of `fn(x)` with respect to `x`; differentiable again, so that a loss may contain it.

    Args:
        fn: function of one tensor that returns a scalar tensor.
        x: tensor or array of floating point numbers, any shape.

    Returns:
        Tensor of the shape of `x`; zeros where `fn` does not use its argument.

    Raises:
        ValueError: where `x` is not floating point, or `fn(x)` is not a scalar.
    """
    return gradient_and_more(lambda value: (fn(value), ()), x)[0]


def gradient_and_more(fn, x):
    """Like `gradient`, for a function that returns `(scalar, more)`: gives `(gradient of the scalar, more)`.

    What else was computed on the way, such as logits, then costs no second pass.
    """
    x = keras.ops.convert_to_tensor(x)
    dtype = keras.backend.standardize_dtype(x.dtype)
    if not keras.backend.is_float_dtype(dtype):
        raise ValueError(f"A gradient needs floating point numbers. Received: x of type {dtype}. Cast it first.")

    def checked(value):
        scalar, more = fn(value)
        return _checked_scalar(scalar, "The function"), more

    return _gradient(checked, x)


def compiled(fn, layer):
    """Compile a function of tensors that uses a layer's variables, where the backend gains from it.

    The variables' present values count in every call; the function must not assign to them. With the lessons'
    classifier on two processor cores, the gradient for 256 images took 15 ms where 46 ms were needed uncompiled, and
    for one image 2 ms in place of 18 (TensorFlow); on JAX 67 and 63 ms, and 0.5 ms in place of 30.

    Args:
        fn: function of tensors that returns tensors, in a tuple or alone.
        layer: `keras.Layer` or model whose variables the function reads.

    Returns:
        A function like `fn`, that keeps nothing for a later gradient.
    """
    return _compiled(fn, layer)


def loss_and_gradients(loss_fn, variables, state):
    """Value of `loss_fn()` and its gradient for each of `variables`.

    Args:
        loss_fn: function of no arguments that returns a scalar tensor.
        variables: list of `keras.Variable`, those that shall move.
        state: list of `keras.Variable`, all that `loss_fn` may read or update (JAX needs them named: batch-norm
            statistics, seeds and metrics that the loss updates are handed back to them).

    Returns:
        `(loss, gradients)`: a scalar, and a list in the order of `variables`.

    Raises:
        ValueError: where the loss is not a scalar, or does not depend on one of the variables (JAX cannot tell, and
            gives zeros).
    """
    loss, gradients = _loss_and_gradients(lambda: _checked_scalar(loss_fn(), "The loss"), variables, state)
    _check_none_idle(variables, gradients)
    return loss, list(gradients)


class Made:
    """What `fn()` makes of variables, kept so that a later loss moves them through it, though others have moved since.

    Two losses that look at the same generated images then cost one forward pass of the generator.

    Args:
        fn: function of no arguments that returns a tensor, or a structure of tensors, of floating point numbers.
        variables: list of `keras.Variable` that a later loss shall move.
        state: as for `loss_and_gradients`.

    Attributes:
        value: what `fn` returned; nothing that uses it has a gradient for `variables`.
    """

    def __init__(self, fn, variables, state):
        self.variables, made = variables, []

        def flat():
            made.append(fn())
            return keras.tree.flatten(made[0])

        outputs, self.pullback = _outputs_and_pullback(flat, variables, state)
        self.value = keras.tree.pack_sequence_as(made[0], [keras.ops.stop_gradient(output) for output in outputs])

    def loss_and_gradients(self, loss_fn, state):
        """Like the function of this name, for `loss_fn(value)`: through what was made, and past it."""
        inputs = keras.tree.flatten(self.value)

        def loss_of(*values):
            return _checked_scalar(loss_fn(keras.tree.pack_sequence_as(self.value, values)), "The loss")

        loss, gradients = _loss_and_gradients(loss_of, self.variables, state, inputs)
        past, slopes = gradients[: len(self.variables)], gradients[len(self.variables) :]
        zeros = [keras.ops.zeros_like(x) if g is None else g for g, x in zip(slopes, inputs, strict=True)]
        through = self.pullback(zeros)
        both = [_sum(*pair) for pair in zip(past, through, strict=True)]
        _check_none_idle(self.variables, both)
        return loss, both


def _sum(a, b):
    return b if a is None else a if b is None else a + b


def _check_none_idle(variables, gradients):
    idle = [v.path for v, g in zip(variables, gradients, strict=True) if g is None]
    if idle:
        raise ValueError(
            f"The loss does not depend on {len(idle)} of the variables that it should train. Received: {idle}. "
            "Use their network in the loss, or leave it out of the side."
        )


def fuses_batch_norm(x):
    """Whether this backend gains from normalising a batch such as `x` in one kernel, that of `batch_normalised`.

    TensorFlow's is for `(batch, height, width, channels)`, and gains from FEWEST_FUSED values an image on: with as
    many, a step of DCGAN took 0.87 to 0.95 of the time, with a third of them or fewer 0.96 to 1.01. PyTorch's is for
    `(batch, channels)` too, and gains from any: 0.90 with the same few. JAX has none, as XLA fuses by itself.
    """
    large = None not in x.shape[1:] and math.prod(x.shape[1:]) >= FEWEST_FUSED
    return _has_batch_norm(x) and (BACKEND == "torch" or large)


def _has_batch_norm(x):
    dtype = keras.backend.standardize_dtype(x.dtype)
    return len(x.shape) in FUSED_RANKS[BACKEND] and x.shape[-1] is not None and dtype in ("float32", "bfloat16")


def batch_normalised(x, scale, offset, epsilon):
    """Every channel of a batch at mean 0 and variance 1, times `scale`, plus `offset`, in one kernel.

    Ioffe and Szegedy 2015 (arXiv:1502.03167, algorithm 1). It computes in float32, whatever the type of `x`. `y` may be
    differentiated twice, for a gradient penalty; the statistics have no gradient.

    Args:
        x: tensor `(batch, height, width, channels)`, or on PyTorch `(batch, channels)`, float32 or bfloat16.
        scale: float32 tensor `(channels,)`, or None for 1.
        offset: float32 tensor `(channels,)`, or None for 0.
        epsilon: what is added to the variance before its root is taken, above 0.

    Returns:
        `(y, mean, variance)`: `y` of shape and type of `x`; the channels' statistics `(channels,)` in float32, the
        variance being the mean of the squared deviations (n in the denominator, not n - 1).

    Raises:
        ValueError: where the backend has no such kernel for `x`.
    """
    if not _has_batch_norm(x):
        raise ValueError(
            f"There is no kernel for this batch norm. Received: x of type {keras.backend.standardize_dtype(x.dtype)} "
            f"and shape {tuple(x.shape)} on {BACKEND}. Ask fuses_batch_norm first, and use "
            "keras.ops.batch_normalization where it says no."
        )
    # PyTorch's kernel would do without, and then return statistics in the type of x.
    scale = keras.ops.ones(x.shape[-1], "float32") if scale is None else scale
    offset = keras.ops.zeros(x.shape[-1], "float32") if offset is None else offset
    return _batch_normalised(x, scale, offset, epsilon)


def _checked_scalar(value, name):
    shape = getattr(value, "shape", None)
    if shape is None or len(shape) > 0:
        received = f"{type(value).__name__}" if shape is None else f"a tensor of shape {tuple(shape)}"
        raise ValueError(f"{name} must return a scalar tensor, such as a mean over the batch. Received: {received}.")
    return value


def keras_step(play, groups):
    """Turn `play(model, data) -> logs`, which changes variables in place, into a Keras step of this backend.

    Args:
        play: function of the model and what `fit` hands over for a batch; returns a dict of logs.
        groups: functions of the model that each return a list of variables, in the order in which Keras's JAX trainer
            passes their values.
    """
    if BACKEND != "jax":
        return play

    def step(model, state, data):
        variables = [group(model) for group in groups]
        mapping = [
            pair for group, values in zip(variables, state, strict=True) for pair in zip(group, values, strict=True)
        ]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            logs = play(model, data)
        return logs, tuple([scope.get_current_value(v) for v in group] for group in variables)

    return step


@contextlib.contextmanager
def values_kept(model):
    """Where a loss fails in its first step, give the model's variables their values back.

    Keras's JAX trainer takes the values off the variables before the first step and returns them after it: an error in
    a loss that was just written would leave a model without weights.
    """
    if BACKEND != "jax" or not model.compiled:
        yield
        return
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    values = [v.value for v in variables]
    try:
        yield
    finally:
        for v, value in zip(variables, values, strict=True):
            if v._value is None:
                v.assign(value)


def random_state():
    """State of the backend's global random streams, as a uint8 array; empty where Keras keeps every seed itself.

    PyTorch's dropout takes no seed and draws from the stream of the device it runs on, so exact resuming needs them.
    """
    if BACKEND != "torch":
        return np.zeros(0, "uint8")
    return torch.cat([torch.get_rng_state(), *torch.cuda.get_rng_state_all()]).numpy()


def set_random_state(state):
    """Continue the backend's global random streams from what `random_state` gave on a machine with as many GPUs."""
    if BACKEND == "torch":
        state = torch.from_numpy(np.array(state, "uint8"))
        first, *others = torch.get_rng_state(), *torch.cuda.get_rng_state_all()
        parts = state.split([len(first), *map(len, others)])
        torch.set_rng_state(parts[0])
        torch.cuda.set_rng_state_all(parts[1:])


def fold_in_replica(seed):
    """A seed of its own for each replica of `tf.distribute`; elsewhere the seed as it is.

    Every replica holds the same seeds, and would otherwise draw the same noise for its part of the batch.
    """
    if BACKEND != "tensorflow":
        return seed
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return seed
    replica = tf.cast(context.replica_id_in_sync_group, seed.dtype)
    return tf.random.experimental.stateless_fold_in(seed, replica)


@contextlib.contextmanager
def spread(devices):
    """Spread the batches of a model over several devices: build, compile and fit it inside, in a `with` statement.

    Every device holds all variables and takes its part of each batch: `tf.distribute.MirroredStrategy` on TensorFlow,
    `keras.distribution.DataParallel` on JAX. At the end the distribution is what it was before; the model stays usable.

    Args:
        devices: how many, the first of those present: GPUs where there are any, otherwise the processor's virtual
            devices. 1 changes nothing. Where several processes were joined by `keras.distribution.initialize`, it
            counts those of all of them, must be all, and each process gives `fit` its own part of every batch.

    Raises:
        ValueError: where `devices` is no positive integer, more than are present, not all of several processes', more
            than 1 on PyTorch, for which Keras distributes nothing, or, on TensorFlow, not what an earlier call had.
    """
    if isinstance(devices, bool) or not isinstance(devices, int | np.integer) or devices < 1:
        raise ValueError(f"devices must be a positive integer. Received: devices={devices!r}.")
    with _distribution(int(devices)) if devices > 1 else contextlib.nullcontext():
        yield


def parts_of_a_batch():
    """Number of devices that each batch of `fit` is cut over: those of `spread`, in this process."""
    if BACKEND == "tensorflow":
        return tf.distribute.get_strategy().num_replicas_in_sync
    distribution = keras.distribution.distribution() if BACKEND == "jax" else None
    return distribution.device_mesh.devices.size // jax.process_count() if distribution else 1


def _distribution(devices):
    if BACKEND == "torch":
        raise ValueError(
            "Keras distributes training on TensorFlow and JAX only. Received: "
            f"devices={devices} on {BACKEND}. Use 1, or set KERAS_BACKEND to one of those two."
        )
    present = _present_devices()
    if devices > len(present):
        raise ValueError(
            f"There are not as many devices. Received: devices={devices}, expected at most {len(present)}: {present}. "
            f"Use fewer, or let a processor stand for several: {VIRTUAL_DEVICES[BACKEND].format(devices)}"
        )
    if BACKEND == "tensorflow":
        return _mirrored_strategy(tuple(present[:devices])).scope()
    if jax.process_count() > 1 and devices < len(present):
        raise ValueError(
            f"Every one of the {jax.process_count()} processes must take part. Received: devices={devices}, expected "
            f"all {len(present)}."
        )
    # Keras could cut up only `tf.data` for several processes, and would refuse anything else.
    return keras.distribution.DataParallel(devices=present[:devices], auto_shard_dataset=False).scope()


def _mirrored_strategy(devices):
    # Each strategy numbers its sums over devices from 1, and TensorFlow takes equal numbers for the same sum: a second
    # strategy's would be mixed up with the first's.
    if not STRATEGIES:
        STRATEGIES[devices] = tf.distribute.MirroredStrategy(devices)
    if devices not in STRATEGIES:
        (first,) = STRATEGIES
        raise ValueError(
            "TensorFlow spreads over one number of devices, more than 1, in a process. Received: "
            f"devices={len(devices)} after {len(first)}. Start Python anew."
        )
    return STRATEGIES[devices]


def _present_devices():
    if BACKEND == "tensorflow":
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        return [device.name for device in devices]
    return keras.distribution.list_devices()


FUSED_RANKS = {"tensorflow": (4,), "torch": (2, 4), "jax": ()}
FEWEST_FUSED = 6000
STRATEGIES = {}
VIRTUAL_DEVICES = {
    "tensorflow": "before anything is computed, tf.config.set_logical_device_configuration("
    "tf.config.list_physical_devices('CPU')[0], [tf.config.LogicalDeviceConfiguration()] * {}).",
    "jax": "set XLA_FLAGS=--xla_force_host_platform_device_count={} before Python starts.",
}


def runs_several_steps():
    """Whether Keras's trainer can run several steps in one call (`steps_per_execution`) here.

    It cannot on PyTorch, nor on TensorFlow inside `spread`, where its graph is refused and may keep Python from ending.
    """
    return BACKEND == "jax" or (BACKEND == "tensorflow" and parts_of_a_batch() == 1)


def iterators_cost():
    """Whether Keras pays for every iterator over a data set on this backend, and so gains from data without end."""
    return BACKEND == "tensorflow"


def read_ahead(batches):
    """Data for `fit` that is read from an endless data set two batches ahead, without TensorFlow's tuning.

    Keras would let TensorFlow tune the reading. The thread that does wakes up after 10, 20, 40 ... ms, and where it
    sleeps when the data is let go, Python waits for it: at the end of `fit` up to as long again as the training took
    (a run of 6.1 s ended after 10.2).

    Args:
        batches: a `keras.utils.PyDataset` without end, of arrays or tuples of arrays `(batch, ...)`.
    """
    if not iterators_cost():
        return batches
    spec = keras.tree.map_structure(lambda array: tf.TensorSpec((None, *array.shape[1:]), array.dtype), batches[0])
    options = tf.data.Options()
    options.autotune.enabled = False
    read = tf.data.Dataset.from_generator(lambda: map(batches.__getitem__, itertools.count()), output_signature=spec)
    return read.prefetch(2).with_options(options)


def set_threads(threads):
    """How many threads TensorFlow gives one operation from now on, on its processor; other backends go on as they are.

    It works on several operations at once in any case. Left alone, it also cuts each over all cores, and a small one
    then waits longer than it computes. On two cores, milliseconds a step, medians, with 1 and left alone: CycleGAN of
    16x16 pixels 20 and 35, Pix2Pix of 32x32 16 and 22, WGAN-GP of 16x16 43 and 58. A chain of large operations loses:
    DCGAN of 28x28, 58 and 53.

    Args:
        threads: positive integer.

    Raises:
        ValueError: for anything else.
        RuntimeError: where TensorFlow has begun to compute with another number: it cannot change it then.
    """
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads must be a positive integer. Received: threads={threads!r}.")
    if BACKEND != "tensorflow":
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError:
        now = tf.config.threading.get_intra_op_parallelism_threads() or "its own choice"
        raise RuntimeError(
            f"TensorFlow has begun to compute, and keeps its threads. Received: threads={threads} after {now}. "
            "Restart the kernel, and call this first."
        ) from None


def quick_start():
    """`jit_compile` for a run of a few hundred steps: False on TensorFlow, whose XLA takes longer to compile the step
    of a game with many layers than such a run takes without; elsewhere Keras's own choice, "auto".
    """
    return False if BACKEND == "tensorflow" else "auto"


def device_kind():
    """`"gpu"` or `"cpu"`: what this backend computes on."""
    if BACKEND == "tensorflow":
        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    if BACKEND == "torch":
        return "gpu" if torch.cuda.is_available() else "cpu"
    return "gpu" if jax.default_backend() == "gpu" else "cpu"


def native_bfloat16(instructions):
    """Whether this backend gains from bfloat16 on its device, or on a processor with these instruction sets.

    GPUs have it from compute capability 8.0 on; older ones, such as Colab's T4, imitate it slowly. TensorFlow and
    PyTorch hand a processor's matrix products to oneDNN, which uses the instructions; XLA on a processor does not.
    """
    if device_kind() == "gpu":
        return compute_capability() >= (8, 0)
    return BACKEND != "jax" and bool({"amx_bf16", "avx512_bf16"} & set(instructions))


def compute_capability():
    """NVIDIA's version of the first GPU, such as (7, 5); (0, 0) where the GPU names none."""
    if BACKEND == "tensorflow":
        gpu = tf.config.list_physical_devices("GPU")[0]
        return tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))
    if BACKEND == "torch":
        return torch.cuda.get_device_capability(0)
    return tuple(int(part) for part in getattr(jax.devices()[0], "compute_capability", "0.0").split("."))


def backend_version():
    """Name and version of the backend, such as `"tensorflow 2.21.0"`."""
    return f"{BACKEND} {importlib.import_module(BACKEND).__version__}"
