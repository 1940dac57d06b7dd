"""What a network costs, layer by layer: shapes, parameters, activations, multiply-adds, receptive fields, memory."""

from collections import Counter
from dataclasses import dataclass, field
from math import prod

import keras

from course_utils.arithmetic import table
from course_utils.arithmetic.counts import multiply_adds
from course_utils.arithmetic.trace import trace

FLOAT32_BYTES = 4


@dataclass(frozen=True)
class Row:
    """One call of one layer, for one image.

    Attributes:
        name: name of the layer, after the names of the models that it is nested in; a second call says so.
        kind: class of the layer.
        output_shape: without the batch; a tuple of shapes where there are several outputs.
        parameters: weights that no earlier row counts, those that training leaves alone included.
        activations: numbers in the output.
        multiply_adds: products of a weight with an input in convolutions and dense layers; None where not known.
        receptive_field: pixels of the input that an output sees, for each spatial axis, in the image and the padding
            around it; through branches the largest, and at most this where an enlarged image shrinks again. None where
            there is none smaller than the whole input (after a flattening, a dense layer on it, a global pooling) and
            where it is not known.
    """

    name: str
    kind: str
    output_shape: tuple
    parameters: int
    activations: int
    multiply_adds: int | None
    receptive_field: tuple | None

    @property
    def memory_bytes(self):
        """Bytes of parameters and activations in float32."""
        return FLOAT32_BYTES * (self.parameters + self.activations)


@dataclass(frozen=True, repr=False)
class Summary:
    """The rows of a network and their totals; prints as a table, in a notebook too. `summary["conv1"]` is a row."""

    name: str
    rows: tuple[Row, ...]
    outside: int = field(default=0)

    def __getitem__(self, name):
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"No row has this name. Received: {name!r}. There are: {[row.name for row in self.rows]}.")

    @property
    def parameters(self):
        """All weights of the network; those of a shared layer once."""
        return sum(row.parameters for row in self.rows) + self.outside

    @property
    def activations(self):
        """Numbers in the input and in all outputs, for one image."""
        return sum(row.activations for row in self.rows)

    @property
    def multiply_adds(self):
        """Multiply-adds for one image; None where those of a row are not known."""
        counts = [row.multiply_adds for row in self.rows]
        return None if None in counts else sum(counts)

    @property
    def memory_bytes(self):
        """Bytes of all parameters and activations in float32, for one image."""
        return FLOAT32_BYTES * (self.parameters + self.activations)

    def __repr__(self):
        return table.text(self)

    def _repr_html_(self):
        return table.html(self)


def summarise(model):
    """What a network costs, layer by layer, for one image.

    Args:
        model: built Sequential or functional `keras.Model`, with branches, shared layers and nested models (which are
            opened) as may be.

    Returns:
        `Summary`, with a `Row` for each input and each call of a layer, in the order of the graph.

    Raises:
        TypeError: no Keras model, or a subclass of `keras.Model`, which holds no graph.
        ValueError: a model that is not built, or built for images of any size.
    """
    seen, calls = set(), Counter()
    rows = tuple(_row(call, seen, calls) for call in trace(model))
    outside = model.count_params() - sum(row.parameters for row in rows)
    return Summary(model.name, rows, outside)


def _row(call, seen, calls):
    fresh = [v for v in getattr(call.layer, "weights", []) if id(v) not in seen]
    seen.update(id(v) for v in fresh)
    calls[call.name] += 1
    shapes = [tuple(shape[1:]) for shape in call.outputs]
    return Row(
        name=call.name if calls[call.name] == 1 else f"{call.name} (call {calls[call.name]})",
        kind=type(call.layer).__name__ if call.layer else keras.layers.InputLayer.__name__,
        output_shape=shapes[0] if len(shapes) == 1 else tuple(shapes),
        parameters=sum(prod(v.shape) for v in fresh),
        activations=sum(map(prod, shapes)),
        multiply_adds=multiply_adds(call.layer, call.inputs[0][1:], shapes[0]) if call.inputs else 0,
        receptive_field=tuple(side.pixels for side in call.field) if call.field else None,
    )
