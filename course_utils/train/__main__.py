"""`python -m course_utils.train GAME --out FOLDER`: one run, from the command line to its exit status."""

import os
import signal
import sys

from course_utils import runtime
from course_utils.data import DownloadError
from course_utils.train import options


def main(arguments=None):
    """Train, and say what came of it; returns the exit status.

    0: the run is finished; 1: a loss was not finite, data could not be had or a file not be written; 2: the run cannot
    begin as it was asked for; 128 and the number of a signal: stopped by it.
    """
    settings, out, precision = options.parse(arguments)
    os.environ.setdefault("MPLBACKEND", "Agg")
    if precision is not None:
        os.environ["COURSE_PRECISION"] = precision
    try:
        return _run(settings, out)
    except KeyboardInterrupt:
        print("Stopped before the first epoch; the same command begins anew.", flush=True)
        return 128 + signal.SIGINT
    except (DownloadError, FloatingPointError, OSError) as error:
        return _failed(error, 1)


def _run(settings, out):
    runtime.start(settings.seed)
    # Only now, as they import the backend, which `runtime.start` keeps quiet.
    from course_utils.train.session import RefusedError, run
    from course_utils.train.stop import StoppedError

    try:
        session = run(settings, out)
    except StoppedError as stopped:
        print(_stopped(stopped.epoch), flush=True)
        return 128 + stopped.signal
    except RefusedError as error:
        return _failed(error, 2)
    _say_where(session)
    return 0


def _stopped(epoch):
    rest = f"goes on from epoch {epoch - 1}" if epoch > 1 else "begins anew"
    return f"Stopped in epoch {epoch}; the same command {rest}."


def _failed(error, status):
    print(f"{options.PROGRAM}: {' '.join(str(error).split())}", file=sys.stderr)
    return status


def _say_where(session):
    folder, epochs = session.folder, session.settings.epochs
    if session.done:
        print(f"{folder.path} holds a finished run of {epochs} epochs; nothing to do. --epochs may be raised.")
        return
    names = ", ".join(sorted(path.name for path in folder.path.iterdir()))
    print(f"Finished after epoch {epochs}. In {folder.path}: {names}.")
    kind = type(session.gan)
    print(f"In Python: from {kind.__module__} import {kind.__name__}; gan = keras.saving.load_model('{folder.model}')")


if __name__ == "__main__":
    sys.exit(main())
