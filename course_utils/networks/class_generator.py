"""A generator that learns nothing but to make a fixed classifier answer one class."""

import keras

from course_utils.networks.squashing import squashing


def class_generator(generator, classifier, learning_rate=1e-3):
    """Joins a generator and a frozen classifier into one model that trains the generator alone.

    The loss is the cross-entropy -log p(class | G(z)) of lecture 004, minimised over the generator's weights:
    `joined.fit(z, classes)`. The images that come out need not look like anything (Nguyen, Yosinski and Clune 2015,
    arXiv:1412.1897, find such images without a generator); `gans.class_guided` adds a discriminator, so that they must.

    Args:
        generator: built `keras.Model` from latent vectors `(batch, latent_dim)` to images; it is trained in place.
        classifier: built Sequential or functional `keras.Model` from those images to logits `(batch, classes)`; a
            frozen copy of it is used.
        learning_rate: of Adam.

    Returns:
        Compiled `keras.Model` from latent vectors to logits.

    Raises:
        ValueError: where the two do not fit, or the classifier ends in a softmax or sigmoid, behind which the gradient
            vanishes.
    """
    check_logits(classifier)
    made, taken = generator.output_shape, classifier.input_shape
    if made[1:] != taken[1:]:
        raise ValueError(
            f"The classifier takes images of shape {taken[1:]}. Received: a generator of images of shape {made[1:]}."
        )
    joined = keras.Sequential([keras.Input(generator.input_shape[1:]), generator, frozen_copy(classifier)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    joined.compile(keras.optimizers.Adam(learning_rate, beta_1=0.5), loss, metrics=["accuracy"])
    return joined


def frozen_copy(model):
    """A copy of a built Sequential or functional model with the same weights, none of which training moves."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.trainable = False
    return copy


def check_logits(classifier):
    """Refuse a classifier that ends in a softmax or sigmoid.

    Raises:
        ValueError: names its last layer.
    """
    last = classifier.layers[-1]
    if name := squashing(last):
        raise ValueError(
            "The classifier must answer with logits: where a softmax or sigmoid is sure, its gradient vanishes. "
            f"Received: {classifier.name!r}, which ends in the {type(last).__name__} {last.name!r} with a "
            f"{name}. Build it without."
        )
