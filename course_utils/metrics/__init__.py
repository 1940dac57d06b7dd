"""Metrics of generated images, over features and answers of a small frozen classifier; each number is its own file."""

from course_utils.metrics.coverage import class_shares, mode_coverage
from course_utils.metrics.fid import fid
from course_utils.metrics.frozen import FrozenClassifier
from course_utils.metrics.inception_score import inception_score
from course_utils.metrics.kid import kid
from course_utils.metrics.label_colours import label_colour_error
from course_utils.metrics.matching import match_codes
from course_utils.metrics.pairs import pair_quality, ssim
from course_utils.metrics.precision_recall import precision, precision_recall, recall
from course_utils.metrics.quality import quality
from course_utils.metrics.sharpness import relative_sharpness
from course_utils.metrics.validation import OnImages

__all__ = [
    "FrozenClassifier",
    "OnImages",
    "class_shares",
    "fid",
    "inception_score",
    "kid",
    "label_colour_error",
    "match_codes",
    "mode_coverage",
    "pair_quality",
    "precision",
    "precision_recall",
    "quality",
    "recall",
    "relative_sharpness",
    "ssim",
]
