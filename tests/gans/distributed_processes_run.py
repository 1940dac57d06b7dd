"""One of several processes that play one game on JAX; arguments: PROCESS PROCESSES ADDRESS FOLDER.

It prints one line of JSON. With 1 process it joins nobody, and gives the numbers that the others must agree with.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_CPU_COLLECTIVES_IMPLEMENTATION"] = "gloo"

import keras

from course_utils import autodiff, data
from course_utils.callbacks import Checkpoint
from tests.gans.table import images, make_dcgan

IMAGES = images(64)
BATCH = 16


class FirstWrites(Checkpoint):
    """Every process resumes from the one folder, which only the first writes."""

    def __init__(self, folder, process):
        super().__init__(folder)
        self.process = process

    def on_epoch_end(self, epoch, logs=None):
        # Saving makes Keras move variables between processes, so all of them save; what the others wrote goes.
        with tempfile.TemporaryDirectory() as elsewhere:
            if self.process > 0:
                self.folder = Path(elsewhere)
            super().on_epoch_end(epoch, logs)


def play(process, processes, epochs, callbacks=None):
    keras.utils.set_random_seed(1)
    with autodiff.spread(keras.distribution.get_device_count() if processes > 1 else 1):
        gan = make_dcgan(average=0.9)
        gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
        mine = data.batches(IMAGES[process::processes], batch_size=BATCH // processes, shuffle=False)
        history = gan.fit(mine, epochs=epochs, verbose=0, callbacks=callbacks).history
        return {
            "losses": [history["discriminator_loss"], history["generator_loss"]],
            "weights": [w.ravel().tolist() for w in gan.get_weights()],
            "sample": gan.sample(1, seed=0).ravel().tolist(),
        }


def main(process, processes, address, folder):
    if processes > 1:
        keras.distribution.initialize(address, processes, process)
    report = {"processes": autodiff.jax.process_count(), "straight": play(process, processes, 3)}
    if processes > 1:
        play(process, processes, 2, [FirstWrites(folder, process)])
        report["resumed"] = play(process, processes, 3, [FirstWrites(folder, process)])
        report["writers"] = sorted(os.listdir(folder))
    print(json.dumps(report))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
