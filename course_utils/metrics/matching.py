"""Codes that nobody named, matched to classes."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Matching:
    """The best one-to-one match of codes and classes.

    Attributes:
        table: counts `(codes, classes)`, whole numbers.
        class_of: class of each code `(codes,)`; -1 where there are more codes than classes and none is left.
        agreement: share of samples whose class is the one of their code, from 0 to 1.
    """

    table: np.ndarray
    class_of: np.ndarray
    agreement: float


def match_codes(codes, classes, n=10):
    """Match codes to classes so that as many samples as possible agree.

    A code's number says nothing, so of all ways to give each code a class of its own the best is taken. That is the
    assignment problem, which Kuhn's Hungarian method solves (1955), here by scipy. Chance alone gives a little more
    than 1 / n, because the match is chosen to fit.

    Args:
        codes: `(samples,)`, whole numbers from 0 to n - 1.
        classes: `(samples,)`, likewise.
        n: number of codes and of classes, or a pair of both numbers.

    Raises:
        ValueError: for arrays of different lengths, none, or numbers out of range.
    """
    # It takes a while to load, and only lessons with codes need it.
    from scipy.optimize import linear_sum_assignment

    n_codes, n_classes = (n, n) if isinstance(n, int) else n
    codes, classes = _checked("codes", codes, n_codes), _checked("classes", classes, n_classes)
    if len(codes) != len(classes):
        raise ValueError(f"Each sample has one code and one class. Received: {len(codes)} and {len(classes)}.")
    table = np.zeros((n_codes, n_classes), int)
    np.add.at(table, (codes, classes), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    class_of = np.full(n_codes, -1)
    class_of[rows] = columns
    return Matching(table, class_of, float(table[rows, columns].sum() / len(codes)))


def _checked(name, values, n):
    values = np.asarray(values)
    if values.ndim != 1 or not len(values) or values.dtype.kind not in "iu" or values.min() < 0 or values.max() >= n:
        received = f"{values.dtype} of shape {values.shape}"
        if values.size and values.dtype.kind in "iuf":
            received += f" from {values.min()} to {values.max()}"
        raise ValueError(f"{name} must be whole numbers (samples,) from 0 to {n - 1}. Received: {received}.")
    return values
