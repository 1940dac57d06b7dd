"""How long the explorers take to answer: from a control's new value to the new picture, without a browser.

Usage: python -m benchmarks.widgets [--moves 15]

Each explorer is built with networks of its lesson's sizes on the lesson's data. They are not trained: weights cost the
same whatever they are. Every control is moved in turn. Prints a line for each explorer, and writes
`benchmarks/results/widgets.json`.
"""

import argparse
import itertools
import json
import os
import statistics
import time
from pathlib import Path

import ipywidgets
import numpy as np

from course_utils import data
from course_utils.data import ink
from course_utils.experiments import pix2pix as experiments
from course_utils.gans import cgan, dcgan, infogan
from course_utils.gans.cyclegan import CycleGAN
from course_utils.metrics import FrozenClassifier
from course_utils.networks.classifier import classifier
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.resnet_generator import resnet_generator
from course_utils.widgets import (
    channel_explorer,
    class_explorer,
    code_explorer,
    epsilon_explorer,
    kernel_explorer,
    label_explorer,
    latent_explorer,
    optimal_discriminator,
    shape_calculator,
    translation_explorer,
)

RESULT = Path(__file__).parent / "results" / "widgets.json"
LATENT_DIM, WIDTH = 64, 32


def epsilon():
    x, y = data.load("digits", split="test", size=16)
    return epsilon_explorer.explorer(classifier(x.shape[1:]), x[:40], y[:40])


def latent():
    shape = data.load("digits", size=16)[0].shape[1:]
    networks = dcgan.generator(LATENT_DIM, shape, WIDTH), dcgan.discriminator(shape, WIDTH)
    return latent_explorer.latent_explorer(dcgan.DCGAN(*networks, average=0.999))


def digit():
    shape = data.load("digits")[0].shape[1:]
    networks = cgan.generator(LATENT_DIM, 10, shape, WIDTH), cgan.discriminator(10, shape, WIDTH)
    return class_explorer.explorer(cgan.CGAN(*networks, average=0.999), FrozenClassifier("digits"))


def label_map():
    maps = data.load_pairs("tissue", "test")[0]
    settings = experiments.Settings(width=16, depth=4)
    gan = experiments.build(experiments.EXPERIMENTS["L1 alone"], maps.shape[1:], settings, seed=0)
    labels, names, palette = data.labels_of("tissue", maps), data.label_names("tissue"), data.palette("tissue")
    return label_explorer.label_explorer(gan.translate, labels, names, palette)


def translation():
    x, _ = data.load_unpaired("ink", "test")
    shape = x.shape[1:]
    generators = [resnet_generator(shape, 8, 1, halvings=1) for _ in range(2)]
    discriminators = [patch_discriminator(shape, 16, steps=1, normalisation="instance") for _ in range(2)]
    return translation_explorer.explorer(CycleGAN(*generators, *discriminators), x[:100], ink.true_map)


def code():
    shape, codes = data.load("digits")[0].shape[1:], {"categories": 10, "continuous": 2}
    discriminator = infogan.discriminator(shape, WIDTH)
    networks = dcgan.generator(8 + sum(codes.values()), shape, WIDTH), discriminator, infogan.q(discriminator, 10, 2)
    return code_explorer.explorer(infogan.InfoGAN(*networks, **codes, average=0.995), np.arange(10))


def channel():
    x, _ = data.load("textures", "test", size=32)
    network = dcgan.discriminator(x.shape[1:], 16)
    filters = {layer.name: layer.filters for layer in network.layers if hasattr(layer, "filters")}
    # Images made by gradient ascent, which cost the explorer the same as any others of their shape.
    made = {name: x[np.arange(channels) % len(x)] for name, channels in filters.items()}
    return channel_explorer.explorer(network, x[::3], made)


EXPLORERS = {
    "01 kernel": kernel_explorer.explorer,
    "02 shapes": shape_calculator.explorer,
    "03 epsilon": epsilon,
    "04 best discriminator": optimal_discriminator.explorer,
    "05 latent": latent,
    "06 class": digit,
    "07 label map": label_map,
    "08 translation": translation,
    "09 code": code,
    "10 channel": channel,
}


def moved(control):
    """A value beside the present one: the next, and from the last one back to the first."""
    if isinstance(control, ipywidgets.Dropdown):
        values = [value for _, value in control._options_full]
        return values[(values.index(control.value) + 1) % len(values)]
    after = control.value + control.step
    return after if after <= control.max else control.min


def timed(explorer, moves):
    """Seconds of each move."""
    seconds = []
    for control in itertools.islice(itertools.cycle(explorer.controls.values()), moves):
        value, before = moved(control), explorer.picture.value
        started = time.perf_counter()
        control.value = value
        seconds.append(time.perf_counter() - started)
        if explorer.picture.value is before:
            raise RuntimeError(f"{control.description} moved to {value!r}, and nothing was drawn.")
    return seconds


def main():
    """Time every explorer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=15)
    moves = parser.parse_args().moves
    rows = {}
    for name, build in EXPLORERS.items():
        seconds = timed(build(), moves)
        rows[name] = {"median": round(statistics.median(seconds), 3), "worst": round(max(seconds), 3)}
        print(f"{name:22} median {rows[name]['median']:.3f} s, worst {rows[name]['worst']:.3f} s", flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    told = {"cores": len(os.sched_getaffinity(0)), "moves": moves, "seconds": rows}
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
