"""Adversarial training: a classifier that learns from the attacks on itself."""

from operator import attrgetter

import keras
from keras import ops

from course_utils import autodiff
from course_utils.attacks.logits import logits_of
from course_utils.attacks.pgd import PGD

WEIGHTS = (attrgetter("trainable_variables"), attrgetter("non_trainable_variables"))
OPTIMIZER = (attrgetter("optimizer.variables"),)
METRICS = (attrgetter("metrics_variables"),)
LOGS = ("loss", "clean_accuracy", "adversarial_accuracy")


@keras.saving.register_keras_serializable("course_utils")
class AdversariallyTrained(keras.Model):
    """A classifier and the attack that it learns to stand.

    Each batch is attacked with the network as it is. The loss is (1 - share) times the cross-entropy of the clean
    images plus share times that of the attacked ones, both in one pass, so that batch normalisation sees them
    together (Goodfellow, Shlens and Szegedy 2015, section 6, with share 0.5; Kurakin, Goodfellow and Bengio 2017,
    arXiv:1611.01236; Madry et al. 2018, arXiv:1706.06083, with PGD and share 1).

    It is trained by `fit(images, labels)`, images `(n, height, width, channels)` in the attack's pixel range and
    labels `(n,)`; `evaluate` attacks too. Called, it answers as the classifier does.

    Args:
        classifier: built `keras.Model` from images to logits or probabilities.
        attack: `FGSM`, `BIM` or `PGD`, of which one start is used.
        share: share of the attacked images in the loss, in [0, 1].
        seed: whole number that fixes the attack's random starts.

    Raises:
        TypeError: for another kind of attack or classifier.
        ValueError: for another share, or a softmax or sigmoid that cannot be taken off.
    """

    def __init__(self, classifier, attack, share=0.5, seed=0, name=None):
        super().__init__(name=name)
        if not isinstance(classifier, keras.Model) or not classifier.built:
            raise TypeError(f"classifier must be a keras.Model whose weights exist. Received: {classifier!r}.")
        if not isinstance(attack, PGD):
            raise TypeError(f"attack must be an FGSM, BIM or PGD object. Received: attack={attack!r}.")
        if not 0 <= share <= 1:
            raise ValueError(f"share must be from 0 to 1. Received: share={share!r}.")
        self.classifier = classifier
        self.logits = logits_of(classifier)
        self.attack, self.share, self.seed = attack, share, seed
        self.start_seed = keras.random.SeedGenerator(seed)
        self.built = True

    def compile(self, optimizer="adam", **keras_arguments):
        """Choose the optimiser, and pass `run_eagerly`, `steps_per_execution` and `jit_compile` on to Keras.

        Raises:
            ValueError: for any other argument, or under a float16 policy, which needs a scaled loss.
        """
        unknown = sorted(set(keras_arguments) - {"run_eagerly", "steps_per_execution", "jit_compile"})
        if unknown:
            raise ValueError(f"Loss and metrics are the class's own. Received: {unknown}. Leave them out.")
        if "float16" in self.dtype_policy.name.split("_"):
            raise ValueError(
                "float16 needs a scaled loss, and there is none here. Received: the dtype policy "
                f"{self.dtype_policy.name}. Use mixed_bfloat16 or float32."
            )
        super().compile(optimizer, **keras_arguments)
        self.optimizer.build(self.trainable_variables)
        self.trackers = {name: keras.metrics.Mean(name=name) for name in LOGS}

    @property
    def metrics(self):
        return list(self.trackers.values()) if self.compiled else []

    def call(self, images, training=False):
        return self.classifier(images, training=training)

    def fit(self, *args, **options):
        """Keras's `fit`."""
        with autodiff.values_kept(self):
            return super().fit(*args, **options)

    def learn(self, data):
        """One step of `fit`."""
        images, labels = _unpack(data)
        attacked = self.attack.perturb(self.logits, images, labels, self.start_seed)
        state = [*self.variables, *self.metrics_variables]
        _, gradients = autodiff.loss_and_gradients(
            lambda: self._loss(images, attacked, labels, training=True), self.trainable_variables, state
        )
        self.optimizer.apply(gradients, self.trainable_variables)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def judge(self, data):
        """One step of `evaluate`."""
        images, labels = _unpack(data)
        attacked = self.attack.perturb(self.logits, images, labels, self.start_seed)
        self._loss(images, attacked, labels, training=False)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    train_step = autodiff.keras_step(learn, WEIGHTS + OPTIMIZER + METRICS)
    test_step = autodiff.keras_step(judge, WEIGHTS + METRICS)

    def _loss(self, images, attacked, labels, training):
        both = self.logits(ops.concatenate([images, attacked]), training=training)
        losses, accuracies = [], []
        for logits in ops.split(both, 2):
            losses.append(ops.mean(keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)))
            right = ops.equal(ops.argmax(logits, axis=-1), ops.cast(labels, "int32"))
            accuracies.append(ops.mean(ops.cast(right, "float32")))
        penalties = [v.regularizer(v) for v in self.trainable_variables if v.regularizer is not None]
        loss = (1 - self.share) * losses[0] + self.share * losses[1] + sum(penalties)
        for name, value in zip(LOGS, (loss, *accuracies), strict=True):
            self.trackers[name].update_state(ops.stop_gradient(value), sample_weight=ops.shape(images)[0])
        return loss

    def get_config(self):
        parts = {"classifier": self.classifier, "attack": self.attack}
        parts = {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}
        return parts | {"share": self.share, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config):
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in ("classifier", "attack")}
        return cls(**config | parts)

    def get_compile_config(self):
        if not self.compiled:
            return {}
        options = {name: getattr(self, name) for name in ("run_eagerly", "steps_per_execution", "jit_compile")}
        return options | {"optimizer": keras.optimizers.serialize(self.optimizer)}

    def compile_from_config(self, config):
        self.compile(**config | {"optimizer": keras.optimizers.deserialize(config["optimizer"])})

    # Keras saves no seeds, and a resumed run would draw the first run's starts again.
    def save_own_variables(self, store):
        store["start_seed"] = ops.convert_to_numpy(self.start_seed.state)

    def load_own_variables(self, store):
        self.start_seed.state.assign(store["start_seed"][...])


def _unpack(data):
    images, labels, weight = keras.utils.unpack_x_y_sample_weight(data)
    if labels is None or weight is not None:
        raise ValueError(
            "Adversarial training takes images and labels. "
            f"Received: {'no labels' if labels is None else 'sample weights'}. Call fit(images, labels)."
        )
    return images, ops.reshape(labels, (-1,))
