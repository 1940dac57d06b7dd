"""What is looked at before a model is taken at its word: its kind, its size, and its answers to a few images."""

import keras
import numpy as np
from keras import ops

from course_utils.features.passage import Passage


def first_passage(model, images):
    """A passage whose model and answers have been looked at, to begin with.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: where it is not built, has several outputs, or answers with probabilities whose logits are out of
            reach or with numbers that are not finite.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"The model must be a keras.Model. Received: {model!r} ({type(model).__name__}).")
    if not model.built:
        raise ValueError(f"The model must have weights. Received: {model.name!r}, which is not built. Call it once.")
    passage = Passage(model, ops.convert_to_tensor(images))
    if not hasattr(passage.output, "shape"):
        raise ValueError(
            f"The model must have one output. Received: {model.name!r}, which gives a {type(passage.output).__name__}."
        )
    answers = ops.convert_to_numpy(ops.cast(passage.output, "float32"))
    if not np.isfinite(answers).all():
        raise ValueError(
            f"The model's answers must be finite, or no gradient leads anywhere. Received: {model.name!r}, which gives "
            f"{answers[~np.isfinite(answers)][0]}."
        )
    if not passage.steps and _are_probabilities(answers):
        raise ValueError(
            f"The model {model.name!r} answers with probabilities, and where they round to 0 and 1 their gradient "
            "vanishes. Its inside cannot be seen. Received: a subclass of keras.Model that ends in a softmax. Give one "
            "that answers with logits."
        )
    return passage


def layer_shapes(model, images=None):
    """Shapes `(height, width, channels)` or `(features,)` of what each layer gives, by name, in the graph's order.

    Args:
        model: built Sequential or functional `keras.Model`.
        images: `(batch, height, width, channels)`; needed only for a model that takes images of any size.

    Raises:
        ValueError: for a model of any size without images, besides what `first_passage` refuses.
    """
    images = np.zeros((1, *image_shape(model)), "float32") if images is None else images[:1]
    return {name: tuple(step.output.shape[1:]) for name, step in first_passage(model, images).steps.items()}


def image_shape(model):
    """The `(height, width, channels)` that a model takes.

    Raises:
        ValueError: where it takes several inputs, or images of no known size.
    """
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 4 or None in shape[1:]:
        raise ValueError(
            "The model must take images of one known size (height, width, channels), or the size must be given. "
            f"Received: a model with input_shape={shape}."
        )
    return shape[1:]


def _are_probabilities(values):
    return bool((values >= 0).all() and values.ndim == 2 and np.allclose(values.sum(axis=-1), 1, atol=1e-3))
