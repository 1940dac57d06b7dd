"""Images that show nothing and that a model is sure of."""

import numpy as np

from course_utils.attacks.checks import checked_count, checked_range
from course_utils.attacks.goals import Targeted
from course_utils.attacks.loop import BATCH
from course_utils.attacks.norms import Linf
from course_utils.attacks.pgd import BIM

NOISE = 0.1


def fooling_image(
    model,
    classes,
    confidence=0.99,
    steps=200,
    step_size=None,
    norm=None,
    epsilon=None,
    pixel_range=(-1.0, 1.0),
    seed=0,
    batch_size=BATCH,
):
    """Turn noise into images that a model takes for given classes, with given confidence.

    Gradient ascent from noise, as in Nguyen, Yosinski and Clune, "Deep neural networks are easily fooled" (CVPR 2015,
    arXiv:1412.1897, section 3.3): an attack whose ball is the whole range of pixels.

    Args:
        model: `keras.Model` of one image shape `(height, width, channels)`, to logits or probabilities.
        classes: the class of each image to be made, whole numbers `(n,)`.
        confidence: stop at the first step at which the class is more probable than this, in (0, 1).
        steps: gradient steps at most.
        step_size: size of each step in `norm`; None takes a hundredth of the pixel range (Linf's) or of `epsilon`.
        norm: `Linf()` (None) or `L2()`.
        epsilon: largest distance from the noise; None takes the pixel range, which no pixel can leave anyway.
        pixel_range: smallest and largest pixel value.
        seed: whole number that fixes the noise: normal, around the middle of the pixel range, with a standard
            deviation of a tenth of it.
        batch_size: images that are made at a time.

    Returns:
        `AttackResult` with images `(n, height, width, channels)`.

    Raises:
        ValueError: for a model that takes images of no known size, besides what `run` raises.
    """
    low, high = checked_range(pixel_range)
    norm = Linf() if norm is None else norm
    shape = _image_shape(model)
    goal = Targeted(np.atleast_1d(classes), confidence)
    noise = np.random.default_rng(seed).normal((low + high) / 2, NOISE * (high - low), (len(goal.classes), *shape))
    if epsilon is None:
        epsilon = float(norm.size(np.full((1, *shape), high - low))[0])
    attack = BIM(
        epsilon,
        norm,
        steps=checked_count("steps", steps),
        step_size=epsilon / 100 if step_size is None else step_size,
        stop_early=True,
        pixel_range=pixel_range,
    )
    return attack(model, np.clip(noise, low, high).astype("float32"), goal, batch_size)


def _image_shape(model):
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 4 or None in shape[1:]:
        raise ValueError(
            "The model must take images of one known size (height, width, channels). "
            f"Received: a model with input_shape={shape}."
        )
    return shape[1:]
