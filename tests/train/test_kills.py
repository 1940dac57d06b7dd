"""A run that is stopped and killed ends as one that never was."""

import re
import signal

import pytest

from tests.train.command import read_until, rows, run, same_end, start

pytestmark = [pytest.mark.backends, pytest.mark.slow, pytest.mark.timeout(600)]

EPOCHS = 30
OPTIONS = ("--measure-every", "10", "--every", "10")


def stopped_by(number, out, epoch=1):
    """Send a signal to one life of the run after the epoch `epoch`; its exit status, its output, and the last epoch."""
    process = start(out, EPOCHS, *OPTIONS)
    lines = read_until(process, f"epoch {epoch:2}/")
    process.send_signal(number)
    rest, error = process.communicate(timeout=120)
    return process.returncode, "".join(lines) + rest, error


def went_on_from(output):
    begun, saved = re.search(r"Stopped in epoch (\d+); the same command goes on from epoch (\d+)\.\n$", output).groups()
    assert int(saved) == int(begun) - 1
    return int(saved)


def test_stops_and_a_kill_end_like_none(tmp_path):
    out, straight = tmp_path / "stopped", tmp_path / "straight"
    status, output, error = stopped_by(signal.SIGTERM, out)
    assert (status, "Traceback" in error) == (143, False)
    first = went_on_from(output)
    assert len(rows(out)) == first

    status, output, error = stopped_by(signal.SIGINT, out, first + 1)
    assert (status, "Traceback" in error) == (130, False)
    assert f"Resumed after epoch {first} from" in output
    second = went_on_from(output)
    assert second > first

    status, _, _ = stopped_by(signal.SIGKILL, out, second + 1)
    assert status == -signal.SIGKILL
    assert not (out / "finished.json").exists(), "The run ended before the kill: raise EPOCHS."

    assert run(out, EPOCHS, *OPTIONS) == 0
    assert run(straight, EPOCHS, *OPTIONS) == 0
    assert [int(row["epoch"]) for row in rows(out)] == list(range(1, EPOCHS + 1))
    assert same_end(out, straight, EPOCHS)
