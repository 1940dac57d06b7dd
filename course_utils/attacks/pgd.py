"""Projected gradient descent in an epsilon ball; the fast gradient sign method is one step of it.

All sizes are in the units of the pixels. Papers on images in [0, 1] give half of what is meant here on [-1, 1]: their
epsilon 0.3 is 0.6.
"""

from dataclasses import dataclass, field, fields

import keras
from keras import ops

from course_utils.attacks.checks import checked_count, checked_range, checked_size
from course_utils.attacks.goals import Untargeted
from course_utils.attacks.logits import gradient_and_logits
from course_utils.attacks.loop import BATCH, Hooks, iterate, run
from course_utils.attacks.norms import Linf, Norm

# Enough to reach every edge of the ball from any start (Madry et al. 2018, section 5).
REACH = 2.5


@keras.saving.register_keras_serializable("course_utils")
@dataclass(frozen=True)
class PGD:
    """Projected gradient descent (Madry, Makelov, Schmidt, Tsipras and Vladu 2018, arXiv:1706.06083).

    Args:
        epsilon: largest change, measured in `norm`, in the units of the pixels.
        norm: `Linf()` or `L2()`.
        steps: gradient steps of each start.
        step_size: size of each step; None takes 2.5 * epsilon / steps.
        random_start: begin at a random place in the ball rather than at the image.
        restarts: random starts; each image that an earlier one fooled is left alone.
        stop_early: keep each image as it is when it first meets the goal, rather than the last step that meets it.
        pixel_range: smallest and largest pixel value.
        seed: whole number that fixes the random starts, on one backend.

    Raises:
        TypeError: for another norm.
        ValueError: for arguments out of these ranges, or several restarts that would all be the same.
    """

    epsilon: float
    norm: Norm = field(default_factory=Linf)
    steps: int = 10
    step_size: float | None = None
    random_start: bool = True
    restarts: int = 1
    stop_early: bool = False
    pixel_range: tuple = (-1.0, 1.0)
    seed: int = 0

    def __post_init__(self):
        checked_size("epsilon", self.epsilon)
        checked_count("steps", self.steps)
        checked_count("restarts", self.restarts)
        checked_range(self.pixel_range)
        if self.step_size is not None:
            checked_size("step_size", self.step_size)
        if not isinstance(self.norm, Norm):
            raise TypeError(f"norm must be Linf() or L2(). Received: norm={self.norm!r}.")
        if self.restarts > 1 and not self.random_start:
            raise ValueError(
                "Without a random start every restart is the same. "
                f"Received: restarts={self.restarts}, random_start=False."
            )

    def __call__(self, model, images, goal, batch_size=BATCH):
        """Attack images `(n, height, width, channels)`; see `run` for arguments, result and errors."""
        hooks = self.hooks(tuple(images.shape), keras.random.SeedGenerator(self.seed))
        return run(model, images, goal, hooks, self.norm, self.restarts, self.stop_early, self.pixel_range, batch_size)

    def hooks(self, shape, seed):
        """The attack's `Hooks` for images of `(..., height, width, channels)`; `seed` draws the random starts."""
        low, high = checked_range(self.pixel_range)
        pixels = shape[-3] * shape[-2] * shape[-1]
        radius = self.norm.safe_radius(self.epsilon, pixels, max(abs(low), abs(high)))
        size = REACH * self.epsilon / self.steps if self.step_size is None else self.step_size

        def start(images):
            images = ops.convert_to_tensor(images)
            if not self.random_start:
                return images
            return ops.clip(images + self.norm.random(ops.shape(images), radius, seed), low, high)

        def step(x, gradient):
            return x + size * self.norm.direction(gradient)

        def project(x, images):
            return ops.clip(images + self.norm.project(x - images, radius), low, high)

        return Hooks(start, step, project, self.steps)

    def perturb(self, logits_fn, images, labels, seed):
        """The untargeted attack's last step, as tensors: for use inside a traced training step, unchecked.

        Args:
            logits_fn: function from images to logits, as `logits_of(model)` gives it.
            images: tensor `(batch, height, width, channels)`.
            labels: whole numbers `(batch,)`.
            seed: `keras.random.SeedGenerator` of the random start.
        """

        def towards_goal(x):
            gradient, logits = gradient_and_logits(logits_fn, x, labels)
            return Untargeted.towards * gradient, logits

        hooks = self.hooks(images.shape, seed)
        *_, (x, _, _) = iterate(towards_goal, hooks.start(images), images, hooks)
        return ops.stop_gradient(x)

    def get_config(self):
        norm = keras.saving.serialize_keras_object(self.norm)
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.init}
        return own | {"norm": norm, "pixel_range": list(self.pixel_range)}

    @classmethod
    def from_config(cls, config):
        norm = keras.saving.deserialize_keras_object(config["norm"])
        return cls(**config | {"norm": norm, "pixel_range": tuple(config["pixel_range"])})


@keras.saving.register_keras_serializable("course_utils")
@dataclass(frozen=True)
class BIM(PGD):
    """The basic iterative method: PGD that begins at the image (Kurakin, Goodfellow and Bengio, arXiv:1607.02533)."""

    random_start: bool = False


@keras.saving.register_keras_serializable("course_utils")
@dataclass(frozen=True)
class FGSM(PGD):
    """The fast gradient sign method, one step of size epsilon from the image (Goodfellow, Shlens and Szegedy 2015,
    arXiv:1412.6572): x + epsilon * sign(gradient), or in `L2()` x + epsilon * gradient / |gradient|.
    """

    steps: int = field(default=1, init=False)
    step_size: float | None = field(default=None, init=False)
    random_start: bool = field(default=False, init=False)
    restarts: int = field(default=1, init=False)
    stop_early: bool = field(default=False, init=False)

    def __post_init__(self):
        object.__setattr__(self, "step_size", self.epsilon)
        super().__post_init__()
