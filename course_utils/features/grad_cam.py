"""Where in the image a feature map speaks for a class."""

import numpy as np
from keras import ops

from course_utils import autodiff
from course_utils.features.batched import checked_images, in_batches
from course_utils.features.checks import first_passage
from course_utils.features.passage import Passage
from course_utils.features.saliency import class_of, score


def grad_cam(model, images, classes=None, layer=None, enlarge=True):
    """Gradient-weighted class activation maps (Selvaraju et al. 2017, arXiv:1610.02391, equations 1 and 2).

    Each channel A_k of a feature map gets a weight, the mean over the map of the gradient of the class score before
    the softmax; the map is ReLU(sum of weight_k A_k).

    Args:
        model: built Sequential or functional `keras.Model`, with nested models as may be, from images to logits or
            probabilities `(batch, classes)`.
        images: `(n, height, width, channels)`.
        classes: whole numbers `(n,)`, or one for all; None takes the class that the model answers.
        layer: name of the layer; None takes the last one that gives feature maps of more than one pixel.
        enlarge: whether the maps are enlarged bilinearly to the size of the images.

    Returns:
        NumPy array `(n, height, width)`, at least 0, not scaled.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: for a layer that is not there or gives no feature maps, images of another shape, or classes that
            the model does not know.
    """
    images = checked_images(images)
    classes = class_of(model, images, classes)
    name = _layer(first_passage(model, images[:1]), layer)
    maps = in_batches(_maps(model, name), images, classes)
    if not enlarge:
        return maps
    enlarged = ops.image.resize(maps[..., None], images.shape[1:3], "bilinear", data_format="channels_last")
    return ops.convert_to_numpy(enlarged)[..., 0]


def _maps(model, name):
    def maps(images, classes):
        def total(addition):
            passage = Passage(model, images, {name: addition})
            return score(passage.logits, classes), ops.cast(passage[name], "float32")

        # The gradient with respect to something added to a layer's output is that with respect to the output.
        nothing = ops.zeros_like(Passage(model, images)[name], dtype="float32")
        gradient, activations = autodiff.gradient_and_more(total, nothing)
        weights = ops.mean(gradient, axis=(1, 2), keepdims=True)
        return ops.stop_gradient(ops.relu(ops.sum(weights * activations, axis=-1)))

    return maps


def _layer(passage, layer):
    if layer is not None:
        name = passage.full_name(layer)
        if not _gives_maps(passage[name]):
            raise ValueError(
                f"Grad-CAM needs a layer that gives (batch, height, width, channels). Received: {layer!r}, which gives "
                f"the shape {tuple(passage[name].shape)}."
            )
        return name
    large = [n for n, step in passage.steps.items() if _gives_maps(step.output) and np.prod(step.output.shape[1:3]) > 1]
    if not large:
        raise ValueError(
            "Grad-CAM needs a layer that gives feature maps of more than one pixel. "
            f"Received: {passage.model.name!r} with the layers {list(passage.steps)}."
        )
    return large[-1]


def _gives_maps(output):
    return hasattr(output, "shape") and len(output.shape) == 4
