"""A small run with a checkpoint, for the tests that kill it: `python training_run.py FOLDER EPOCHS`.

It prints `training` when its first step is done, and at the end one line with a digest of losses and weights.
"""

import hashlib
import json
import sys

from course_utils import runtime

EPOCHS_SEED = 3


def main(folder, epochs):
    runtime.start(seed=0)
    import keras
    import numpy as np

    from course_utils import data
    from course_utils.callbacks import Checkpoint
    from course_utils.gans import dcgan

    images, _ = data.load("digits", size=8)
    batches = data.batches(images[:200], batch_size=32, seed=EPOCHS_SEED)
    gan = dcgan.DCGAN(
        dcgan.generator(8, (8, 8, 1), width=4),
        dcgan.discriminator((8, 8, 1), width=4, dropout=0.3, instance_noise=0.1),
        average=0.9,
        seed=1,
    )
    gan.compile()
    checkpoint = Checkpoint(folder)
    say = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: print("training", flush=True))
    gan.fit(batches, epochs=epochs, verbose=0, callbacks=[checkpoint, say])
    weights = b"".join(np.ascontiguousarray(w).tobytes() for w in gan.get_weights())
    optimizer = b"".join(np.asarray(keras.ops.convert_to_numpy(v)).tobytes() for v in gan.optimizer.variables)
    losses = json.dumps(checkpoint.history).encode()
    digests = [hashlib.sha256(part).hexdigest()[:16] for part in (losses, weights, optimizer)]
    print("end", len(checkpoint.history["generator_loss"]), *digests, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
