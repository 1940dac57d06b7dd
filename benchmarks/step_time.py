"""How long one training step takes: the course's `fit` beside plain loops, on the same networks, batch and data.

Usage: python -m benchmarks.step_time [--models dcgan,wgan_gp,pix2pix,cyclegan] [--rounds 7] [--precision auto|float32]
    [--torch-python .venv-backends/bin/python] [--backends]

Every loop runs in a process of its own, compiled and warm before the first round; then the loops take turns (A B C A B
C ...), and only one computes at a time. A round is whole epochs, with the input pipeline; a loop's time is the median
of its rounds, with their quartiles. A round during which other processes had more than a tenth of the machine's cores
is repeated, at most half as often as there are rounds of all loops. What each loop does stands in `benchmarks/loops/`.
The floor is the game's multiply-adds (`benchmarks/loops/floor.py`) over the rate of float32 matrix products, measured
as one more loop in the same rounds. `ours_shared` is the course with `share_fakes=True`, which needs less than the
floor counts. A game that gains by one thread an operation has it in the course's loop here; `threads_tf` is the plain
loop with that one change. `--backends` adds the course on JAX and PyTorch.

Prints a table, and writes `benchmarks/results/step_time.json`, a row for each model; rows of other models stay.
"""

import argparse
import contextlib
import json
import platform
import sys
from pathlib import Path

import numpy as np

from benchmarks.loops.cases import CASES
from benchmarks.loops.floor import floor_ms
from benchmarks.loops.pipe import ROOT, Worker, has_library, this_python
from course_utils import limits, runtime

RESULT = Path(__file__).parent / "results" / "step_time.json"
QUIET = 0.1
INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
TENSORFLOW = ("ours", "ours_shared", "plain_tf", "threads_tf", "tutorial_tf")
TORCH = ("plain_torch", "tuned_torch")
BACKENDS = ("ours_torch", "ours_jax")
LOOPS = TENSORFLOW + TORCH + BACKENDS


def loops_of(model, torch_python, backends):
    """Dict from the name of each loop that can run to its interpreter and the backend of Keras."""
    absent = {"threads_tf"} if CASES[model].threads is None else set()
    absent |= {"tutorial_tf"} if model != "dcgan" else set()
    found = {loop: (this_python(), "tensorflow") for loop in TENSORFLOW if loop not in absent}
    if has_library(torch_python, "torch"):
        found |= dict.fromkeys(TORCH, (torch_python, "torch"))
    if backends:
        names = {loop: loop.removeprefix("ours_") for loop in BACKENDS}
        found |= {loop: (torch_python, name) for loop, name in names.items() if has_library(torch_python, name)}
    return found


def measure(model, loops, rounds, precision, show=print):
    """Times of all loops of one model, taken in turns.

    Returns:
        `(told, answers)`: what each worker says of itself, and its answers, a list with one for each round.

    Raises:
        ValueError: where two loops do not train as many parameters.
    """
    told, answers = {}, {}
    with contextlib.ExitStack() as stack:
        workers = {}
        for loop, (python, backend) in {**loops, "products": (this_python(), "tensorflow")}.items():
            environment = {"KERAS_BACKEND": backend, "COURSE_PRECISION": precision, "TF_CPP_MIN_LOG_LEVEL": "3"}
            workers[loop] = stack.enter_context(Worker(python, model, loop, **environment))
        for loop, worker in workers.items():
            told[loop], answers[loop] = worker.ready(), []
        show(f"{model}: {', '.join(workers)} are warm")
        check_same(told)
        repeats = rounds * len(workers) // 2
        for _ in range(rounds):
            for loop, worker in workers.items():
                reply = worker.timed(epochs=CASES[model].epochs)
                while reply["elsewhere"] > QUIET and repeats > 0:
                    repeats -= 1
                    reply = worker.timed(epochs=CASES[model].epochs)
                answers[loop].append(reply)
    return told, answers


def check_same(told):
    """Refuse to compare networks of different sizes."""
    counts = {loop: saying["parameters"] for loop, saying in told.items() if "parameters" in saying}
    if any(count != counts["ours"] for count in counts.values()):
        raise ValueError(f"All loops must train as many parameters. Received: {counts}.")


