"""Objectives add and scale: the class behind every one of them."""

from numbers import Real


class Objective:
    """A number for each image of a `Passage`; larger is better.

    Args:
        values: function from a `Passage` to a tensor `(batch,)`.
        name: what it is called in pictures and errors.
        count: number of images that it is about; 1 for any number.
    """

    def __init__(self, values, name, count=1):
        self.values, self.name, self.count = values, name, count

    def __call__(self, passage):
        return self.values(passage)

    def __repr__(self):
        return self.name

    def __add__(self, other):
        if isinstance(other, Real):
            return Objective(lambda passage: self(passage) + other, f"{self} + {other}", self.count)
        if not isinstance(other, Objective):
            return NotImplemented
        if self.count != other.count and 1 not in (self.count, other.count):
            raise ValueError(
                "Objectives that are added must be about the same number of images, or about one. "
                f"Received: {self.count} for {self} and {other.count} for {other}."
            )
        count = max(self.count, other.count)
        return Objective(lambda passage: self(passage) + other(passage), f"{self} + {other}", count)

    def __mul__(self, factor):
        if not isinstance(factor, Real):
            return NotImplemented
        return Objective(lambda passage: factor * self(passage), f"{factor} * ({self})", self.count)

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -1 * other if isinstance(other, Objective | Real) else NotImplemented

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return -self + other
