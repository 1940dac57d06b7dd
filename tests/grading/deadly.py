"""Jobs that end their own process; a file of its own, because each new process imports it."""

import os


def kills_its_process_once(mark, value, at):
    """Return `value`; the first time that it is `at`, the process dies."""
    if value == at and not os.path.exists(mark):
        open(mark, "w").close()
        os._exit(9)
    return value


def kills_its_process_at(value, at=5):
    """Return `value`; where it is `at`, the process dies."""
    if value == at:
        os._exit(9)
    return value
