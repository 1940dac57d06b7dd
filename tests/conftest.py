"""What every test stands on: a quiet Keras on a known backend, a fixed seed, and the real data where it is at hand."""

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def known_keras_state():
    """Start every test in float32, with seed 0 and no leftovers; tests that never load Keras are not slowed by it."""
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.config.set_dtype_policy("float32")
        keras.backend.clear_session(free_memory=False)
        keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def shared_data():
    """Folder of public data sets, as a `KERAS_HOME`: `COURSE_TEST_DATA`, or `shared/data` beside the clone."""
    folder = Path(os.environ.get("COURSE_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "datasets").is_dir():
        pytest.skip(f"no folder {folder / 'datasets'}: set COURSE_TEST_DATA to a folder that holds datasets/mnist.npz")
    return folder
