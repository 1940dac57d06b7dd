"""The check of this machine: what the course runs on here, how fast that is, and what to do about what is missing.

Importing it imports no backend, so that a missing one can be told in plain words.
"""

from course_utils.machine.checking import check
from course_utils.machine.report import Report

__all__ = ["Report", "check"]
