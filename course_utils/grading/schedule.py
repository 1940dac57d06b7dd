"""Where submissions run: a small interface, a local pool of processes, and Dask for many machines."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed


class LocalPool:
    """Runs jobs in processes of this machine. Enter it; `run` yields results as they come.

    Args:
        workers: processes at a time; None takes one for each core.
    """

    def __init__(self, workers=None):
        self.workers = workers or os.cpu_count() or 1

    def __enter__(self):
        # A fork would copy the open gradebook and the threads' locks.
        self._pool = ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn"))
        return self

    def __exit__(self, *error):
        self._pool.shutdown(wait=error[0] is None, cancel_futures=True)

    def run(self, function, jobs):
        """Yield (key, result or exception) of `function(*arguments)` for each of `jobs`, `{key: arguments}`."""
        keys = {self._pool.submit(function, *arguments): key for key, arguments in jobs.items()}
        for future in as_completed(keys):
            yield keys[future], future.exception() or future.result()


class DaskPool:
    """The same on the workers of a `dask.distributed` scheduler, each of which needs `bwrap` and this package.

    Args:
        address: of the scheduler, such as `"tcp://10.0.0.1:8786"`.

    Raises:
        ImportError: where `dask.distributed` is not installed.
    """

    def __init__(self, address):
        try:
            import distributed
        except ImportError as error:
            raise ImportError("Many machines need dask: pip install 'course-utils[dask]'.") from error
        self.address, self._distributed = address, distributed

    def __enter__(self):
        self._client = self._distributed.Client(self.address)
        return self

    def __exit__(self, *error):
        self._client.close()

    def run(self, function, jobs):
        """As `LocalPool.run`."""
        # Equal notebooks of two students are two jobs: guards are drawn anew for each.
        keys = {self._client.submit(function, *args, pure=False): key for key, args in jobs.items()}
        for future in self._distributed.as_completed(keys):
            yield keys[future], future.exception() or future.result()
