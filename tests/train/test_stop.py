"""A clean stop."""

import os
import signal

import pytest

from course_utils.train.stop import HEARD, SIGNALS, StopOnSignal, StoppedError


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_answered_at_the_end_of_the_step(number, capfd):
    before = handlers()
    with StopOnSignal() as stop:
        stop.on_epoch_begin(4)
        stop.on_train_batch_end(0)
        os.kill(os.getpid(), number)
        assert capfd.readouterr().err == HEARD.decode()
        with pytest.raises(StoppedError) as stopped:
            stop.on_train_batch_end(1)
        # The next one is the system's: it ends the process at once.
        assert handlers() == [signal.SIG_DFL] * 2
    assert (stopped.value.signal, stopped.value.epoch) == (number, 5)
    assert handlers() == before


def test_a_signal_between_two_epochs_begins_no_other():
    with StopOnSignal() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(StoppedError, match="SIGTERM in epoch 8"):
            stop.on_epoch_begin(7)
