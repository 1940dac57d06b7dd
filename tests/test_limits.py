"""Cores and memory inside containers, read from folders as Linux writes them."""

import psutil
import pytest

from course_utils import limits

GB = 10**9


@pytest.fixture(autouse=True)
def large_machine(monkeypatch):
    """Eight cores by affinity and 64 GB free, so that only the groups limit."""
    monkeypatch.setattr(limits, "affinity", lambda: 8)
    memory = type("Memory", (), {"available": 64 * GB})
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def system(folder, own, files):
    """Write control groups below a folder and this process's own; return both as the functions' arguments."""
    for name, text in files.items():
        (folder / "groups" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "groups" / name).write_text(f"{text}\n")
    (folder / "own").write_text(own)
    return folder / "groups", folder / "own"


@pytest.mark.parametrize(
    ("own", "files", "cores"),
    [
        ("0::/\n", {"cpu.max": "200000 100000"}, 2),
        ("0::/\n", {"cpu.max": "150000 100000"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000"}, 1),
        ("0::/\n", {"cpu.max": "max 100000"}, 8),
        ("0::/\n", {"cpu.max": "1600000 100000"}, 8),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000", "a/b/cpu.max": "max 100000"}, 3),
        ("0::/a/b\n", {"a/cpu.max": "300000 100000", "a/b/cpu.max": "100000 100000"}, 1),
        # Docker without a name space of its own: the path is the host's, the mount is the container's.
        ("0::/../../docker\n", {"cpu.max": "200000 100000"}, 2),
        (
            "4:cpu,cpuacct:/docker/1\n",
            {"cpu,cpuacct/cpu.cfs_quota_us": "250000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
            3,
        ),
        ("1:cpu:/\n0::/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ("2:cpuset:/\n", {"cpuset/cpu.cfs_quota_us": "100000", "cpuset/cpu.cfs_period_us": "100000"}, 8),
        ("", {}, 8),
    ],
)
def test_cores_are_those_of_the_tightest_group(tmp_path, own, files, cores):
    assert limits.cores(*system(tmp_path, own, files)) == cores


def test_affinity_counts_where_it_is_tighter(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "affinity", lambda: 1)
    assert limits.cores(*system(tmp_path, "0::/\n", {"cpu.max": "200000 100000"})) == 1


@pytest.mark.parametrize(
    ("own", "files", "free"),
    [
        ("0::/\n", {"memory.max": "max", "memory.current": GB}, 64 * GB),
        ("0::/\n", {"memory.max": 4 * GB, "memory.current": GB}, 3 * GB),
        (
            "0::/\n",
            {
                "memory.max": 4 * GB,
                "memory.current": 3 * GB,
                "memory.stat": f"anon {GB}\ninactive_file {2 * GB}\nactive_file 1",
            },
            3 * GB,
        ),
        ("0::/a\n", {"memory.max": 2 * GB, "memory.current": GB, "a/memory.max": "max", "a/memory.current": 5}, GB),
        ("0::/\n", {"memory.max": GB, "memory.current": 2 * GB}, 0),
        (
            "5:memory:/job\n",
            {
                "memory/job/memory.limit_in_bytes": 3 * GB,
                "memory/job/memory.usage_in_bytes": 2 * GB,
                "memory/job/memory.stat": f"inactive_file 7\ntotal_inactive_file {GB // 2}",
            },
            1.5 * GB,
        ),
        (
            "5:memory:/\n",
            {"memory/memory.limit_in_bytes": 9223372036854771712, "memory/memory.usage_in_bytes": GB},
            64 * GB,
        ),
        ("", {}, 64 * GB),
    ],
)
def test_free_memory_is_what_the_tightest_group_leaves(tmp_path, own, files, free):
    assert limits.free_memory(*system(tmp_path, own, files)) == free


def test_a_system_without_control_groups(tmp_path):
    assert limits.cores(tmp_path / "groups", tmp_path / "own") == 8
    assert limits.free_memory(tmp_path / "groups", tmp_path / "own") == 64 * GB


def test_this_system_can_be_read(monkeypatch):
    monkeypatch.undo()
    assert 1 <= limits.cores() <= limits.affinity()
    assert 0 < limits.free_memory() <= psutil.virtual_memory().total
