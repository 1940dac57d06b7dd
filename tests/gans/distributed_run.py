"""Training on two virtual devices of one processor: `python distributed_run.py`; prints one line of JSON.

Both backends read the number of devices when they start, so this is a program of its own.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import keras
import numpy as np
from keras import ops

from course_utils import data
from course_utils.gans.base import GAN
from tests.gans.table import images, make_dcgan

IMAGES = images(16)


class Still(GAN):
    """A game without noise, whose steps on one and on two devices must agree."""

    def discriminator_loss(self, x):
        return ops.mean(self.discriminator(x))

    def generator_loss(self, x):
        return ops.mean(ops.square(self.generator(ops.mean(x, axis=(1, 2)))))


def still():
    keras.utils.set_random_seed(1)
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4), keras.layers.Dense(64)])
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    gan = Still(generator, discriminator)
    gan.latent_dim = None
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    return gan


def one_step(gan):
    before = gan.get_weights()
    gan.fit(IMAGES, batch_size=16, shuffle=False, verbose=0)
    return [new - old for new, old in zip(gan.get_weights(), before, strict=True)]


def train():
    keras.utils.set_random_seed(0)
    gan = make_dcgan(instance_noise=0.1, dropout=0.3, average=0.9)
    gan.compile()
    before = gan.get_weights()
    history = gan.fit(data.batches(IMAGES, batch_size=8), epochs=2, verbose=0, validation_data=IMAGES).history
    return {
        "finite": bool(np.isfinite([*history.values()]).all()),
        "moved": [bool((new != old).any()) for new, old in zip(gan.get_weights(), before, strict=True)],
        "averages_moved": [bool((ops.convert_to_numpy(a) != 0).any()) for a in gan.averages],
        "samples": gan.sample(3, seed=0).shape,
    }


def largest_difference(steps, others):
    pairs = zip(steps, others, strict=True)
    return float(max(np.abs(a - b).max() / np.abs(a).max() for a, b in pairs))


def with_tensorflow():
    import tensorflow as tf

    processor = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    alone = one_step(still())
    with strategy.scope():
        report, gan, noisy = train(), still(), make_dcgan()
    together = one_step(gan)
    batches = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensors(IMAGES[:4]).unbatch().batch(4))
    noise = strategy.run(tf.function(noisy.noise), (next(iter(batches)),))
    first, second = (z.numpy() for z in strategy.experimental_local_results(noise))
    return report | {
        "devices": strategy.num_replicas_in_sync,
        "difference": largest_difference(alone, together),
        "same_noise": bool((first == second).any()),
    }


def with_jax():
    alone = one_step(still())
    keras.distribution.set_distribution(keras.distribution.DataParallel())
    gan = still()
    noise = ops.convert_to_numpy(make_dcgan().noise(IMAGES[:4]))
    return train() | {
        "devices": len(keras.distribution.list_devices()),
        "difference": largest_difference(alone, one_step(gan)),
        "same_noise": bool((noise[:2] == noise[2:]).any()),
    }


if __name__ == "__main__":
    run = {"tensorflow": with_tensorflow, "jax": with_jax}[keras.backend.backend()]
    print(json.dumps(run()))
