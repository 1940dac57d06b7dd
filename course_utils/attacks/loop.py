"""The one gradient loop of all attacks: start, then step and project again and again."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from keras import ops

from course_utils.attacks.checks import checked_count, checked_images
from course_utils.attacks.logits import answers_of
from course_utils.attacks.result import AttackResult

BATCH = 256


@dataclass(frozen=True)
class Hooks:
    """What makes one attack out of the loop; each hook takes and gives images `(batch, height, width, channels)`.

    Attributes:
        start: of the given images, where to begin.
        step: of the images so far and the gradient that leads towards the goal, where to go.
        project: of the images so far and the given ones, the nearest that are allowed.
        steps: how often to step.
    """

    start: Callable
    step: Callable
    project: Callable
    steps: int


def iterate(gradient_and_logits, x, images, hooks):
    """Yield `(x, logits, gradient)` before every step, and after the last one `(x, None, None)`."""
    for _ in range(hooks.steps):
        gradient, logits = gradient_and_logits(x)
        yield x, logits, gradient
        x = hooks.project(hooks.step(x, ops.stop_gradient(gradient)), images)
    yield x, None, None


def run(model, images, goal, hooks, norm, restarts=1, stop_early=False, pixel_range=(-1.0, 1.0), batch_size=BATCH):
    """Attack a model: look for images near the given ones that meet a goal.

    Args:
        model: `keras.Model` from images to logits `(batch, classes)`. A softmax or sigmoid at its end is left out.
        images: `(n, height, width, channels)` in `pixel_range`.
        goal: `Untargeted(labels)` or `Targeted(classes)`.
        hooks: `Hooks`, the attack.
        norm: `Linf()` or `L2()`, in which the change is measured.
        restarts: how often to begin, each time with the images that do not meet the goal yet.
        stop_early: keep each image as it is when it first meets the goal; otherwise the last step that meets it.
        pixel_range: smallest and largest pixel value.
        batch_size: images that are attacked at a time; memory grows with it, and results do not depend on it.

    Returns:
        `AttackResult`. An image that meets the goal from the outset stays where no step meets it.

    Raises:
        TypeError: for a model that is no `keras.Layer`.
        ValueError: for images of another shape or range, classes that the model does not know, or a model whose
            answers are not finite, probabilities that cannot be undone, or left to chance.

    Warns:
        RuntimeWarning: where the gradient is zero everywhere, so that failure says nothing about the model.
    """
    images = checked_images(images, pixel_range)
    restarts, batch_size = checked_count("restarts", restarts), checked_count("batch_size", batch_size)
    answers = answers_of(model)
    answers.check(images)
    search = _Search(answers, images, goal, hooks, stop_early, min(batch_size, len(images)))
    for restart in range(restarts):
        search.begin(restart)
    search.warn()
    return AttackResult(
        images=search.found,
        success=search.first >= 0,
        size=norm.size(search.found.astype("float64") - images),
        steps=np.where(search.first >= 0, search.first, restarts * hooks.steps),
    )


class _Search:
    """The images found so far, and for each the step that first met the goal; -1 where none has."""

    def __init__(self, answers, images, goal, hooks, stop_early, batch_size):
        self.answers, self.images, self.goal, self.hooks = answers, images, goal, hooks
        self.stop_early, self.batch_size = stop_early, batch_size
        every = np.arange(len(images))
        logits = np.concatenate([self._logits(images[padded])[: len(rows)] for rows, padded in self._cut(every)])
        self.classes = goal.for_images(len(images), logits.shape[-1])
        self.found = images.copy()
        self.first = np.where(goal.met(logits, self.classes), 0, -1)
        self.flat = 0

    def begin(self, restart):
        """Attack from a new start the images that do not meet the goal; the first time all, unless stopping early."""
        everything = restart == 0 and not self.stop_early
        todo = np.arange(len(self.images)) if everything else np.flatnonzero(self.first < 0)
        if len(todo) == 0:
            return
        starts = np.empty_like(self.images)
        starts[todo] = ops.convert_to_numpy(self.hooks.start(self.images[todo]))
        for rows, padded in self._cut(todo):
            self._attack(starts, rows, padded, taken=restart * self.hooks.steps)

    def _attack(self, starts, rows, padded, taken):
        begin, images, classes = map(ops.convert_to_tensor, (starts[padded], self.images[padded], self.classes[padded]))
        for k, (x, logits, gradient) in enumerate(iterate(self._towards(classes), begin, images, self.hooks)):
            logits = self._logits(x) if logits is None else ops.convert_to_numpy(logits)
            met = self.goal.met(logits, self.classes[padded])[: len(rows)]
            unmet = self.first[rows] < 0
            kept = unmet if self.stop_early else unmet | met
            self.found[rows[kept]] = ops.convert_to_numpy(x)[: len(rows)][kept]
            self.first[rows[unmet & met]] = taken + k
            if k == 0:
                self.flat += _count_flat(ops.convert_to_numpy(gradient)[: len(rows)][~met])
            if self.stop_early and (self.first[rows] >= 0).all():
                return

    def _towards(self, classes):
        def gradient_and_logits(x):
            gradient, logits = self.answers.gradient(x, classes)
            return self.goal.towards * gradient, logits

        return gradient_and_logits

    def _logits(self, x):
        return ops.convert_to_numpy(self.answers.forward(ops.convert_to_tensor(x)))

    def _cut(self, rows):
        """Pairs of at most `batch_size` rows, and the same filled up to it: a compiler sees one shape only."""
        for begin in range(0, len(rows), self.batch_size):
            part = rows[begin : begin + self.batch_size]
            yield part, np.concatenate([part, np.repeat(part[-1:], self.batch_size - len(part))])

    def warn(self):
        if self.flat:
            warnings.warn(
                f"The model's gradient is exactly zero for {self.flat} of the {len(self.images)} images at the start "
                "of an attack, which cannot move them. That is no robustness: look for rounding, a saturated "
                "activation or a step function in the model.",
                RuntimeWarning,
                stacklevel=3,
            )


def _count_flat(gradient):
    return int((gradient == 0).all(axis=(1, 2, 3)).sum())