def row_of(model, told, answers):
    """One row of the results, from what `measure` gives."""
    times = {
        loop: [1e3 * a["seconds"] / a["steps"] for a in given] for loop, given in answers.items() if loop != "products"
    }
    medians = {loop: float(np.median(values)) for loop, values in times.items()}
    rates = {
        kind: float(np.median([a["rates"][kind] for a in answers["products"]])) for kind in ("float32", "bfloat16")
    }
    multiply_adds = told["ours"]["multiply_adds"]
    floor = floor_ms(multiply_adds, rates["float32"])
    return {
        "model": model,
        **{f"{loop}_ms": _rounded(medians.get(loop)) for loop in LOOPS},
        "floor_ms": _rounded(floor),
        "precision": told["ours"]["precision"],
        "rounds": len(answers["ours"]),
        "steps_a_round": answers["ours"][0]["steps"],
        "quartiles_ms": {loop: [_rounded(q) for q in np.percentile(v, [25, 75])] for loop, v in times.items()},
        "fastest_ms": {loop: _rounded(min(values)) for loop, values in times.items()},
        "elsewhere": {loop: _rounded(max(a["elsewhere"] for a in answers[loop])) for loop in times},
        # Above 1 the course is faster.
        "over_ours": {loop: _rounded(m / medians["ours"]) for loop, m in medians.items() if loop != "ours"},
        "ours_over_floor": _rounded(medians["ours"] / floor),
        "multiply_adds": multiply_adds,
        "matrix_products_gflops": {kind: _rounded(rate) for kind, rate in rates.items()},
        "threads": CASES[model].threads,
        "precisions": {loop: told[loop]["precision"] for loop in times},
        "memory_mb": {loop: answers[loop][-1]["memory_mb"] for loop in times},
        "versions": {loop: told[loop]["versions"] for loop in times},
        "device": told["ours"]["device"],
        "cores": limits.cores(),
        "machine": processor(),
        "instructions": sorted(runtime.processor_instructions() & set(INSTRUCTIONS)),
    }


def table(rows):
    """The rows as aligned text, milliseconds a step, with how often ours fits into each."""
    names = [loop for loop in LOOPS if any(row[f"{loop}_ms"] is not None for row in rows)]
    lines = [["model", "precision", *names, "floor", "ours / floor"]]
    for row in rows:
        cells = [_cell(row, loop) for loop in names]
        floor = [f"{row['floor_ms']:.1f}", f"{row['ours_over_floor']:.2f}"]
        lines.append([row["model"], row["precision"], *cells, *floor])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, widths, strict=True)) for line in lines)


def _cell(row, loop):
    if row[f"{loop}_ms"] is None:
        return "-"
    low, high = row["quartiles_ms"][loop]
    times = f" x{row['over_ours'][loop]:.2f}" if loop in row["over_ours"] else ""
    return f"{row[f'{loop}_ms']:.1f} [{low:.1f}, {high:.1f}]{times}"


def processor(cpuinfo=Path("/proc/cpuinfo")):
    """The processor's model name."""
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def write(rows, path=RESULT):
    """Put rows into the table of results in place of those of the same models; others stay."""
    kept = {row["model"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    kept |= {row["model"]: row for row in rows}
    ordered = sorted(kept.values(), key=lambda row: list(CASES).index(row["model"]))
    path.write_text(json.dumps(ordered, indent=1) + "\n")


def _rounded(value):
    return None if value is None else float(f"{value:.4g}")


def _models(text):
    names = text.split(",")
    if unknown := [name for name in names if name not in CASES]:
        raise argparse.ArgumentTypeError(f"there are {', '.join(CASES)}. Received: {', '.join(unknown)}")
    return names


def main():
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=_models, default=list(CASES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--torch-python", default=str(ROOT / ".venv-backends" / "bin" / "python"))
    parser.add_argument("--backends", action="store_true", help="the course on JAX and PyTorch as well")
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    rows = []
    for model in given.models:
        loops = loops_of(model, given.torch_python, given.backends)
        rows.append(row_of(model, *measure(model, loops, given.rounds, given.precision)))
        write(rows[-1:], given.out)
    print("\nMilliseconds a step: median [quartiles], and how many of ours fit into it.")
    print(table(rows))
    for row in rows:
        memory = ", ".join(f"{loop} {mb} MB" for loop, mb in row["memory_mb"].items())
        rate = row["matrix_products_gflops"]["float32"]
        print(f"{row['model']}: {row['multiply_adds'] / 1e9:.2f} billion multiply-adds at {rate:.0f} GFLOP/s; {memory}")
    if not has_library(given.torch_python, "torch"):
        print("No PyTorch: its columns are null. `make setup-backends` installs it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
