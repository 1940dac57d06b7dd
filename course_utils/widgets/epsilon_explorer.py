"""How large a change fools a classifier: epsilon under the reader's hand."""

import numpy as np
from keras import ops

from course_utils import plotting
from course_utils.attacks import FGSM, PGD, Untargeted, quantum
from course_utils.attacks.logits import answers_of
from course_utils.widgets.explorer import Explorer, choice, real, whole

STEPS = 10
# Signs drawn from here know nothing of the model: a change as large as FGSM's, for comparison.
NOISE_SEED = 0
ATTACKS = ("FGSM", f"PGD, {STEPS} steps", "random signs")


def explorer(model, images, labels):
    """`Explorer` of epsilon, the attack and the image, with the change enlarged and the probabilities as bars.

    Args:
        model: `keras.Model` from images to logits or probabilities.
        images: `(n, height, width, channels)` in [-1, 1], of which a slider chooses one.
        labels: the true classes, whole numbers `(n,)`.
    """
    return Explorer(
        lambda image, **settings: _draw(model, images[image], int(labels[image]), **settings),
        epsilon=real("epsilon", 0.2, 0.0, 1.0, step=0.02),
        attack=choice("attack", list(ATTACKS)),
        image=whole("image", 0, 0, len(images) - 1),
    )


def figure(model, image, label, epsilon=0.2, attack=ATTACKS[0]):
    """The explorer's picture as a matplotlib figure, for one image `(height, width, channels)` and its class."""
    return _draw(model, image, label, epsilon, attack)[0]


def changed(model, image, label, epsilon, attack):
    """The image after an attack.

    Args:
        model: `keras.Model` from images to logits or probabilities.
        image: `(height, width, channels)` in [-1, 1].
        label: its true class.
        epsilon: largest change of a pixel.
        attack: one of `ATTACKS`.

    Raises:
        ValueError: unknown attack, besides what the attacks raise.
    """
    if attack not in ATTACKS:
        raise ValueError(f"attack must be one of {', '.join(map(repr, ATTACKS))}. Received: attack={attack!r}.")
    if attack == ATTACKS[2]:
        signs = np.random.default_rng(NOISE_SEED).choice([-1.0, 1.0], image.shape)
        return np.clip(image + epsilon * signs, -1, 1).astype("float32")
    method = FGSM(epsilon) if attack == ATTACKS[0] else PGD(epsilon, steps=STEPS)
    return method(model, image[np.newaxis], Untargeted([label])).images[0]


def probabilities(model, images):
    """Probabilities `(n, classes)` of images, float64."""
    logits = ops.convert_to_numpy(answers_of(model).forward(np.asarray(images, "float32"))).astype("float64")
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _draw(model, image, label, epsilon, attack):
    attacked = changed(model, image, label, epsilon, attack)
    before, after = probabilities(model, [image, attacked])
    text = (
        f"{attack}, epsilon {epsilon:.2f} ({epsilon / quantum():.0f} of 255 levels): the answer "
        f"{before.argmax()} with {100 * before.max():.1f}% becomes {after.argmax()} with {100 * after.max():.1f}%. "
        f"The true class {label} has {100 * after[label]:.1f}%."
    )
    return plotting.answer_bars(image, attacked, before, after, label), text
