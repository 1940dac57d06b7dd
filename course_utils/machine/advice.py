"""What to do about what a machine lacks, and what is good to know about it."""

from dataclasses import dataclass

from course_utils.lessons import LESSONS, minutes

# From the first of these versions on, and before the second; a test holds them to pyproject.toml.
PYTHONS = ((3, 11), (3, 14))
LEAST_GB = 2.5
# Quartiles of the reference machine lay up to 1.6 apart when nothing else was at work.
UNQUIET = 2
LONG_SECONDS = 300


@dataclass(frozen=True)
class Remark:
    """One sentence or two about this machine; an urgent one tells what to do first."""

    urgent: bool
    text: str


def remarks(facts, probe):
    """Return the `Remark`s on a machine, the urgent ones first.

    Args:
        facts: `Facts`.
        probe: `Probe`, or None where none could run.
    """
    found = [*_python(facts), *_backend(facts), *_memory(facts), *_cores(facts), *_gpu(facts)]
    if probe:
        found += _speed(probe)
    return sorted(found, key=lambda remark: not remark.urgent)


def _python(facts):
    version = tuple(int(part) for part in facts.python.split(".")[:2])
    if not PYTHONS[0] <= version < PYTHONS[1]:
        yield Remark(
            True,
            f"Python {facts.python} is not one that the course is tested with: these are 3.{PYTHONS[0][1]} to "
            f"3.{PYTHONS[1][1] - 1}. `make lab PYTHON=python3.12` starts with another one that is installed.",
        )


def _backend(facts):
    absent = [name for name, version in facts.packages.items() if version is None]
    if absent:
        yield Remark(
            True,
            f"Missing: {', '.join(absent)}. This page runs in another Python than the course's: close it and start "
            "JupyterLab by `make lab`; on Colab, run the page's first cell.",
        )
    elif facts.here is None:
        yield Remark(
            True,
            f"The course does not start here. The reason, in Python's words: {facts.missing.rstrip('.')}. Install what "
            "this names, or put the setting right that it names: the environment variable KERAS_BACKEND chooses the "
            "backend, which has to be installed. Then restart the kernel.",
        )


def _memory(facts):
    if facts.free is not None and facts.free / 1e9 < LEAST_GB:
        most = max(lesson.megabytes for lesson in LESSONS) / 1e3
        yield Remark(
            True,
            f"Only {facts.free / 1e9:.1f} GB of memory are free. A lesson takes up to {most:.1f} GB, and the browser "
            f"some more: have {LEAST_GB} GB. Close other programs, and in JupyterLab the other notebooks' kernels "
            "(Kernel, Shut Down All Kernels); or use Colab.",
        )


def _cores(facts):
    if facts.cores == 1:
        rest = f" of the machine's {facts.machine_cores}" if facts.machine_cores > 1 else ""
        yield Remark(
            False,
            f"This process may use one core{rest}. The lessons run, but other work of theirs then waits for the "
            "training: expect more than the times below. Where this is a container or a virtual machine, give it two.",
        )


def _gpu(facts):
    if facts.here is None:
        return
    if facts.here.device == "gpu":
        yield Remark(
            False,
            "The GPU computes. It speeds up training; starting, compiling and drawing take as long as before, so a "
            "page needs more than the time that the probe foretells.",
        )
    elif facts.nvidia:
        yield Remark(
            False,
            f"The machine has an NVIDIA GPU, which {facts.backend} does not use. No lesson needs it; to use it, "
            "install the backend with its GPU packages.",
        )
    else:
        yield Remark(False, "No GPU: the lessons are made for processors, and need none.")


def _speed(probe):
    if probe.spread > UNQUIET:
        yield Remark(
            False,
            f"The probe's slower repetitions took {probe.spread:.1f} times as long as its faster ones: something else "
            "is at work on this machine. Run the check again when it is done.",
        )
    longest = max(LESSONS, key=lambda lesson: lesson.seconds)
    if (seconds := probe.expected(longest.seconds)) > LONG_SECONDS:
        yield Remark(
            False,
            f"This machine is slow for the lessons: the longest, {longest.number:02}, will take about "
            f"{minutes(seconds)}. It comes to the same end. Colab may be faster.",
        )
