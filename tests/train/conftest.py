"""The command sets the environment of its process; a test gives it back."""

import pytest


@pytest.fixture(autouse=True)
def own_precision(monkeypatch):
    monkeypatch.setenv("COURSE_PRECISION", "float32")
