"""The call at the top of a lesson."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from course_utils import autodiff, runtime

pytestmark = pytest.mark.backends

AMX = "processor\t: 0\nflags\t\t: fpu avx2 amx_bf16 amx_tile\n\nprocessor\t: 1\nflags\t\t: fpu\n"


def test_the_line_says_what_runs_where(capsys):
    machine = runtime.start()
    line = capsys.readouterr().out.strip()
    assert line == str(machine)
    for part in (keras.backend.backend(), keras.__version__, "CPU", machine.precision, "core", "GB memory"):
        assert part in line
    assert machine.cores >= 1
    assert machine.memory_gb > 0


def test_the_same_seed_gives_the_same_draws():
    draws = []
    for seed in (3, 3, 4):
        runtime.start(seed=seed)
        draws.append((np.random.normal(size=3), keras.ops.convert_to_numpy(keras.random.normal((3,)))))
    for first, second in zip(draws[0], draws[1], strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(draws[0][0], draws[2][0])
    assert not np.array_equal(draws[0][1], draws[2][1])


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "0"])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(ValueError, match=r"seed must be an integer.*Received"):
        runtime.start(seed=seed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(AMX, {"fpu", "avx2", "amx_bf16", "amx_tile"}), ("flags : sse avx512_bf16", {"sse", "avx512_bf16"}), ("", set())],
)
def test_instructions_are_those_of_the_first_processor(tmp_path, text, expected):
    (tmp_path / "cpuinfo").write_text(text)
    assert runtime.processor_instructions(tmp_path / "cpuinfo") == expected


def test_a_system_without_cpuinfo_lists_no_instructions(tmp_path):
    assert runtime.processor_instructions(tmp_path / "cpuinfo") == set()


@pytest.mark.parametrize(
    ("instructions", "native"),
    [({"amx_bf16"}, True), ({"avx512_bf16", "avx2"}, True), ({"avx2"}, False), (set(), False)],
)
def test_precision_follows_the_processor(monkeypatch, instructions, native):
    monkeypatch.delenv("COURSE_PRECISION", raising=False)
    monkeypatch.setattr(runtime, "processor_instructions", lambda: instructions)
    monkeypatch.setattr(autodiff, "device_kind", lambda: "cpu")
    # XLA on a processor does not use the instructions, so JAX keeps to float32.
    gains = native and keras.backend.backend() != "jax"
    assert runtime.start().precision == ("mixed_bfloat16" if gains else "float32")
    assert keras.config.dtype_policy().name == ("mixed_bfloat16" if gains else "float32")


@pytest.mark.parametrize(
    ("capability", "policy"), [((9, 0), "mixed_bfloat16"), ((8, 0), "mixed_bfloat16"), ((7, 5), "float32")]
)
def test_precision_follows_the_gpu(monkeypatch, capability, policy):
    monkeypatch.delenv("COURSE_PRECISION", raising=False)
    monkeypatch.setattr(runtime, "processor_instructions", lambda: {"amx_bf16"})
    monkeypatch.setattr(autodiff, "device_kind", lambda: "gpu")
    monkeypatch.setattr(autodiff, "compute_capability", lambda: capability)
    assert runtime.start().precision == policy


@pytest.mark.parametrize(("wanted", "policy"), [("float32", "float32"), ("bfloat16", "mixed_bfloat16")])
def test_the_variable_overrides(monkeypatch, wanted, policy):
    monkeypatch.setenv("COURSE_PRECISION", wanted)
    assert runtime.start().precision == policy


def test_a_bad_precision_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("COURSE_PRECISION", "float8")
    with pytest.raises(ValueError, match=r"COURSE_PRECISION must be one of auto, float32, bfloat16.*'float8'"):
        runtime.start()


def _run(code):
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)


def test_nothing_is_written_to_stderr():
    done = _run("from course_utils import runtime; runtime.start(); import keras; print(keras.ops.ones(3) + 1)")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_what_was_held_back_is_shown_when_the_start_fails():
    done = _run(
        "import os; from course_utils import runtime\n"
        "with runtime._held_stderr():\n    os.write(2, b'the reason\\n'); raise RuntimeError('failed')"
    )
    assert done.returncode == 1
    assert "the reason" in done.stderr


THREADS = """
from course_utils import runtime
import keras
runtime.start(threads=1)
keras.ops.convert_to_numpy(keras.ops.ones(3) + 1)
runtime.start(threads=1)
runtime.start()
try:
    runtime.start(threads=2)
except RuntimeError as error:
    print(error)
"""


def test_threads_are_chosen_before_the_first_computation():
    done = _run(THREADS)
    assert done.returncode == 0, done.stderr
    refused = "Received: threads=2 after 1. Restart the kernel" in done.stdout
    assert refused == (keras.backend.backend() == "tensorflow")


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "1"])
def test_a_bad_number_of_threads_is_refused(threads):
    with pytest.raises(ValueError, match=r"threads must be a positive integer. Received"):
        runtime.start(threads=threads)


def test_half_a_line_is_held_back_too():
    done = _run("import sys; from course_utils import runtime\nwith runtime._held_stderr(): sys.stderr.write('half')")
    assert (done.returncode, done.stderr) == (0, "")


def test_when_keras_cannot_be_imported_its_last_words_are_shown(tmp_path):
    (tmp_path / "keras.py").write_text("import os; os.write(2, b'no such device\\n'); raise ImportError('broken')")
    done = _run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from course_utils import runtime; runtime.start()")
    assert done.returncode == 1
    assert "no such device" in done.stderr
    assert "ImportError: broken" in done.stderr


@pytest.mark.parametrize("wanted", ["float8", ""])
def test_a_bad_precision_stops_before_anything_is_imported(wanted):
    code = "import sys; from course_utils import runtime\ntry: runtime.start()\nfinally: print('keras' in sys.modules)"
    done = _run(f"import os; os.environ['COURSE_PRECISION'] = {wanted!r}; {code}")
    assert done.stdout.strip() == "False"
    assert f"Received: {wanted!r}" in done.stderr


def test_importing_the_package_imports_no_backend():
    done = _run("import sys, course_utils, course_utils.runtime; print('keras' in sys.modules)")
    assert done.stdout.strip() == "False"
