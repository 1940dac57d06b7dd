"""Every call of a layer in a Keras model, in the order of its graph, with the shapes that it is called with."""

from functools import partial
from typing import Any, NamedTuple

import keras

from course_utils.arithmetic import reach


class Call(NamedTuple):
    """One call: the layer or operation, its path of names, the shapes (with the batch), and the receptive field."""

    layer: Any
    name: str
    inputs: list
    outputs: list
    field: tuple | None


class Tracer:
    """Runs shapes through a model, nested ones included, and keeps a list of `calls`.

    Nested models are walked through with the shapes of this call: they may have been built for any size.
    """

    def __init__(self):
        self.calls = []
        self._fields = {}
        # A tensor that nobody keeps could hand its id, and with it its field, to another.
        self._tensors = []

    def start(self, tensors):
        """Note the inputs of the whole model."""
        for number, tensor in enumerate(tensors, start=1):
            name = "input" if len(tensors) == 1 else f"input {number}"
            self._note(None, name, [], [tensor], reach.of_pixels(tensor.shape))

    def run(self, model, inputs, path=()):
        """Walk through a Sequential or functional model and return its symbolic outputs."""
        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                inputs = self._call(layer, path, inputs)
            return inputs
        # Keras infers shapes by this very walk, and offers no public one.
        return model._run_through_graph(inputs, operation_fn=lambda layer: partial(self._call, layer, path))

    def _call(self, layer, path, *args, **kwargs):
        path = (*path, layer.name)
        if has_graph(layer):
            return self.run(layer, args[0], path)
        inputs = [leaf for leaf in keras.tree.flatten((args, kwargs)) if isinstance(leaf, keras.KerasTensor)]
        outputs = layer.compute_output_spec(*args, **kwargs)
        flat = keras.tree.flatten(outputs)
        field = reach.after(layer, [self._fields[id(tensor)] for tensor in inputs], flat[0].shape)
        self._note(layer, "/".join(path), inputs, flat, field)
        return outputs

    def _note(self, layer, name, inputs, outputs, field):
        self._fields.update((id(tensor), field) for tensor in outputs)
        self._tensors += outputs
        shapes = ([tensor.shape for tensor in tensors] for tensors in (inputs, outputs))
        self.calls.append(Call(layer, name, *shapes, field))


def has_graph(model):
    """Whether a layer is a model whose graph can be read."""
    return isinstance(model, keras.Sequential | keras.Function) and isinstance(model, keras.Model)


def trace(model):
    """Every call in a model, in order; the first ones are its inputs, with None for a layer.

    Raises:
        TypeError: no Keras model, or one whose graph cannot be read.
        ValueError: a model that is not built, or built for images of any size.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"summarise takes a Keras model. Received: {model!r} ({type(model).__name__}).")
    if not has_graph(model):
        raise TypeError(
            "A Sequential or functional model holds a graph of its layers; a subclass of keras.Model does not. "
            f"Received: {type(model).__name__} {model.name!r}. Summarise its networks one by one."
        )
    if not model.built or not model.inputs:
        raise ValueError(
            f"The shapes of a model that is not built are not known. Received: {type(model).__name__} {model.name!r}. "
            "Put a keras.Input(shape) first, or call model.build((None, height, width, channels))."
        )
    if any(None in tensor.shape[1:] for tensor in model.inputs):
        raise ValueError(
            f"Sizes can be counted for one size of image only. Received: model {model.name!r} with inputs "
            f"{[tensor.shape for tensor in model.inputs]}. Build it with a height and a width in place of None."
        )
    tracer = Tracer()
    tracer.start(model.inputs)
    tracer.run(model, model.inputs if len(model.inputs) > 1 else model.inputs[0])
    return tracer.calls
