"""The check that every number of the arithmetic goes through."""

from numbers import Integral


def integer(name, value, least, context):
    """Return `value` as an `int` of at least `least`; NumPy's integers will do.

    Args:
        name: what the error calls the value.
        value: what was received.
        least: smallest value that makes sense.
        context: what is being computed, for the error.

    Raises:
        TypeError: not an integer; `True` and `False` are none here.
        ValueError: an integer below `least`.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{context}: {name} counts pixels, so it must be an integer. Received: {name}={value!r} "
            f"({type(value).__name__}). Give a whole number, without a decimal point."
        )
    if value < least:
        raise ValueError(
            f"{context}: {name} must be at least {least}. Received: {name}={value}. Give a number from {least} up."
        )
    return int(value)
