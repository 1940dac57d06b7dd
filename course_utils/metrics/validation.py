"""A metric of generated images as a Keras metric, for `compile` and `evaluate`."""

import keras
from keras import ops

from course_utils.metrics.frozen import FrozenClassifier

KINDS = ("features", "probabilities")


@keras.saving.register_keras_serializable("course_utils")
class OnImages(keras.metrics.Metric):
    """Mean over validation batches of a metric of this package, computed from images.

    KID is unbiased, so its mean over batches estimates the KID of all images. The other metrics depend on the size of
    the batch: compare them only at the same batch size, or use `quality` on all images. Keep every batch large
    enough for the metric, with `drop_last=True` where the last one would not be.

    Args:
        function: of real and fake features, such as `kid`, or of the fake images' probabilities, such as
            `mode_coverage`; returns a scalar.
        classifier: a `FrozenClassifier`.
        name: name in the logs.
        of: `"features"` or `"probabilities"`, what the function takes.

    Raises:
        ValueError: another `of`.
    """

    def __init__(self, function, classifier, name, of="features", **options):
        # Sums of small differences need float32 under every policy.
        super().__init__(name=name, dtype="float32", **options)
        if of not in KINDS:
            raise ValueError(f"of must be one of {', '.join(map(repr, KINDS))}. Received: of={of!r}")
        self.function = function
        self.classifier = classifier
        self.of = of
        self.total = self.add_variable((), "zeros", name="total")
        self.weight = self.add_variable((), "zeros", name="weight")

    def update_state(self, real_images, fake_images, sample_weight=None):
        """Adds one batch.

        Args:
            real_images: `(batch, height, width, channels)` in [-1, 1].
            fake_images: the same, any number of images.
            sample_weight: weight of this batch in the mean, a scalar or `(batch,)` of which the sum counts; `None`
                takes the number of fake images.
        """
        value = ops.cast(self._value(real_images, fake_images), "float32")
        weight = ops.shape(fake_images)[0] if sample_weight is None else ops.sum(sample_weight)
        weight = ops.cast(weight, "float32")
        self.total.assign_add(weight * value)
        self.weight.assign_add(weight)

    def result(self):
        return ops.divide_no_nan(self.total, self.weight)

    def get_config(self):
        return {
            "function": keras.saving.serialize_keras_object(self.function),
            "classifier": self.classifier.name,
            "name": self.name,
            "of": self.of,
        }

    @classmethod
    def from_config(cls, config):
        function = keras.saving.deserialize_keras_object(config["function"])
        return cls(function, FrozenClassifier(config["classifier"]), name=config["name"], of=config["of"])

    def _value(self, real_images, fake_images):
        fake_features, probabilities = self.classifier.call_both(fake_images)
        if self.of == "probabilities":
            return self.function(probabilities)
        return self.function(self.classifier.call_both(real_images)[0], fake_features)
