"""The game of two sides: the only adversarial `train_step` of the course.

A GAN has a side that minimises (generator) and a side that maximises (discriminator or critic), whatever each is made
of. A paper's file gives networks and two losses; this class gives Algorithm 1 of Goodfellow et al. 2014:
`critic_steps` turns of the discriminator, then one of the generator, in every step.
"""

from operator import attrgetter

import keras
from keras import ops

from course_utils import autodiff
from course_utils.gans.inputs import check_divides, check_inputs
from course_utils.gans.players import Players, images_of
from course_utils.gans.sides import SIDES, TwoSidedOptimizer, make_optimizer
from course_utils.gans.watch import FiniteLosses, FollowEpoch

WEIGHTS = (attrgetter("trainable_variables"), attrgetter("non_trainable_variables"))
OPTIMIZER = (attrgetter("optimizer.variables"),)
METRICS = (attrgetter("metrics_variables"),)
COMPILE_OPTIONS = {"metrics", "run_eagerly", "steps_per_execution", "jit_compile"}
ADAM = {"class_name": "Adam", "config": {"learning_rate": 2e-4, "beta_1": 0.5}}


class GAN(Players):
    """Base of every GAN: give it two networks, `discriminator_loss(batch)` and `generator_loss(batch)`.

    Args:
        generator: network from `(batch, latent_dim)` to images `(batch, height, width, channels)` in [-1, 1].
        discriminator: network from images to logits.
        latent_dim: size of the latent vector; None reads it from the generator's input.
        seed: integer that fixes the noise drawn in training.
        average: None, or the momentum in (0, 1) of an exponential moving average of the generator's weights, from
            which `sample` draws (Karras et al. 2018, section 4).
        networks: further networks by name, where a subclass names more in `sides`.

    A subclass may set the class attributes below. Its losses get what `fit` was given: images, (images, labels) or
    pairs of images. They return a scalar, and may call `self.track(name, value)` for the names in `tracked`.
    """

    critic_steps = 1
    tracked = ()
    default_optimizers = {"discriminator": ADAM, "generator": ADAM}

    def discriminator_loss(self, batch):
        """Scalar that the discriminator's side minimises."""
        raise NotImplementedError(f"{type(self).__name__} must define discriminator_loss(batch).")

    def generator_loss(self, batch):
        """Scalar that the generator's side minimises."""
        raise NotImplementedError(f"{type(self).__name__} must define generator_loss(batch).")

    def compile(self, discriminator_optimizer=None, generator_optimizer=None, **keras_arguments):
        """Choose the optimisers (None: the paper's), and pass `metrics`, `run_eagerly`, `steps_per_execution` and
        `jit_compile` on to Keras. `metrics` see (real images, generated images), in `evaluate` only.

        Raises:
            ValueError: for any other argument, an optimiser that cannot serve one side, or the float16 policy.
        """
        unknown = sorted(set(keras_arguments) - COMPILE_OPTIONS)
        if unknown:
            raise ValueError(
                f"A GAN is compiled with two optimizers and {sorted(COMPILE_OPTIONS)}; its losses are its methods. "
                f"Received: {unknown}."
            )
        if self.dtype_policy.name == "mixed_float16":
            raise ValueError(
                "float16 needs a loss scale for each side, and there is none here. Received: the dtype policy "
                "mixed_float16. Use mixed_bfloat16 or float32."
            )
        given = {"discriminator": discriminator_optimizer, "generator": generator_optimizer}
        self.optimizers = {side: make_optimizer(given[side], self.default_optimizers[side]) for side in SIDES}
        self.evaluation_metrics = list(keras_arguments.get("metrics") or [])
        options = {key: value for key, value in keras_arguments.items() if key != "metrics"}
        if options.get("jit_compile", "auto") == "auto":
            options["jit_compile"] = autodiff.compiles_well() and not options.get("run_eagerly", False)
        self.moved = {side: self.variables_of(side) for side in SIDES}
        super().compile(optimizer=TwoSidedOptimizer(self.optimizers, self.moved), **options)
        self.trackers = {name: keras.metrics.Mean(name=name) for name in (*map(_loss_name, SIDES), *self.tracked)}

    @property
    def metrics(self):
        return [*self.trackers.values(), *self.evaluation_metrics] if self.compiled else []

    def track(self, name, value):
        """Log a scalar that a loss computes on its way; `name` stands in the class's `tracked`."""
        if name not in self.tracked:
            raise ValueError(f"Name it in the class attribute `tracked`. Received: {name!r}, tracked={self.tracked}.")
        self.trackers[name].update_state(ops.stop_gradient(ops.cast(value, "float32")))

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, **options):
        """Keras's `fit`, with the data looked at first and the losses watched (`FloatingPointError` where one is not
        finite). Data with an `epoch` attribute, such as `data.batches`, is told which epoch begins.
        """
        check_inputs(self, x, batch_size, options)
        self.training_data = x
        # The epoch that a callback resumed at belongs to that fit, not to the next.
        self._initial_epoch = None
        watching = [FiniteLosses()]
        if hasattr(x, "epoch"):
            watching.append(FollowEpoch(x))
            # Such data has an order of its own, and Keras would shuffle its finished batches once more.
            options.setdefault("shuffle", False)
        return super().fit(x, y, batch_size, epochs, verbose, [*watching, *(callbacks or [])], **options)

    def evaluate(self, *args, **options):
        """Keras's `evaluate`: both losses as in training, and the compiled metrics of fresh samples against the data.
        Every evaluation draws the same noise, and changes neither weights nor the training's noise.
        """
        self.evaluation_seed.state.assign([self.seed, 0])
        return super().evaluate(*args, **options)

    def play(self, data):
        """One step of Algorithm 1; each of the discriminator's turns sees its own part of the batch."""
        parts = _split(_unpack(data), self.critic_steps)
        for part in parts:
            self._take_turn("discriminator", self.discriminator_loss, part)
        self._take_turn("generator", self.generator_loss, parts[-1])
        self.move_averages(self.optimizers["generator"].iterations)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def judge(self, data):
        """One step of `evaluate`."""
        batch = _unpack(data)
        now = [(v, v.value) for v in [*self.variables, *self.metrics_variables] if v is not self.noise_seed.state]
        # Inside a scope every change is recorded there, so that the losses may update batch-norm statistics and draw.
        with keras.StatelessScope([*now, (self.noise_seed.state, self.evaluation_seed.state.value)]) as scope:
            losses = [self.discriminator_loss(batch), self.generator_loss(batch)]
            z = self.noise(batch)
        self.evaluation_seed.state.assign(scope.get_current_value(self.noise_seed.state))
        for v in self.metrics_variables:
            v.assign(scope.get_current_value(v))
        for side, loss in zip(SIDES, losses, strict=True):
            self.trackers[_loss_name(side)].update_state(loss)
        if self.evaluation_metrics:
            with keras.StatelessScope([*now, *self.averaged_weights()]):
                fake = ops.cast(self.generator(z, training=False), "float32")
            for metric in self.evaluation_metrics:
                metric.update_state(images_of(batch), fake)
        return {metric.name: metric.result() for metric in self.metrics}

    train_step = autodiff.keras_step(play, WEIGHTS + OPTIMIZER + METRICS)
    test_step = autodiff.keras_step(judge, WEIGHTS + METRICS)

    def _take_turn(self, side, loss_fn, batch):
        state = [*self.variables, *self.metrics_variables]
        loss, gradients = autodiff.loss_and_gradients(lambda: loss_fn(batch), self.moved[side], state)
        self.optimizer.take(side, gradients)
        self.trackers[_loss_name(side)].update_state(loss)

    def get_compile_config(self):
        if not self.compiled:
            return {}
        optimizers = {f"{side}_optimizer": keras.optimizers.serialize(o) for side, o in self.optimizers.items()}
        options = {name: getattr(self, name) for name in ("run_eagerly", "steps_per_execution", "jit_compile")}
        return optimizers | options

    def compile_from_config(self, config):
        self.compile(**config)


def _loss_name(side):
    return f"{side}_loss"


def _unpack(data):
    x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
    return x if y is None else (x, y)


def _split(batch, parts):
    """Equal parts of a batch, whatever it is made of."""
    if parts == 1:
        return [batch]
    check_divides(parts, images_of(batch).shape[0])
    if not isinstance(batch, tuple):
        return ops.split(batch, parts)
    return list(zip(*(ops.split(array, parts) for array in batch), strict=True))
