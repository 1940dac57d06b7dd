"""Where submissions run: a small interface, a local pool of processes, and Dask for many machines."""

import multiprocessing
import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait


class LocalPool:
    """Runs jobs in processes of this machine. Enter it; `run` yields results as they come.

    The system may kill a worker where memory ends. The jobs that were running then are run once more, each alone.

    Args:
        workers: processes at a time; None takes one for each core.
    """

    def __init__(self, workers=None):
        self.workers = workers or os.cpu_count() or 1

    def __enter__(self):
        self._pool = _pool(self.workers)
        return self

    def __exit__(self, *error):
        self._pool.shutdown(wait=error[0] is None, cancel_futures=True)

    def run(self, function, jobs):
        """Yield (key, result or exception) of `function(*arguments)` for each of `jobs`, `{key: arguments}`."""
        waiting, running = deque(jobs), {}
        while waiting or running:
            # No more than there are workers, so that after a death the jobs in doubt are few.
            while waiting and len(running) < self.workers:
                key = waiting.popleft()
                running[self._submit(function, jobs[key])] = key
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                key, result = running.pop(future), _result(future)
                yield key, _alone(function, jobs[key]) if isinstance(result, BrokenExecutor) else result

    def _submit(self, function, arguments):
        try:
            return self._pool.submit(function, *arguments)
        except BrokenExecutor:
            self._pool.shutdown(wait=False)
            self._pool = _pool(self.workers)
            return self._pool.submit(function, *arguments)


def _pool(workers):
    # A fork would copy the open gradebook and the threads' locks.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _result(future):
    return future.exception() or future.result()


def _alone(function, arguments):
    with _pool(1) as pool:
        result = _result(pool.submit(function, *arguments))
    if isinstance(result, BrokenExecutor):
        return RuntimeError("its worker was killed twice, the second time alone: is there too little memory?")
    return result


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
            yield keys[future], _result(future)
