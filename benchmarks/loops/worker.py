"""One loop in a process of its own, which computes when it is asked and waits in between.

Usage: python -m benchmarks.loops.worker MODEL LOOP

Answers each line on stdin with a line of JSON on stdout. The first answer comes without a question, after the first
round (tracing and compiling) and a second one to warm up. A question is `{"epochs": n}`.
"""

import json
import math
import os
import resource
import sys
import time

from benchmarks.loops.cases import CASES, steps_an_epoch


def build(model, loop):
    """The loop by name, and what it says of itself."""
    case = CASES[model]
    if loop in ("plain_torch", "tuned_torch"):
        return _torch_loop(model, case, tuned=loop == "tuned_torch")
    from course_utils import autodiff, runtime

    # The plain loops do as the guides do, and those leave the threads to TensorFlow.
    machine = runtime.start(seed=0, threads=case.threads if loop.startswith(("ours", "threads_tf")) else None)
    told = {"versions": machine.backend, "precision": machine.precision, "device": machine.device}
    if loop == "products":
        from benchmarks.loops.products import Products

        return {kind: Products(kind) for kind in ("float32", "bfloat16")}, told
    if loop.startswith("ours"):
        from benchmarks.loops.floor import step_multiply_adds
        from benchmarks.loops.ours import Ours

        made = Ours(model, case, share_fakes=loop == "ours_shared")
        return made, told | _sizes(made) | {"multiply_adds": step_multiply_adds(model, case, made.networks)}
    import keras

    from benchmarks.loops import plain_tf

    keras.config.set_dtype_policy("float32")
    made = (plain_tf.Tutorial if loop == "tutorial_tf" else plain_tf.LOOPS[model])(model, case)
    return made, told | _sizes(made) | {"precision": "float32", "versions": autodiff.backend_version()}


def _torch_loop(model, case, tuned):
    import torch

    from benchmarks.loops import plain_torch

    torch.manual_seed(0)
    made = plain_torch.LOOPS[model](model, case, tuned=tuned)
    parameters = {name: sum(p.numel() for p in network.parameters()) for name, network in made.networks.items()}
    precision = "bfloat16 autocast" if made.bfloat16 else "float32"
    told = {"parameters": parameters, "precision": precision, "versions": f"torch {torch.__version__}"}
    return made, told | {"device": plain_torch.DEVICE}


def _sizes(made):
    weights = {name: sum(math.prod(v.shape) for v in n.trainable_variables) for name, n in made.networks.items()}
    return {"parameters": weights}


def answer(made, question, steps):
    """What a round of so many epochs took."""
    if isinstance(made, dict):
        return {"rates": {kind: products.rate() for kind, products in made.items()}}
    started = time.perf_counter()
    losses = made.run(question["epochs"])
    seconds = time.perf_counter() - started
    if not all(map(math.isfinite, losses.values())):
        raise FloatingPointError(f"A loss is not finite. Received: {losses}.")
    return {"seconds": seconds, "steps": steps * question["epochs"]}


def peak_megabytes():
    """Most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def main(model, loop):
    """Answer until stdin ends."""
    # Libraries print as they like; only answers may reach the parent.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    steps = steps_an_epoch(model, CASES[model])
    made, told = build(model, loop)
    answer(made, {"epochs": 1}, steps)
    answer(made, {"epochs": CASES[model].epochs}, steps)
    print(json.dumps(told), file=answers)
    for line in sys.stdin:
        reply = answer(made, json.loads(line), steps)
        print(json.dumps(reply | {"memory_mb": peak_megabytes()}), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
