"""A plugin of pytest, `-p tools.lesson_seconds`: tells at the end how long each notebook took, the slowest first."""

import pytest

seconds = pytest.StashKey[dict]()


def pytest_configure(config):
    """Begin with no notebook."""
    config.stash[seconds] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Add what a cell took, with its set-up, to its notebook's seconds; the first cell's starts the kernel."""
    yield
    if item.path.suffix == ".ipynb":
        taken = item.config.stash[seconds]
        taken[item.path.name] = taken.get(item.path.name, 0.0) + call.duration


def pytest_terminal_summary(terminalreporter, config):
    """Print the table, where notebooks were run."""
    taken = config.stash[seconds]
    if not taken:
        return
    terminalreporter.section("seconds per notebook")
    for name, value in sorted(taken.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{name:40} {value:6.1f}")
    terminalreporter.write_line(f"{'together':40} {sum(taken.values()):6.1f}")
