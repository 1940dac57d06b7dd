"""How good what a game makes is, on the test split: which measures there are for which data."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_utils import data
from course_utils.experiments import cyclegan
from course_utils.metrics import FrozenClassifier, match_codes, pair_quality, quality
from course_utils.metrics.frozen import TRAINED

SAMPLES, SEED, AT_MOST = 1000, 2, 2000
QUALITY = (
    *("classifier", "kid", "fid", "precision", "recall"),
    *("modes", "smallest_share", "largest_share", "inception_score"),
)
PAIR = ("l1", "ssim", "sharpness", "label_colour")
# Half the width of the window of structural similarity reaches five pixels to each side.
SMALLEST_FOR_SSIM = 11
INK = ("error", "back_error", "cycle_error", "kept", "back_kept", "changed")
CYCLE = ("cycle_error", "back_cycle_error")


@dataclass(frozen=True)
class Measure:
    """`measure(gan)` gives a dict from each of `names` to a plain number, or a text that says what it was made with."""

    names: tuple
    measure: Callable


def chosen(settings, source):
    """The `Measure` for a game's `options.Settings` on a `sources.Source`; None where there is none."""
    if settings.game == "pix2pix":
        return _of_pairs(settings.dataset, source) if source.shape[0] >= SMALLEST_FOR_SSIM else None
    if settings.game == "cyclegan":
        return _of_cycles(settings.dataset, source)
    return _of_samples(settings, source) if settings.dataset in TRAINED else None


def _of_samples(settings, source):
    classifier, real = FrozenClassifier(settings.dataset), source.test[0]
    asked = ASKED.get(settings.game)

    def measure(gan):
        latent = gan.latent(SAMPLES, SEED)
        made = gan.generate(latent)
        measured = quality(real, made, classifier, AT_MOST)
        return measured | ({"agreement": asked(gan, latent, classifier.answers(made).argmax(axis=1))} if asked else {})

    return Measure(QUALITY + (("agreement",) if asked else ()), measure)


def _labels_obeyed(gan, latent, seen):
    return float((np.arange(len(seen)) % gan.classes == seen).mean())


def _codes_found(gan, latent, seen):
    return float(match_codes(gan.codes.categories_of(latent), seen).agreement)


ASKED = {"cgan": _labels_obeyed, "infogan": _codes_found}


def _of_pairs(dataset, source):
    x, y = source.test
    labels = data.labels_of(dataset, x)
    return Measure(_named(PAIR), lambda gan: _of_test(pair_quality(y, gan.translate(x), labels)))


def _of_cycles(dataset, source):
    if dataset == "ink" and source.shape == cyclegan.SHAPE:
        return Measure(_named(INK), lambda gan: _of_test(cyclegan.measure(gan)))
    x, y = source.test

    def measure(gan):
        there = cyclegan.distance(gan.translate_back(gan.translate(x)), x)
        return _of_test(
            dict(zip(CYCLE, (there, cyclegan.distance(gan.translate(gan.translate_back(y)), y)), strict=True))
        )

    return Measure(_named(CYCLE), measure)


def _named(names):
    # Games of translation log losses of these names, of the training images.
    return tuple(f"test_{name}" for name in names)


def _of_test(measured):
    return {f"test_{name}": value for name, value in measured.items()}
