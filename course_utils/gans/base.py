"""The game of two sides: the only adversarial `train_step` of the course.

A GAN has a side that minimises (generator) and a side that maximises (discriminator or critic), whatever each is made
of. A paper's file gives networks and two losses; this class gives Algorithm 1 of Goodfellow et al. 2014:
`critic_steps` turns of the discriminator, then one of the generator, in every step.
"""

from operator import attrgetter

import keras
from keras import ops

from course_utils import autodiff
from course_utils.gans.fakes import Fakes
from course_utils.gans.inputs import check_divides, check_images, check_inputs, check_shape
from course_utils.gans.players import Players, images_of
from course_utils.gans.sides import SIDES, TwoSidedOptimizer, make_optimizer
from course_utils.gans.watch import EndlessEpochs, FiniteLosses, FollowEpoch

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
        share_fakes: whether the discriminator's last turn and the generator's see the same generated images, made
            once a step; otherwise each turn draws its own, as in Algorithm 1.
        networks: further networks by name, where a subclass names more in `sides`.

    A subclass may set the class attributes below. Its losses get what `fit` was given: images, (images, labels) or
    pairs of images. They return a scalar, call `self.fake(batch)` for what the generator makes, and may call
    `self.track(name, value)` for the names in `tracked`.
    """

    critic_steps = 1
    tracked = ()
    default_optimizers = {"discriminator": ADAM, "generator": ADAM}

    def __init__(self, generator=None, discriminator=None, *, share_fakes=False, **options):
        super().__init__(generator, discriminator, **options)
        if not isinstance(share_fakes, bool):
            raise ValueError(f"share_fakes must be True or False. Received: share_fakes={share_fakes!r}.")
        self.share_fakes, self._fakes = share_fakes, Fakes()

    def discriminator_loss(self, batch):
        """Scalar that the discriminator's side minimises."""
        raise NotImplementedError(f"{type(self).__name__} must define discriminator_loss(batch).")

    def generator_loss(self, batch):
        """Scalar that the generator's side minimises."""
        raise NotImplementedError(f"{type(self).__name__} must define generator_loss(batch).")

    def make(self, batch, training=True):
        """What the generator makes for a batch, a tensor or a tuple of tensors: images of fresh noise. Override it
        where it takes more than noise, or none.
        """
        return self.generator(self.noise(batch), training=training)

    def fake(self, batch):
        """For the losses: what `make` makes for this turn, or, with `share_fakes`, made for both sides."""
        shown = self._fakes.take()
        return self.make(batch) if shown is None else shown

    def compile(self, discriminator_optimizer=None, generator_optimizer=None, **keras_arguments):
        """Choose the optimisers (None: the paper's), and pass `metrics`, `run_eagerly`, `steps_per_execution` and
        `jit_compile` on to Keras. `metrics` see (real images, generated images), in `evaluate` only.

        Raises:
            ValueError: for any other argument, an optimiser that cannot serve one side, a metric that is none, several
                steps an execution on a backend that runs one, or the float16 policy.
        """
        _check_options(keras_arguments, self.dtype_policy.name)
        _check_turns(self.critic_steps)
        given = {"discriminator": discriminator_optimizer, "generator": generator_optimizer}
        self.optimizers = {side: make_optimizer(given[side], self.default_optimizers[side]) for side in SIDES}
        self.evaluation_metrics = _checked_metrics(keras_arguments.pop("metrics", None))
        moved = {side: self.variables_of(side) for side in SIDES}
        super().compile(optimizer=TwoSidedOptimizer(self.optimizers, moved), **keras_arguments)
        self.trackers = {name: keras.metrics.Mean(name=name) for name in (*map(_loss_name, SIDES), *self.tracked)}

    @property
    def metrics(self):
        return [*self.trackers.values(), *self.evaluation_metrics] if self.compiled else []

    def track(self, name, value):
        """Log a scalar that a loss of a compiled GAN computes on its way; `name` stands in the class's `tracked`."""
        if name not in self.tracked:
            raise ValueError(f"Name it in the class attribute `tracked`. Received: {name!r}, tracked={self.tracked}.")
        if not self.compiled:
            raise ValueError(f"There is no log before compile(). Received: track({name!r}, ...). Compile first.")
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
            # Such data has an order of its own, and Keras would shuffle its finished batches once more.
            options.setdefault("shuffle", False)
            endless = self._endless(x, options)
            watching.append(FollowEpoch(x, endless))
            if endless is not None:
                x, options["steps_per_epoch"] = autodiff.read_ahead(endless), len(x)
        callbacks = [callbacks] if isinstance(callbacks, keras.callbacks.Callback) else callbacks or []
        with autodiff.values_kept(self):
            return super().fit(x, y, batch_size, epochs, verbose, [*watching, *callbacks], **options)

    def evaluate(self, x=None, *args, **options):
        """Keras's `evaluate`: both losses as in training, and the compiled metrics of fresh samples against the data.
        Every evaluation draws the same latent vectors, and changes neither weights nor the training's noise.
        """
        check_images(self, x)
        self.evaluation_seed.state.assign([self.seed, 0])
        random_state = autodiff.random_state()
        try:
            with autodiff.values_kept(self):
                return super().evaluate(x, *args, **options)
        finally:
            autodiff.set_random_state(random_state)

    def play(self, data):
        """One step of Algorithm 1; each of the discriminator's turns sees its own part of the batch."""
        *early, last = _split(self._unpack(data), self.critic_steps)
        for part in early:
            self._take_turn("discriminator", self.discriminator_loss, part)
        if self.share_fakes:
            self._take_last_turns(last)
        else:
            self._take_turn("discriminator", self.discriminator_loss, last)
            self._take_turn("generator", self.generator_loss, last)
        self.move_averages(self.optimizers["generator"].iterations)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def judge(self, data):
        """One step of `evaluate`."""
        batch = self._unpack(data)
        now = [(v, v.value) for v in [*self.variables, *self.metrics_variables] if v is not self.noise_seed.state]
        # Inside a scope every change is recorded there, so that the losses may update batch-norm statistics and draw.
        with keras.StatelessScope([*now, (self.noise_seed.state, self.evaluation_seed.state.value)]) as scope:
            losses = [self.discriminator_loss(batch), self.generator_loss(batch)]
        for v in self.metrics_variables:
            v.assign(scope.get_current_value(v))
        for side, loss in zip(SIDES, losses, strict=True):
            self.trackers[_loss_name(side)].update_state(loss)
        drawn = (self.noise_seed.state, scope.get_current_value(self.noise_seed.state))
        if self.evaluation_metrics:
            with keras.StatelessScope([*now, *self.averaged_weights(), drawn]) as scope:
                fake = ops.cast(self.imitate(batch), "float32")
            for metric in self.evaluation_metrics:
                metric.update_state(self.originals(batch), fake)
        self.evaluation_seed.state.assign(scope.get_current_value(self.noise_seed.state))
        # A metric may return one of its variables, which a compiled step cannot.
        return {metric.name: ops.convert_to_tensor(metric.result()) for metric in self.metrics}

    def originals(self, batch):
        """Images of a batch that `evaluate` shows its metrics; override it where the first ones are the generator's
        input.
        """
        return images_of(batch)

    def imitate(self, batch):
        """Images that `evaluate` shows its metrics beside those of the batch; override it where `make` gives more."""
        return self.make(batch, training=False)

    train_step = autodiff.keras_step(play, WEIGHTS + OPTIMIZER + METRICS)
    test_step = autodiff.keras_step(judge, WEIGHTS + METRICS)

    def _unpack(self, data):
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        if weight is not None:
            raise ValueError("A GAN's losses take no weights. Received: data with sample weights. Leave them out.")
        check_shape(self, images_of(x))
        batch = x if y is None else (x, y)
        # Uncompiled, one backend is handed NumPy arrays, which its gradients do not take beside tensors.
        return keras.tree.map_structure(keras.ops.convert_to_tensor, batch)

    def _endless(self, data, options):
        if not autodiff.iterators_cost() or not hasattr(data, "batch") or options.get("steps_per_epoch"):
            return None
        # A call that runs several steps would run on into the next epoch where they do not divide this one.
        return EndlessEpochs(data) if len(data) % self.steps_per_execution == 0 else None

    def _take_turn(self, side, loss_fn, batch):
        variables = self.optimizer.variables_of[side]
        self._move(side, *autodiff.loss_and_gradients(lambda: loss_fn(batch), variables, self._state()))

    def _take_last_turns(self, batch):
        variables = self.optimizer.variables_of["generator"]
        made = autodiff.Made(lambda: self.make(batch), variables, self._state())
        with self._fakes.showing(made.value, self.discriminator_loss):
            self._take_turn("discriminator", self.discriminator_loss, batch)

        def generator_loss(value):
            with self._fakes.showing(value, self.generator_loss):
                return self.generator_loss(batch)

        self._move("generator", *made.loss_and_gradients(generator_loss, self._state()))

    def _move(self, side, loss, gradients):
        self.optimizer.take(side, gradients)
        self.trackers[_loss_name(side)].update_state(loss)

    def _state(self):
        return [*self.variables, *self.metrics_variables]

    def get_config(self):
        return super().get_config() | {"share_fakes": self.share_fakes}

    def get_compile_config(self):
        if not self.compiled:
            return {}
        optimizers = {f"{side}_optimizer": keras.optimizers.serialize(o) for side, o in self.optimizers.items()}
        options = {name: getattr(self, name) for name in ("run_eagerly", "steps_per_execution", "jit_compile")}
        metrics = [keras.metrics.serialize(metric) for metric in self.evaluation_metrics]
        return optimizers | options | {"metrics": metrics}

    def compile_from_config(self, config):
        metrics = [keras.metrics.deserialize(metric) for metric in config["metrics"]]
        self.compile(**config | {"metrics": metrics})


