"""The tables of docs/speed.md, made from the results of the benchmarks.

Usage: python -m benchmarks.page

Each stands between two comments, `<!-- table NAME -->` and `<!-- end -->`; the text around them stays.
"""

import json
import re
import statistics
from pathlib import Path

from benchmarks import time_to_quality

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NAMES = {"dcgan": "DCGAN", "wgan_gp": "WGAN-GP", "pix2pix": "Pix2Pix", "cyclegan": "CycleGAN", "cgan": "CGAN"}
LOOPS = {
    "ours": "ours",
    "ours_shared": "ours, `share_fakes=True`",
    "ours_quick": "ours, rate 2e-3",
    "plain_guide": "plain TensorFlow, the guide's rates",
    "plain_tf": "plain TensorFlow",
    "threads_tf": "plain TensorFlow, one thread an operation",
    "plain_quick": "plain TensorFlow, rate 2e-3",
    "tutorial_tf": "TensorFlow's tutorial",
    "plain_torch": "plain PyTorch",
    "tuned_torch": "tuned PyTorch",
}


def step_times(rows):
    """Milliseconds a step of every loop, the floor, and ours over it."""
    loops = [loop for loop in LOOPS if any(row.get(f"{loop}_ms") is not None for row in rows)]
    head = ["", *(LOOPS[loop] for loop in loops), "float32 floor", "ours / floor"]
    return _table(head, [[NAMES[r["model"]], *(_time(r, loop) for loop in loops), *_floor(r)] for r in rows])


def _time(row, loop):
    if row.get(f"{loop}_ms") is None:
        return ""
    low, high = row["quartiles_ms"][loop]
    return f"{row[f'{loop}_ms']:.1f} ({low:.1f} to {high:.1f})"


def _floor(row):
    return f"{row['floor_ms']:.1f}", f"{row['ours_over_floor']:.1f}"


def profile(found):
    """The step with one change at a time."""
    cells = [[r["variant"], _quartiles(r), f"{r['over_as_it_is']:.2f}", _first(r)] for r in found["rows"]]
    return _table(["variant", "ms a step", "over the step as it is", "first epoch, s"], cells)


def _quartiles(row):
    low, high = row["quartiles_ms"]
    return f"{row['ms']:.1f} ({low:.1f} to {high:.1f})"


def _first(row):
    return "" if row["first_epoch_s"] is None else f"{row['first_epoch_s']:.1f}"


def growth(found):
    """Time against work, and the exponent."""
    cells = []
    for name, grown in found["growth"].items():
        values = ", ".join(f"{row[name]}: {row['ms']:.3g}" for row in grown["rows"])
        cells.append([name, values, f"{grown['exponent']:.2f}", f"{grown['exponent_upper_half']:.2f}"])
    return _table(["what grows", "ms a step", "exponent", "of the larger half"], cells)


def quality(found):
    """Seconds and epochs until the bands of a lesson hold."""
    cells = []
    for game in dict.fromkeys(run["game"] for run in found["runs"]):
        for loop in time_to_quality.LOOPS:
            runs = [run for run in found["runs"] if (run["game"], run["loop"]) == (game, loop)]
            if not runs:
                continue
            held = f"{sum(run['reached'] for run in runs)} of {len(runs)}"
            cells.append(
                [NAMES[game], LOOPS[loop], _spread(runs, "seconds", ".1f"), _spread(runs, "epochs", "g"), held]
            )
    return _table(["", "loop", "seconds", "epochs", "bands held"], cells)


def _spread(runs, key, form):
    values = [run[key] for run in runs]
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


TABLES = {"step_time": step_times, "profile_step": profile, "growth": growth, "time_to_quality": quality}


def filled(text, results=RESULTS):
    """The page with its tables made again."""

    def block(match):
        start, name, end = match.groups()
        return start + TABLES[name](json.loads((results / f"{name}.json").read_text())) + end

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
