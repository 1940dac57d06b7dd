"""Cores and memory that this process may really use: a container may allow less than the machine has.

Linux keeps such limits as control groups, in one of two versions. A group is a folder of small files, and every group
above it limits it too.
"""

import math
import os
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def cores(groups=GROUPS, own=OWN):
    """Number of cores that this process may use: its affinity, or what its control groups grant where that is less.

    A group grants processor time; a part of a core counts as one.
    """
    granted = [math.ceil(quota) for folder in _folders("cpu", groups, own) if (quota := _quota(folder)) is not None]
    return max(1, min([affinity(), *granted]))


def affinity():
    """Number of processor cores on which the system may put this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory(groups=GROUPS, own=OWN):
    """Bytes that this process can still take: what the system has, or what is left of its control groups' limits."""
    # Here and not above: where packages are missing, the check still says which.
    import psutil

    left = [room for folder in _folders("memory", groups, own) if (room := _room(folder)) is not None]
    return max(0, min([psutil.virtual_memory().available, *left]))


def _folders(controller, groups, own):
    """Yield every folder that may hold this process's limits of a controller, `cpu` or `memory`."""
    if not own.exists():
        return
    for line in own.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        mounts = {groups / controllers, groups / controller} if controllers else {groups}
        # The mount itself counts too: a path may be the host's, and then leads nowhere here.
        parts = Path(path).parts[1:]
        yield from (mount.joinpath(*parts[:depth]) for mount in mounts for depth in range(len(parts) + 1))


def _number(file):
    """The number in a file, or None where there is no such file or no limit."""
    text = file.read_text().strip() if file.exists() else "max"
    return None if text == "max" else int(text)


def _quota(folder):
    """Cores' worth of processor time that a group grants; None where it sets no limit."""
    if (folder / "cpu.max").exists():
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    quota, period = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 else None


def _room(folder):
    """Bytes between a group's use and its limit; None where it sets none. Cached files give way: they do not count."""
    for limit, used, cached in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        most, now = _number(folder / limit), _number(folder / used)
        if most is not None and now is not None:
            return most - now + _entry(folder / "memory.stat", cached)
    return None


def _entry(file, name):
    """A number by its name in a file of names and numbers; 0 where it is not there."""
    lines = file.read_text().splitlines() if file.exists() else []
    return next((int(line.split()[1]) for line in lines if line.split()[0] == name), 0)
