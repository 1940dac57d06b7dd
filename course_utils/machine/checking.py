"""The one call of the check."""

from course_utils.machine import facts, probe
from course_utils.machine.advice import remarks
from course_utils.machine.report import Report


def check(seconds=3.0):
    """Look at this machine, train a small network on it for a few seconds, and say what to expect.

    It starts the backend as `runtime.start` does. Where none starts there is no probe, and the report says what to do.

    Args:
        seconds: time for the probe, over 0.

    Returns:
        A `Report`: the last value of a cell shows it as tables, `print` as text.

    Raises:
        ValueError: for a time that is not over 0.
    """
    found = facts.gather()
    measured = probe.probe(seconds) if found.here else None
    return Report(found, measured, tuple(remarks(found, measured)))
