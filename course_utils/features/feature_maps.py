"""What layers give for given images."""

from keras import ops

from course_utils.features.batched import checked_images, in_batches
from course_utils.features.checks import first_passage
from course_utils.features.passage import Passage


def feature_maps(model, images, layers):
    """The activations of named layers, in inference mode.

    Args:
        model: built Sequential or functional `keras.Model`, with nested models as may be.
        images: `(n, height, width, channels)`.
        layers: name of a layer, or a list of them; see `layer_shapes`.

    Returns:
        NumPy arrays by the name that was given: `(n, height, width, channels)` or `(n, features)`.

    Raises:
        TypeError: where the model is no `keras.Model`.
        ValueError: for a layer that is not there, or images of another shape.
    """
    images = checked_images(images)
    wanted = [layers] if isinstance(layers, str) else list(layers)
    passage = first_passage(model, images[:1])
    names = {name: passage.full_name(name) for name in wanted}
    return {name: in_batches(_output(model, full), images) for name, full in names.items()}


def _output(model, name):
    return lambda images: ops.cast(Passage(model, images)[name], "float32")
