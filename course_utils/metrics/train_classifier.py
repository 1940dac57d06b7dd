"""Trains a frozen classifier and writes its weights: `python -m course_utils.metrics.train_classifier digits`.

On two processor cores digits took 51 s and mnist 94 s; a backend that runs uncompiled layers slowly takes longer.
"""

import argparse
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops

from course_utils import data
from course_utils.metrics.frozen import TRAINED, WEIGHTS, network
from course_utils.metrics.images import prepare


@dataclass(frozen=True)
class Recipe:
    """How one classifier is trained; `sizes` are the image sizes that it learns to see, in pixels."""

    sizes: tuple
    epochs: int
    batch_size: int


RECIPES = {
    "digits": Recipe(sizes=(16, 28), epochs=60, batch_size=64),
    "mnist": Recipe(sizes=(28,), epochs=3, batch_size=128),
}


class RandomStroke(layers.Layer):
    """Thickens or thins the strokes of each image by up to a given share of one pixel.

    It moves each pixel towards the brightest or the darkest of its 3x3 neighbours: `(batch, height, width, channels)`,
    bright strokes on dark ground, to the same shape.
    """

    def __init__(self, share, seed, **options):
        super().__init__(**options)
        self.share = share
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, images, training=False):
        if not training:
            return images
        thick = ops.max_pool(images, 3, strides=1, padding="same")
        thin = -ops.max_pool(-images, 3, strides=1, padding="same")
        amount = keras.random.uniform(
            (ops.shape(images)[0], 1, 1, 1), -self.share, self.share, dtype=images.dtype, seed=self.generator
        )
        return images + ops.relu(amount) * (thick - images) + ops.relu(-amount) * (thin - images)


def augmentation(seed):
    """Small shifts, rotations, zooms and changes of stroke thickness, as no two people write alike."""
    ground = {"fill_mode": "constant", "fill_value": -1.0}
    return keras.Sequential(
        [
            layers.RandomTranslation(0.08, 0.08, seed=seed, **ground),
            layers.RandomRotation(0.03, seed=seed + 1, **ground),
            layers.RandomZoom(0.1, 0.1, seed=seed + 2, **ground),
            RandomStroke(0.4, seed=seed + 3),
        ],
        name="augmentation",
    )


def train(name, seed=0, verbose=2):
    """Trains a classifier on the data set's training split.

    Args:
        name: a name in `RECIPES`.
        seed: whole number that fixes initial weights, order and augmentation.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained network, without augmentation.
    """
    keras.utils.set_random_seed(seed)
    recipe, size = RECIPES[name], TRAINED[name].size
    parts = [data.load(name, "train", size=seen) for seen in recipe.sizes]
    images = np.concatenate([ops.convert_to_numpy(prepare(images, size)) for images, _ in parts])
    batches = data.batches(images, np.concatenate([labels for _, labels in parts]), recipe.batch_size, seed=seed)
    model = network(name)
    learner = keras.Sequential([augmentation(seed), model])
    steps = recipe.epochs * len(batches)
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(1e-4, steps, warmup_target=3e-3, warmup_steps=steps // 10),
            weight_decay=1e-2,
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    learner.fit(batches, epochs=recipe.epochs, shuffle=False, verbose=verbose)
    return model


def accuracy(model, name, size=None):
    """Returns the percentage of test images, at `size` pixels, that the network names rightly."""
    images, labels = data.load(name, "test", size=size)
    images = prepare(images, TRAINED[name].size)
    answers = model.predict(ops.convert_to_numpy(images), batch_size=500, verbose=0).argmax(axis=1)
    return 100 * float(np.mean(answers == labels))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    model = train(options.name, options.seed)
    for size in (16, 28):
        print(f"{options.name}: {accuracy(model, options.name, size):.2f}% of the test images at {size}x{size} pixels")
    path = WEIGHTS / TRAINED[options.name].file
    path.parent.mkdir(exist_ok=True)
    model.save_weights(path)
    print(f"wrote {path.stat().st_size / 1e6:.2f} MB to {path}")


if __name__ == "__main__":
    main()
