"""The logits of a model, also where it ends in a softmax or sigmoid.

A softmax that is sure rounds to 1 and 0. Its gradient is then exactly zero, and an attack that goes through it finds
nothing although the network is as easy to fool as before. So attacks go around it, or refuse the model by name.
"""

from functools import lru_cache, partial

import keras
import numpy as np
from keras import ops

from course_utils import autodiff
from course_utils.attacks.goals import log_odds
from course_utils.networks.squashing import squashing, unsquashed

# Enough to tell probabilities from logits, and few enough to cost nothing.
LOOKED_AT = 16
KEPT_MODELS = 4


class Answers:
    """A model's logits, and the gradient of its log odds, as attacks need them; compiled where that is quicker.

    Args:
        model: `keras.Model` from images `(batch, height, width, channels)` to logits or probabilities of shape
            `(batch, classes)`; one number for each image is taken for the logit of class 1 against class 0.

    Raises:
        TypeError: where the model is no `keras.Layer`.
        ValueError: where its softmax or sigmoid cannot be taken off.
    """

    def __init__(self, model):
        if not isinstance(model, keras.Layer):
            raise TypeError(
                "An attack needs a keras.Model whose gradient can be taken, from images to logits. "
                f"Received: {type(model).__name__}."
            )
        self.model = model
        self.logits = logits_of(model)
        self.forward = autodiff.compiled(self.logits, model)
        self.gradient = autodiff.compiled(partial(gradient_and_logits, self.logits), model)

    def check(self, images):
        """Look at the answers to a few images before they are trusted.

        Raises:
            ValueError: where they are no `(batch, classes)`, not finite, probabilities, or left to chance.
        """
        first, again = (ops.convert_to_numpy(self.logits(images[:LOOKED_AT])) for _ in range(2))
        name = self.model.name
        if not np.isfinite(first).all():
            raise ValueError(
                f"The model {name!r} gives logits that are not finite, so no gradient leads anywhere. "
                f"Received: {first.ravel()[~np.isfinite(first.ravel())][0]} among its answers."
            )
        if _are_probabilities(first):
            raise ValueError(
                f"The model {name!r} answers with probabilities, and where they round to 0 and 1 their gradient "
                "vanishes: attacks through it would look weaker than they are. Give the model that ends before its "
                f"softmax or sigmoid. Received: a {type(self.model).__name__} whose answers lie from "
                f"{first.min():.3g} to {first.max():.3g}."
            )
        if not np.allclose(first, again, rtol=1e-3, atol=1e-3):
            raise ValueError(
                f"The model {name!r} answers the same images differently each time, even with training=False: success "
                f"would be luck. Received: logits that moved by up to {np.abs(first - again).max():.3g}. "
                "Fix its noise first."
            )


def gradient_and_logits(logits_fn, images, classes):
    """Gradient of each image's log odds for its class, shaped like the images, and the logits `(batch, classes)`."""

    def total(x):
        logits = logits_fn(x)
        return ops.sum(log_odds(logits, classes)), logits

    return autodiff.gradient_and_more(total, images)


@lru_cache(maxsize=KEPT_MODELS)
def answers_of(model):
    """`Answers` of a model, kept for the last few models so that no attack compiles again."""
    return Answers(model)


def logits_of(model):
    """Function from images `(batch, height, width, channels)` to logits `(batch, classes)`, in float32.

    A final softmax or sigmoid is left out: as activation of the last dense layer, as a layer or operation of its own,
    or inside a model that is the last layer of another. The function takes `training=False` too.

    Raises:
        ValueError: where a softmax or sigmoid belongs to another kind of layer.
    """
    scores = _before_squashing(model)

    def logits(images, training=False):
        values = ops.cast(scores(images, training), "float32")
        if len(values.shape) != 2:
            raise ValueError(
                "An attack needs a model that answers (batch, classes). "
                f"Received: answers of shape {tuple(values.shape)} from {model.name!r}."
            )
        return values if values.shape[-1] > 1 else ops.concatenate([ops.zeros_like(values), values], axis=-1)

    return logits


def _before_squashing(model):
    last, body = _last_part(model)
    if isinstance(last, keras.Model):
        inner = _before_squashing(last)
        return lambda images, training: inner(body(images, training=training), training)
    if last is None or not squashing(last):
        return lambda images, training: model(images, training=training)
    before = unsquashed(last, model)
    return lambda images, training: before(body(images, training=training))


def _last_part(model):
    """What gives a model's answer, and the model up to there; (None, None) where its inside cannot be seen."""
    outputs = getattr(model, "outputs", None) if isinstance(model, keras.Model) and model.built else None
    if not outputs or len(outputs) != 1 or len(model.inputs) != 1:
        return None, None
    history = outputs[0]._keras_history
    given = history.operation._inbound_nodes[history.node_index].input_tensors
    return (history.operation, keras.Model(model.inputs[0], given[0])) if len(given) == 1 else (None, None)


def _are_probabilities(values):
    shares = (values >= 0).all() and np.allclose(values.sum(axis=-1), 1, atol=1e-3)
    # A sigmoid of one output has become the pair (0, p).
    alone = values.shape[-1] == 2 and (values[:, 0] == 0).all() and (values >= 0).all() and (values <= 1).all()
    return bool(shares or alone)
