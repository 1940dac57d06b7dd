"""Images that excite a network: objective x parametrisation x transforms x optimiser, joined by one function."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from course_utils import autodiff
from course_utils.features import transforms as moves
from course_utils.features.checks import first_passage, image_shape
from course_utils.features.parametrisations import Fourier
from course_utils.features.passage import Passage

LEARNING_RATE = 0.05


@dataclass(frozen=True)
class Maximised:
    """What was found.

    Attributes:
        images: `(n, height, width, channels)`, float32 in [-1, 1].
        values: `(n,)`, the objective for these images as they are, not moved.
        history: `(steps, n)`, the objective before each step, for the images as the transforms moved them.
    """

    images: np.ndarray
    values: np.ndarray
    history: np.ndarray


def maximise(model, objective, parametrisation=None, transforms=(), steps=200, optimizer=None, between=(), seed=0):
    """Makes images that raise an objective, by gradient ascent from noise.

    Erhan et al. 2009, "Visualizing higher-layer features of a deep network"; Simonyan et al. 2014 (arXiv:1312.6034);
    the way of joining the parts is lucid's. The same seed draws the same noise and moves on every backend.

    Args:
        model: built `keras.Model` from images to any one answer; inner layers need a Sequential or functional one.
        objective: `Objective`, such as `channel("conv2", [0, 1, 2]) - 0.1 * total_variation()`.
        parametrisation: `Pixel` or `Fourier`; None takes `Fourier` of the model's image size, with as many images as
            the objective is about.
        transforms: `Jitter`, `Scale`, `Rotate`, or others with `matrix(random)`; drawn anew for each step.
        steps: gradient steps, at least 1.
        optimizer: `keras.optimizers.Optimizer`, of which a copy is used; None takes Adam with learning rate 0.05.
        between: functions `(images, step)`, such as `Blur()`, that change the images between steps, or return None.
        seed: whole number that fixes noise and moves.

    Returns:
        `Maximised`.

    Raises:
        TypeError: where model or objective is none.
        ValueError: for a layer or class that the model does not have, images of another number than the objective's,
            or arguments out of range.
        FloatingPointError: where a step gives numbers that are not finite.
    """
    if not callable(objective) or not hasattr(objective, "count"):
        raise TypeError(f"objective must be an Objective, such as class_logit(3). Received: objective={objective!r}.")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps must be a positive whole number. Received: steps={steps!r}.")
    if parametrisation is None:
        parametrisation = Fourier(image_shape(model), objective.count)
    random = np.random.default_rng(seed)
    parameters = keras.Variable(parametrisation.initial(random), dtype="float32", trainable=True, name="image")
    optimizer = _copy(optimizer)
    optimizer.build([parameters])
    # Errors are plain while nothing is compiled.
    objective(first_passage(model, parametrisation.images(parameters.value)))
    step_of = autodiff.compiled(_step(model, objective, parametrisation), model)
    history = []
    for step in range(1, steps + 1):
        move = moves.draw(transforms, *parametrisation.shape[:2], random) if transforms else ()
        gradient, values = step_of(parameters.value, *map(ops.convert_to_tensor, move))
        history.append(_checked(values, step))
        optimizer.apply([-gradient], [parameters])
        for hook in between:
            _change(parameters, parametrisation, hook, step)
    images = ops.convert_to_numpy(parametrisation.images(parameters.value))
    values = objective(Passage(model, ops.convert_to_tensor(images)))
    return Maximised(images, _numpy(values), np.array(history))


def _step(model, objective, parametrisation):
    def gradient_and_values(parameters, *move):
        def total(x):
            images = parametrisation.images(x)
            values = objective(Passage(model, moves.apply(images, *move) if move else images))
            return ops.sum(values), values

        return autodiff.gradient_and_more(total, parameters)

    return gradient_and_values


def _copy(optimizer):
    if optimizer is None:
        return keras.optimizers.Adam(LEARNING_RATE)
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(f"optimizer must be a keras.optimizers.Optimizer. Received: optimizer={optimizer!r}.")
    # An optimiser belongs to the variables that it first saw.
    return type(optimizer).from_config(optimizer.get_config())


def _change(parameters, parametrisation, hook, step):
    images = hook(ops.convert_to_numpy(parametrisation.images(parameters.value)), step)
    if images is not None:
        parameters.assign(parametrisation.parameters(images))


def _checked(values, step):
    values = _numpy(values)
    if not np.isfinite(values).all():
        raise FloatingPointError(
            f"The objective became {values[~np.isfinite(values)][0]} at step {step}. Lower the optimizer's learning "
            "rate, or the weight of a term."
        )
    return values


def _numpy(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))