def _loss_name(side):
    return f"{side}_loss"


def _check_options(options, policy):
    unknown = sorted(set(options) - COMPILE_OPTIONS)
    if unknown:
        raise ValueError(
            f"A GAN is compiled with two optimizers and {sorted(COMPILE_OPTIONS)}; its losses are its methods. "
            f"Received: {unknown}."
        )
    steps = options.get("steps_per_execution", 1)
    if steps != 1 and not autodiff.runs_several_steps():
        raise ValueError(
            "This backend, or this backend with several devices, runs one step an execution. Received: "
            f"steps_per_execution={steps}. Leave it out."
        )
    if policy in ("mixed_float16", "float16"):
        raise ValueError(
            "float16 needs a loss scale for each side, and there is none here. Received: the dtype policy "
            f"{policy}. Use mixed_bfloat16 or float32."
        )


def _check_turns(critic_steps):
    if isinstance(critic_steps, bool) or not isinstance(critic_steps, int) or critic_steps < 1:
        raise ValueError(f"critic_steps must be a positive integer. Received: critic_steps={critic_steps!r}.")


def _checked_metrics(metrics):
    metrics = [] if metrics is None else metrics
    if not isinstance(metrics, list | tuple) or not all(isinstance(m, keras.metrics.Metric) for m in metrics):
        raise ValueError(
            "metrics must be a list of keras.metrics.Metric objects whose update_state takes (real images, generated "
            f"images), such as course_utils.metrics.OnImages. Received: {metrics!r}."
        )
    return list(metrics)


def _split(batch, parts):
    """Equal parts of a batch, whatever it is made of."""
    if parts == 1:
        return [batch]
    size = images_of(batch).shape[0]
    # Unknown where TensorFlow traces one step for batches of any size: `fit` has looked at those that the data shows.
    if size is not None:
        check_divides(parts, size)
    if not isinstance(batch, tuple | list):
        return ops.split(batch, parts)
    return list(zip(*(ops.split(array, parts) for array in batch), strict=True))
