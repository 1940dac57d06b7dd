"""All metrics of generated images in one call."""

from functools import cache

import numpy as np

from course_utils.metrics.coverage import class_shares, mode_coverage
from course_utils.metrics.fid import fid
from course_utils.metrics.frozen import FrozenClassifier
from course_utils.metrics.inception_score import inception_score
from course_utils.metrics.kid import kid
from course_utils.metrics.precision_recall import precision_recall


def quality(real, fake, classifier=None, at_most=10_000):
    """Compares generated images with real ones.

    Args:
        real: `(n, height, width, channels)` in [-1, 1], n at least 4; held-out images are the honest choice.
        fake: `(m, height, width, channels)` in [-1, 1], m at least 4.
        classifier: a `FrozenClassifier`; `None` takes `"digits"`.
        at_most: images of either set that are looked at, chosen by a fixed seed where there are more. Distances are
            taken between all pairs: for 60,000 images they would fill 14 GB.

    Returns:
        Dict of plain numbers: `classifier` (its label: no number here can be compared with one of another classifier),
        `kid`, `fid`, `precision`, `recall`, `modes`, `smallest_share`, `largest_share`, `inception_score`.

    Raises:
        ValueError: images of another shape or range, or too few.
    """
    classifier = _default_classifier() if classifier is None else classifier
    real_features = classifier.features(_some(real, at_most))
    fake_features, answers = classifier.features_and_answers(_some(fake, at_most))
    precision, recall = precision_recall(real_features, fake_features)
    shares = class_shares(answers)
    return {
        "classifier": classifier.label,
        "kid": float(kid(real_features, fake_features)),
        "fid": float(fid(real_features, fake_features)),
        "precision": float(precision),
        "recall": float(recall),
        "modes": int(mode_coverage(answers)),
        "smallest_share": float(min(shares)),
        "largest_share": float(max(shares)),
        "inception_score": float(inception_score(answers)),
    }


def _some(images, at_most):
    if len(images) <= at_most:
        return images
    return images[np.sort(np.random.default_rng(0).choice(len(images), at_most, replace=False))]


@cache
def _default_classifier():
    return FrozenClassifier("digits")
