"""The softmax or sigmoid at the end of a classifier: noticed, and taken off.

Where it is sure it rounds to 0 and 1, and its gradient vanishes: what follows a gradient needs the logits before it.
"""

from functools import partial

import keras
from keras import ops

SQUASHING = ("softmax", "sigmoid")


def squashing(layer):
    """Name of the softmax or sigmoid that a layer or operation is, or ends in; None where there is none."""
    activation = getattr(layer, "activation", None)
    names = {type(layer).__name__.lower(), getattr(activation, "__name__", type(activation).__name__).lower()}
    return next((name for name in SQUASHING if name in names), None)


def unsquashed(layer, model):
    """Function from the input of a squashing layer, which ends `model`, to what the layer squashes.

    Raises:
        ValueError: where the layer is neither dense nor nothing but the squashing.
    """
    if isinstance(layer, keras.layers.Dense):
        return partial(_affine, layer)
    if isinstance(layer, keras.layers.Activation) or type(layer).__name__.lower() in SQUASHING:
        return lambda x: x
    raise ValueError(
        "The softmax or sigmoid at the end can be taken off a Dense layer, or where it stands alone. Received: "
        f"{model.name!r}, which ends in the {type(layer).__name__} {layer.name!r}. Build it without activation, and "
        "give that model."
    )


def _affine(dense, x):
    values = ops.matmul(ops.cast(x, dense.compute_dtype), ops.cast(dense.kernel, dense.compute_dtype))
    return values if dense.bias is None else values + ops.cast(dense.bias, dense.compute_dtype)
