"""How DCGAN's step grows with its work: time against batch size, width and image size.

Usage: python -m benchmarks.growth [--rounds 3]

One of the three grows and the other two stay at 64 images, width 32, 32 pixels. The exponent is the slope of log time
over log multiply-adds (of `benchmarks.loops.floor`) by least squares: 1 where time grows as the work does, less where
something fixed is shared by more of it. Prints a table, and writes `benchmarks/results/growth.json` and `growth.png`.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from benchmarks.loops import keras_networks
from benchmarks.loops.cases import Case
from benchmarks.loops.floor import step_multiply_adds
from benchmarks.step_time import processor
from course_utils import autodiff, limits, runtime
from course_utils.gans.dcgan import DCGAN

RESULTS = Path(__file__).parent / "results"
USUAL = Case((32, 32, 1), 64, {"latent_dim": 64, "width": 32}, 2e-4)
BATCH_SIZES = (8, 16, 32, 64, 128, 256, 512)
WIDTHS = (8, 16, 32, 64, 128)
SIDES = (16, 32, 64, 128)
# A round takes about as many multiply-adds, whatever the case: few large steps, or many small ones.
ROUND_MULTIPLY_ADDS, FEWEST, MOST = 6e10, 2, 40


def cases():
    """Dict from what grows to a dict from its value to the case."""
    return {
        "batch size": {n: replace(USUAL, batch_size=n) for n in BATCH_SIZES},
        "width": {w: replace(USUAL, sizes=USUAL.sizes | {"width": w}) for w in WIDTHS},
        "image size": {s: replace(USUAL, shape=(s, s, 1)) for s in SIDES},
    }


def step_ms(case, rounds):
    """`(multiply-adds, milliseconds a step in each round)` of one case, on images of noise: they cost the same."""
    keras.utils.set_random_seed(0)
    networks = keras_networks.build("dcgan", case)
    work = step_multiply_adds("dcgan", case, networks)
    steps = int(np.clip(ROUND_MULTIPLY_ADDS / work, FEWEST, MOST))
    gan = DCGAN(**networks)
    gan.compile(steps_per_execution=steps if autodiff.runs_several_steps() else 1)
    shape = (steps * case.batch_size, *case.shape)
    images = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")
    times = []
    # The first round traces and compiles.
    for _ in range(rounds + 1):
        started = time.perf_counter()
        gan.fit(images, batch_size=case.batch_size, verbose=0)
        times.append(1e3 * (time.perf_counter() - started) / steps)
    return work, times[1:]


def exponent(work, times):
    """Slope of log time over log work."""
    return float(np.polyfit(np.log(work), np.log(times), 1)[0])


def measure(rounds):
    """Dict from what grows to its rows and exponents, over all values and over the larger half of the work."""
    results = {}
    for name, grown in cases().items():
        rows = []
        for value, case in grown.items():
            work, times = step_ms(case, rounds)
            rows.append({name: value, "multiply_adds": work, "ms": float(f"{np.median(times):.4g}")})
            print(f"{name} {value:4}: {work / 1e9:8.3f} billion multiply-adds {rows[-1]['ms']:8.2f} ms", flush=True)
        work, times = ([row[key] for row in rows] for key in ("multiply_adds", "ms"))
        half = len(rows) // 2
        slopes = {"exponent": exponent(work, times), "exponent_upper_half": exponent(work[half:], times[half:])}
        results[name] = {key: round(slope, 3) for key, slope in slopes.items()} | {"rows": rows}
        print(f"{name}: exponent {slopes['exponent']:.2f}, larger half {slopes['exponent_upper_half']:.2f}")
    return results


def figure(results):
    """Time against work for each of what grows, on logarithmic axes, beside what is linear."""
    from course_utils.plotting.figures import finished, panels

    picture, axes = panels(1, 1, (6.5, 4))
    axis = axes[0, 0]
    looks = (("#0072B2", "o", "-"), ("#D55E00", "s", "--"), ("#009E73", "^", ":"))
    for (name, result), (colour, marker, style) in zip(results.items(), looks, strict=True):
        work, times = ([row[key] for row in result["rows"]] for key in ("multiply_adds", "ms"))
        label = f"{name}, {min(r[name] for r in result['rows'])} to {max(r[name] for r in result['rows'])}: "
        axis.plot(work, times, style, marker=marker, color=colour, label=f"{label}exponent {result['exponent']:.2f}")
    every = [row for result in results.values() for row in result["rows"]]
    largest = max(every, key=lambda row: row["multiply_adds"])
    ends = np.array([min(row["multiply_adds"] for row in every), largest["multiply_adds"]])
    axis.plot(ends, largest["ms"] * ends / ends[1], color="0.6", linewidth=1, label="linear, through the largest")
    axis.set(xscale="log", yscale="log", xlabel="multiply-adds a step", ylabel="milliseconds a step")
    axis.grid(alpha=0.3)
    axis.legend(frameon=False)
    return finished(picture, "DCGAN: time of a step against its work")


def main():
    """Measure, print, write and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    machine = runtime.start(seed=0)
    results = measure(given.rounds)
    told = {"precision": machine.precision, "cores": limits.cores(), "machine": processor(), "rounds": given.rounds}
    (given.out / "growth.json").write_text(json.dumps(told | {"growth": results}, indent=1) + "\n")
    figure(results).savefig(given.out / "growth.png", dpi=120)
    return 0


if __name__ == "__main__":
    sys.exit(main())
