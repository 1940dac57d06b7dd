"""TensorBoard's files, and a run without them."""

import sys

import pytest

from course_utils.train.events import MISSING, NoEvents, open_events


def test_a_missing_library_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    events = open_events(tmp_path, 0)
    assert isinstance(events, NoEvents)
    assert capsys.readouterr().out == MISSING + "\n"
    events.add({"epoch": 1, "loss": 0.5})
    events.close()
    assert not list(tmp_path.iterdir())


def test_each_epoch_stands_there_once_though_a_run_was_resumed(tmp_path):
    pytest.importorskip("tensorboardX")
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    for first, value in ((0, 1.0), (2, 2.0)):
        events = open_events(tmp_path, first)
        for epoch in range(first + 1, first + 4):
            events.add({"epoch": epoch, "loss": value, "classifier": "digits-100.0"})
        events.close()
    read = accumulator.EventAccumulator(str(tmp_path))
    read.Reload()
    assert read.Tags()["scalars"] == ["loss"]
    scalars = [(event.step, event.value) for event in read.Scalars("loss")]
    assert scalars == [(1, 1.0), (2, 1.0), (3, 2.0), (4, 2.0), (5, 2.0)]
