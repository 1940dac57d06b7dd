"""A DCGAN whose generator must also please a fixed classifier: real-looking images of one class, from a free choice.

Lecture 004: a generator that only has to make a classifier answer one class makes images of nothing, so a
discriminator is added. The generator then minimises

    -E[log D(G(z))] - weight E[log p(wanted | G(z))]

Its second term is the class loss of Odena, Olah and Shlens 2017 (arXiv:1610.09585, equation 3), with a classifier that
was trained before and does not move. The networks and the discriminator's loss are those of `dcgan`.
"""

import keras
from keras import ops

from course_utils import losses
from course_utils.gans.dcgan import DCGAN
from course_utils.networks.class_generator import check_logits


@keras.saving.register_keras_serializable(package="course_utils")
class ClassGuided(DCGAN):
    """The game of `DCGAN` with the class term; logs the mean `confidence` p(wanted | G(z)) too.

    Args:
        generator: as in `DCGAN`.
        discriminator: as in `DCGAN`.
        classifier: built `keras.Model` from images to logits `(batch, classes)`. It is frozen, and saved with the GAN.
        wanted: number of the class that the generator shall make.
        weight: of the class term; 0 leaves a DCGAN.
        options: those of `DCGAN`.

    Raises:
        ValueError: for a class that the classifier does not know, a negative weight, or a classifier that ends in a
            softmax or sigmoid.
    """

    sides = {"discriminator": ("discriminator",), "generator": ("generator", "classifier")}
    tracked = ("confidence",)

    def __init__(self, generator, discriminator, classifier, *, wanted, weight=1.0, **options):
        super().__init__(generator, discriminator, classifier=classifier, **options)
        check_logits(classifier)
        known = classifier.output_shape[-1]
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted < known:
            raise ValueError(
                f"wanted must be a class of the classifier, 0 to {known - 1}. Received: wanted={wanted!r}."
            )
        if not weight >= 0:
            raise ValueError(f"weight must be at least 0. Received: weight={weight!r}.")
        self.wanted, self.weight = wanted, weight
        # It stands on the generator's side, which uses it; frozen, it has nothing to train.
        self.classifier.trainable = False

    def generator_loss(self, batch):
        D, images = self.discriminator, self.fake(batch)
        log_p = ops.log_softmax(self.classifier(images, training=False))[:, self.wanted]
        self.track("confidence", ops.mean(ops.exp(log_p)))
        return losses.non_saturating(D(images, training=True)) - self.weight * ops.mean(log_p)

    def get_config(self):
        return super().get_config() | {"wanted": self.wanted, "weight": self.weight}
