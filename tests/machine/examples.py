"""Machines for the tests of the check."""

from course_utils.machine.facts import Facts
from course_utils.machine.probe import REFERENCE_SECONDS, Probe
from course_utils.runtime import Machine

HERE = Machine("backend 1.0, keras 3.15", "cpu", "float32", 2, 8.0)
GOOD = Facts(
    python="3.12.4",
    packages={"keras": "3.15", "numpy": "2.4"},
    here=HERE,
    missing=None,
    cores=2,
    machine_cores=2,
    free=8 * 10**9,
    nvidia=False,
)
QUIET = Probe((REFERENCE_SECONDS,) * 3)
