"""Games on one and on two virtual devices of a processor: `python distributed_run.py CASE`; prints one line of JSON.

Both backends read the number of devices when they start, so this is a program of its own. What it compares starts from
the same weights, sees the same global batches, and moves by plain gradient descent, which forgives no wrong factor.
"""

import json
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=3"

import keras
import numpy as np
from keras import ops

from course_utils import autodiff, data
from course_utils.callbacks import Checkpoint
from course_utils.gans import dcgan
from course_utils.gans.base import GAN
from tests.gans.table import images, make_dcgan

TENSORFLOW = keras.backend.backend() == "tensorflow"
IMAGES = images(64)
Z = np.random.default_rng(5).standard_normal((64, 3)).astype("float32")

if TENSORFLOW:
    import tensorflow as tf

    processor = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 3)


class Still(GAN):
    """A game without noise."""

    def discriminator_loss(self, x):
        return ops.mean(ops.softplus(self.discriminator(x)))

    def generator_loss(self, x):
        return ops.mean(ops.square(self.generator(x[:, 0, 0])))


class Told(dcgan.DCGAN):
    """DCGAN whose latent vectors come with the images, the same for any number of devices."""

    def noise(self, batch):
        return batch[1]


def still():
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4), keras.layers.Dense(64)])
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    gan = Still(generator, discriminator)
    gan.latent_dim = None
    return gan


def told(batch_norm=False, synchronized=False):
    networks = dcgan.generator(3, (8, 8, 1), 4, batch_norm), dcgan.discriminator((8, 8, 1), 8, batch_norm)
    if synchronized:
        networks = [keras.models.clone_model(network, clone_function=with_shared_statistics) for network in networks]
    return Told(*networks)


def with_shared_statistics(layer):
    config = layer.get_config()
    if isinstance(layer, keras.layers.BatchNormalization):
        config["synchronized"] = True
    return type(layer).from_config(config)


def noisy():
    return make_dcgan(instance_noise=0.1, dropout=0.3, average=0.9)


def run(devices, make, n=64, drop_last=False, epochs=3, callbacks=None, steps=1):
    """Losses `(2, epochs)` and weights after training on the first `n` images in batches of 16."""
    keras.utils.set_random_seed(1)
    with autodiff.spread(devices):
        gan = make()
        options = {"jit_compile": autodiff.quick_start(), "steps_per_execution": steps}
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), **options)
        beside = Z[:n] if isinstance(gan, Told) else None
        batches = data.batches(IMAGES[:n], beside, batch_size=16, drop_last=drop_last)
        history = gan.fit(batches, epochs=epochs, verbose=0, callbacks=callbacks).history
        return [history["discriminator_loss"], history["generator_loss"]], gan.get_weights()


def difference(make, **options):
    """Largest relative difference of a loss, and largest difference of a weight, between one device and two."""
    (alone, weights), (together, others) = (run(devices, make, **options) for devices in (1, 2))
    alone = np.array(alone)
    loss = np.max(np.abs(np.array(together) - alone) / np.abs(alone))
    return float(loss), float(max(np.abs(a - b).max() for a, b in zip(weights, others, strict=True)))


def losses():
    return {"still": difference(still), "dcgan": difference(told), "several_steps": attempt(still, steps=2)}


def norm():
    games = {"norm": lambda: told(batch_norm=True)}
    if TENSORFLOW:
        games["synchronized"] = lambda: told(batch_norm=True, synchronized=True)
    return {name: difference(make) for name, make in games.items()}


def noise():
    return {"whole_batch": difference(noisy), "halves_alike": bool(halves_alike())}


def halves_alike():
    """Whether two devices draw the same latent vectors for their parts of a batch."""
    with autodiff.spread(2):
        gan = make_dcgan()
        if not TENSORFLOW:
            z = ops.convert_to_numpy(gan.noise(IMAGES[:4]))
            return (z[:2] == z[2:]).any()
        strategy = tf.distribute.get_strategy()
        batches = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices(IMAGES[:4]).batch(4))
        drawn = strategy.run(tf.function(gan.noise), (next(iter(batches)),))
        first, second = (z.numpy() for z in strategy.experimental_local_results(drawn))
        return (first == second).any()


def last_batch():
    games = {"dropped": (61, True), "even": (50, False), "odd": (61, False), "single": (49, False)}
    return {name: attempt(told, n=n, drop_last=drop) for name, (n, drop) in games.items()}


def attempt(make, **options):
    """The `difference`, or what is said where it is refused."""
    try:
        return difference(make, **options)
    except ValueError as error:
        return str(error)


def training():
    """A game with everything that a step can move, on two devices, and again after it was cut in the second epoch."""
    with autodiff.spread(2):
        made = noisy()
        first = made.get_weights()
    with tempfile.TemporaryDirectory() as folder:
        straight, weights = run(2, noisy, n=32)
        run(2, noisy, n=32, epochs=2, callbacks=[Checkpoint(folder)])
        checkpoint = Checkpoint(folder)
        _, resumed = run(2, noisy, n=32, callbacks=[checkpoint])
    history = [checkpoint.history["discriminator_loss"], checkpoint.history["generator_loss"]]
    return {
        "finite": bool(np.isfinite(straight).all()),
        "moved": [bool((new != old).any()) for new, old in zip(weights, first, strict=True)],
        "same_losses": history == straight,
        "same_weights": all(np.array_equal(a, b) for a, b in zip(weights, resumed, strict=True)),
    }


def scope():
    """What `autodiff.spread` sets, leaves behind and refuses."""
    with autodiff.spread(2):
        inside = current()
        gan = still()
    report = {"inside": inside, "after": current(), "devices": devices_of(gan.variables[0])}
    with autodiff.spread(1):
        report["alone"] = current()
    for devices in (3, 4):
        try:
            with autodiff.spread(devices):
                report[str(devices)] = current()
        except ValueError as error:
            report[str(devices)] = str(error)
    return report


def current():
    """Name of the distribution in force, and its number of devices."""
    if TENSORFLOW:
        strategy = tf.distribute.get_strategy()
        return [type(strategy).__name__, strategy.num_replicas_in_sync]
    distribution = keras.distribution.distribution()
    return distribution and [type(distribution).__name__, distribution.num_model_replicas]


def devices_of(variable):
    return len(variable.value.values) if TENSORFLOW else len(variable.value.sharding.device_set)


CASES = {f.__name__: f for f in (losses, norm, noise, last_batch, training, scope)}

if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]]()))
