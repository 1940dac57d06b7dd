"""*Check your run*: a lesson's numbers against the bands that five seeds gave, and what to try outside them."""

from dataclasses import dataclass


class RunOutsideBandsError(AssertionError):
    """A run did not learn what its lesson shows; the message says what to try."""


@dataclass(frozen=True)
class Band:
    """One number of a run and the band it should lie in.

    Args:
        name: what the number is, with its unit.
        value: the number.
        low, high: ends of the band, None for an open end.
        advice: what to try where the number lies outside.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    advice: str = ""

    def __post_init__(self):
        if self.low is None and self.high is None:
            raise ValueError(f"A band needs at least one end. Received: {self.name!r} with low=None and high=None.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"A band's low end lies below its high end. Received: low={self.low}, high={self.high}.")

    @property
    def holds(self):
        """Whether the value lies in the band; a NaN never does."""
        above = self.low is None or self.value >= self.low
        below = self.high is None or self.value <= self.high
        return above and below

    @property
    def range(self):
        """The band in words."""
        if self.low is None:
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


def check_run(*bands):
    """Print each number beside its band.

    Raises:
        RunOutsideBandsError: where a number lies outside; names each one and its advice.
        ValueError: where there is no band, as nothing would be checked.
    """
    if not bands:
        raise ValueError("A check needs at least one Band. Received: none.")
    width = max(len(band.name) for band in bands)
    for band in bands:
        print(f"{'ok  ' if band.holds else 'LOOK'} {band.name:{width}}  {band.value:8.4g}   ({band.range})")
    outside = [band for band in bands if not band.holds]
    if outside:
        raise RunOutsideBandsError(
            "This run did not show what the lesson says. "
            + " ".join(f"{b.name} is {b.value:.4g}, and should be {b.range}: {b.advice}" for b in outside)
        )
    print("This run shows what the lesson says.")
