"""The probe's repetitions, and what it makes of them."""

import itertools

import numpy as np
import pytest

from course_utils.machine import probe as probes
from course_utils.machine.probe import REFERENCE_SECONDS, Probe, game, probe


class Ticks:
    """A clock that moves on by `step` at every look."""

    def __init__(self, step):
        self.times = itertools.count(0, step)

    def __call__(self):
        return next(self.times)


@pytest.fixture
def untrained(monkeypatch):
    """Count the repetitions instead of training; the first compiles."""
    done = []
    monkeypatch.setattr(probes, "game", lambda: None)
    monkeypatch.setattr(probes, "_repeat", lambda gan, images: done.append(images.shape))
    return done


@pytest.mark.parametrize(("step", "repetitions"), [(0.25, 12), (1, 3), (2, 3), (10, 3)])
def test_it_repeats_until_the_time_is_over_and_three_times_at_least(untrained, step, repetitions):
    measured = probe(3.0, clock=Ticks(step))
    assert measured.repetitions == (step,) * repetitions
    assert untrained == [(22 * 64, 16, 16, 1)] * (1 + repetitions)


def test_the_median_is_not_moved_by_one_disturbance():
    measured = Probe((0.2, 0.2, 0.21, 9.0, 0.19))
    assert measured.seconds == 0.2
    assert measured.quartiles == pytest.approx((0.2, 0.21))
    assert measured.spread == pytest.approx(0.21 / 0.2)


@pytest.mark.parametrize("factor", [0.5, 1, 3])
def test_time_grows_as_the_repetition_does(factor):
    measured = Probe((factor * REFERENCE_SECONDS,) * 3)
    assert measured.speed == pytest.approx(1 / factor)
    assert measured.expected(60) == pytest.approx(60 * factor)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must be over 0. Received: seconds="):
        probe(seconds)


@pytest.mark.backends
def test_a_repetition_trains_both_sides():
    images = np.random.default_rng(0).uniform(-1, 1, (22 * 64, 16, 16, 1)).astype("float32")
    gan = game()
    networks = (gan.discriminator, gan.generator)
    before = [network.get_weights() for network in networks]
    history = probes._repeat(gan, images)
    assert all(np.isfinite(losses).all() for losses in history.values())
    for network, weights in zip(networks, before, strict=True):
        assert all(not np.array_equal(old, new) for old, new in zip(weights, network.get_weights(), strict=True))


@pytest.mark.backends
def test_it_measures_this_machine():
    measured = probe(0.1)
    assert len(measured.repetitions) >= 3
    assert 0 < min(measured.repetitions) <= measured.seconds <= max(measured.repetitions)
