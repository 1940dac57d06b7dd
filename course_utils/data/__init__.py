"""Data sets behind one call, and batches of them for `fit`; importing loads neither Keras nor scikit-learn."""

from course_utils.data.batches import batches
from course_utils.data.pairs import label_names, labels_of, load_pairs, palette
from course_utils.data.public import DownloadError
from course_utils.data.registry import load, names
from course_utils.data.unpaired import load_unpaired
from course_utils.data.unpaired_batches import unpaired_batches

__all__ = [
    "DownloadError",
    "batches",
    "label_names",
    "labels_of",
    "load",
    "load_pairs",
    "load_unpaired",
    "names",
    "palette",
    "unpaired_batches",
]
