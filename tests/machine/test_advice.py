"""What is said about machines of every kind."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.lessons import LESSONS
from course_utils.machine import advice
from course_utils.machine.probe import REFERENCE_SECONDS, Probe
from tests.machine.examples import GOOD, QUIET

ROOT = Path(__file__).resolve().parents[2]


def said(facts, probe=QUIET):
    return [(remark.urgent, remark.text) for remark in advice.remarks(facts, probe)]


def test_of_a_good_machine_only_its_device_is_told():
    assert said(GOOD) == [(False, "No GPU: the lessons are made for processors, and need none.")]


@pytest.mark.parametrize(
    ("change", "urgent", "words"),
    [
        ({"python": "3.10.14"}, True, "Python 3.10.14 is not one .* 3.11 to 3.13. `make lab PYTHON=python3.12`"),
        ({"python": "3.14.0"}, True, "Python 3.14.0 is not one"),
        ({"here": None, "missing": "No module named 'x'"}, True, "No module named 'x'. Install .*KERAS_BACKEND"),
        ({"packages": {"keras": None, "numpy": "2"}, "here": None}, True, "Missing: keras. .*`make lab`"),
        ({"free": int(2.4e9)}, True, r"Only 2.4 GB of memory are free.* up to 1.5 GB.*Shut Down All Kernels"),
        ({"cores": 1}, False, "one core of the machine's 2.*give it two"),
        ({"cores": 1, "machine_cores": 1}, False, r"may use one core\. "),
        ({"here": replace(GOOD.here, device="gpu")}, False, "The GPU computes.*more than the time"),
        ({"nvidia": True}, False, "an NVIDIA GPU, which backend 1.0 does not use"),
    ],
)
def test_what_is_amiss_is_told_with_what_to_do(change, urgent, words):
    remarks = said(replace(GOOD, **change))
    assert [told for told, text in remarks if re.search(words, text)] == [urgent]


@pytest.mark.parametrize("change", [{"python": "3.11.0"}, {"python": "3.13.9"}, {"free": int(2.5e9)}, {"free": None}])
def test_what_suffices_is_not_told(change):
    assert said(replace(GOOD, **change)) == said(GOOD)


def test_the_urgent_comes_first():
    remarks = said(replace(GOOD, cores=1, free=10**9))
    assert [urgent for urgent, _ in remarks] == [True, False, False]


@pytest.mark.parametrize(
    ("repetitions", "words"),
    [
        ((1.0, 2.5, 1.0, 1.0, 2.5), "slower repetitions took 2.5 times"),
        ((5 * REFERENCE_SECONDS,) * 3, "This machine is slow.*the longest, "),
    ],
)
def test_a_disturbed_or_slow_machine_is_told(repetitions, words):
    assert any(re.search(words, text) for _, text in said(GOOD, Probe(repetitions)))


def test_without_a_probe_nothing_is_said_of_speed():
    assert said(GOOD, None) == said(GOOD)


def test_pythons_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (low, high) = (".".join(map(str, version)) for version in advice.PYTHONS)
    assert project["requires-python"] == f">={low},<{high}"


def test_enough_memory_is_enough_for_every_lesson():
    assert max(lesson.megabytes for lesson in LESSONS) / 1000 < advice.LEAST_GB
