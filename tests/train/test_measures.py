"""Which measures there are for which data."""

import pytest

from course_utils.train import measures, sources
from course_utils.train.options import parse


def chosen(*arguments, kind, size):
    settings, _, _ = parse([*arguments, "--out", "run", "--size", str(size)])
    return measures.chosen(settings, sources.load(kind, settings.dataset, size))


def test_data_without_a_classifier_has_no_quality():
    assert chosen("dcgan", "--dataset", "textures", kind="images", size=32) is None


def test_pairs_too_small_for_the_window_are_not_measured():
    assert chosen("pix2pix", kind="pairs of images", size=8) is None


def test_ink_at_another_size_knows_its_cycles_only():
    measure = chosen("cyclegan", kind="unpaired images", size=8)

    class Identity:
        def translate(self, images):
            return images

        def translate_back(self, images):
            return images * 0.5

    measured = measure.measure(Identity())
    assert tuple(measured) == measure.names == ("test_cycle_error", "test_back_cycle_error")
    x, y = sources.load("unpaired images", "ink", 8).test
    assert measured["test_cycle_error"] == pytest.approx(abs(x).mean() / 4, rel=1e-5)
    assert measured["test_back_cycle_error"] == pytest.approx(abs(y).mean() / 4, rel=1e-5)
