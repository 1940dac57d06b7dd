"""One pass of images through a model, with what every layer gave on the way, also inside nested models."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
from keras import ops

from course_utils.arithmetic.trace import has_graph
from course_utils.networks.squashing import squashing, unsquashed


@dataclass(frozen=True)
class Step:
    """One call of a layer or operation: itself, the tensors it took, the tensor (or structure) it gave."""

    layer: Any
    inputs: list
    output: Any


class Passage:
    """Runs images through a model in inference mode and keeps every layer's output.

    `passage["conv2"]` is a layer's output. A layer inside a nested model has a path such as `"body/conv2"`; its own
    name alone will do where no other layer has it. A layer's second call is `"conv2 (call 2)"`.

    Args:
        model: built `keras.Model` of one input and one output. Of a subclass of `keras.Model`, which holds no graph,
            only the output can be seen.
        images: tensor `(batch, height, width, channels)`.
        additions: tensors by full name of a layer that are added to its output, to differentiate with respect to it.

    Attributes:
        images: as given.
        output: what the model answers.
        steps: `Step` by full name, in the order of the graph.
    """

    def __init__(self, model, images, additions=None):
        self.model, self.images, self.steps = model, images, {}
        self._additions, self._calls = additions or {}, Counter()
        self.output = self._run(model, images, ()) if has_graph(model) else model(images, training=False)

    def __getitem__(self, name):
        return self.steps[self.full_name(name)].output

    def full_name(self, name):
        """The path of the one layer that is meant by a name.

        Raises:
            ValueError: where there is none or more than one; the message lists the layers.
        """
        if name in self.steps:
            return name
        matches = [path for path in self.steps if path.split("/")[-1] == name]
        if len(matches) == 1:
            return matches[0]
        many = f"Several layers have this name; give the path of one of them: {matches}" if matches else self._listed()
        raise ValueError(f"{many}. Received: {name!r}.")

    @property
    def logits(self):
        """The answer `(batch, classes)` in float32, before a final softmax or sigmoid.

        Raises:
            ValueError: where the softmax or sigmoid cannot be taken off, or the answer has another shape.
        """
        logits = ops.cast(self._before_squashing(), "float32")
        if len(logits.shape) != 2:
            raise ValueError(
                f"A class needs a model that answers (batch, classes). Received: answers of shape "
                f"{tuple(logits.shape)} from {self.model.name!r}."
            )
        return logits

    def is_squashed(self, name):
        """Whether a layer's output is the model's own, after a softmax or sigmoid."""
        step = self.steps[self.full_name(name)]
        return step.output is self.output and squashing(step.layer) is not None

    def _run(self, model, inputs, path):
        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                inputs = self._call(layer, path, inputs)
            return inputs
        # Keras computes outputs by this very walk, and offers no public one.
        return model._run_through_graph(inputs, operation_fn=lambda layer: partial(self._call, layer, path))

    def _call(self, layer, path, *args, **kwargs):
        path = (*path, layer.name)
        if has_graph(layer):
            return self._run(layer, args[0], path)
        if isinstance(layer, keras.Layer):
            kwargs["training"] = False
        name = self._new_name("/".join(path))
        output = layer(*args, **kwargs)
        if name in self._additions:
            output = output + ops.cast(self._additions[name], output.dtype)
        inputs = [leaf for leaf in keras.tree.flatten((args, kwargs)) if hasattr(leaf, "shape")]
        self.steps[name] = Step(layer, inputs, output)
        return output

    def _new_name(self, name):
        self._calls[name] += 1
        return name if self._calls[name] == 1 else f"{name} (call {self._calls[name]})"

    def _before_squashing(self):
        # The first that gave this very tensor: a layer that does nothing in inference hands it on.
        last = next((step for step in self.steps.values() if step.output is self.output), None)
        if last is None or not squashing(last.layer):
            return self.output
        return unsquashed(last.layer, self.model)(last.inputs[0])

    def _listed(self):
        if not self.steps:
            return (
                f"The inside of {self.model.name!r} cannot be seen: a subclass of keras.Model holds no graph of its "
                "layers. Give its networks one by one"
            )
        return f"{self.model.name!r} has no such layer. Its layers are: {', '.join(self.steps)}"
