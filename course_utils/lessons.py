"""The one catalogue of lessons: what each teaches, what it builds on, what it costs and what its run shows."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Args:
        number: its number in the course, from 1.
        file: name of its notebook.
        title: its title, as the notebook's first line has it after the number.
        teaches: its subjects, in one line; the README shows the same.
        builds_on: numbers of the lessons that it takes as known, each named where nothing else leads to it.
        seconds: time of the whole page on the reference machine, idle (`machine.probe` says which that is).
        megabytes: most memory that its kernel held then, in 10**6 bytes.
        shows: what the committed run shows, in numbers that its *Check your run* printed.
    """

    number: int
    file: str
    title: str
    teaches: str
    builds_on: tuple[int, ...]
    seconds: int
    megabytes: int
    shows: str

    @property
    def name(self):
        """The title up to its colon: short enough for a box or a cell of a table."""
        return self.title.partition(":")[0]


def minutes(seconds):
    """A time in words, rounded up to half minutes: `"1½ min"` for 84 seconds; from ten minutes on to whole ones.

    Raises:
        ValueError: for a time that is not over 0.
    """
    if not seconds > 0:
        raise ValueError(f"seconds must be over 0. Received: {seconds!r}.")
    halves = math.ceil(seconds / 30)
    if halves > 20:
        return f"{math.ceil(seconds / 60)} min"
    whole, half = divmod(halves, 2)
    return f"{whole or ''}{'½' if half else ''} min"


LESSONS = (
    Lesson(
        number=1,
        file="01_cnn_operations.ipynb",
        title="The operations of a convolutional network",
        teaches=(
            "convolution, padding, pooling, activations, normalisation and transposed convolution, each by hand and in "
            "Keras; receptive fields"
        ),
        builds_on=(),
        seconds=15,
        megabytes=800,
        shows=(
            "26 comparisons with Keras, none further off than 1e-05; receptive fields of 45 and 61 pixels, by "
            "arithmetic and by the gradient"
        ),
    ),
    Lesson(
        number=2,
        file="02_alexnet_shape_arithmetic.ipynb",
        title="AlexNet: the arithmetic of shapes",
        teaches=(
            "sizes, parameters, multiply-adds and memory of AlexNet, VGG-16 and ResNet-50, every row checked against "
            "Keras"
        ),
        builds_on=(1,),
        seconds=13,
        megabytes=1500,
        shows=(
            "AlexNet's 61.0 million parameters and 724 million multiply-adds; 11 rows of AlexNet and 21 of VGG-16, "
            "all as in Keras"
        ),
    ),
    Lesson(
        number=3,
        file="03_adversarial_attacks.ipynb",
        title="Adversarial attacks: fooling a network, and defending it",
        teaches=(
            "FGSM and its iterated forms, targeted attacks, fooling images, trainable noise, transfer, adversarial "
            "training"
        ),
        builds_on=(1,),
        seconds=84,
        megabytes=1100,
        shows="FGSM takes the accuracy from 99% to 8%; adversarial training regains 62% of the damage",
    ),
    Lesson(
        number=4,
        file="04_vanilla_gan.ipynb",
        title="The vanilla GAN",
        teaches=(
            "the minimax game, the optimal discriminator, saturating and non-saturating loss, the training algorithm"
        ),
        builds_on=(),
        seconds=67,
        megabytes=1100,
        shows="readable digits of all 10 classes from dense networks, at a KID of 0.123",
    ),
    Lesson(
        number=5,
        file="05_dcgan.ipynb",
        title="DCGAN: convolutions on both sides",
        teaches="transposed convolutions, the design rules and what breaks without them, walks in latent space",
        builds_on=(1, 4),
        seconds=65,
        megabytes=1000,
        shows="a KID of 0.026, 0.24 of what dense networks reach; 1.12 without batch normalisation",
    ),
    Lesson(
        number=6,
        file="06_conditional_gan.ipynb",
        title="Conditional GAN: a digit on demand",
        teaches=(
            "a label for both networks, one-hot maps, what becomes of it where only the generator sees the label; one "
            "style in ten digits, mixtures of labels"
        ),
        builds_on=(5,),
        seconds=49,
        megabytes=1000,
        shows=(
            "a classifier sees the digit that was asked for in 97% of the samples, and in 9% where D is blind to the "
            "label"
        ),
    ),
    Lesson(
        number=7,
        file="07_pix2pix.ipynb",
        title="Pix2Pix: from one image to another",
        teaches=(
            "U-Net with skips and without, PatchGAN and its receptive field, the adversarial loss with and without a "
            "distance, L1 error against sharpness"
        ),
        builds_on=(6,),
        seconds=58,
        megabytes=1000,
        shows="an L1 error of 0.100, the lowest of the runs with an adversary, and 1.5 times the sharpness of L1 alone",
    ),
    Lesson(
        number=8,
        file="08_cyclegan.ipynb",
        title="CycleGAN: translation without pairs",
        teaches=(
            "translation between two sets without pairs: cycle consistency, lambda, identity loss and the history of "
            "images, against a known truth; what it cannot do"
        ),
        builds_on=(7,),
        seconds=60,
        megabytes=1300,
        shows=(
            "99% of the digits survive the translation, 10% without the cycle; "
            "an error of 0.024 against the known truth"
        ),
    ),
    Lesson(
        number=9,
        file="09_infogan.ipynb",
        title="InfoGAN: codes that name themselves",
        teaches=(
            "codes that name themselves: mutual information, the bound that Q climbs, what the codes came to mean, by "
            "matching and by measuring"
        ),
        builds_on=(5,),
        seconds=39,
        megabytes=1200,
        shows=(
            "without one label, categories that agree with the digits in at least 55% of the samples; 18% where Q "
            "only listens"
        ),
    ),
    Lesson(
        number=10,
        file="10_feature_visualization.ipynb",
        title="Feature visualisation: what did the network learn?",
        teaches=(
            "images that excite a class, a channel or a unit; saliency and Grad-CAM; a classifier that learned the "
            "background"
        ),
        builds_on=(3, 5),
        seconds=51,
        megabytes=1300,
        shows=(
            "a classifier of even and odd digits, right on 100% of held-out images and on 0% once backgrounds are "
            "swapped; 96% after the remedy"
        ),
    ),
)
