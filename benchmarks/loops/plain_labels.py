"""The guide's loop of `plain_tf` for images with or without labels, from which samples are drawn on the way.

Float32, one `tf.function` a step, a turn for each side on generated images of its own, the losses of the DCGAN paper;
no smoothed label and no average of the weights.
"""

import numpy as np
import tensorflow as tf

from benchmarks.loops.plain_tf import cross_entropy


class PlainGAN:
    """Networks as the course builds them, for its DCGAN (`classes` None) or its CGAN.

    Args:
        generator: from z, or from [z, one-hot labels], to images.
        discriminator: from images, or from [images, labels], to logits.
        optimizers: of the discriminator and of the generator.
        arrays: training images, and labels where there are classes.
        batch_size: images of one step.
        classes: how many labels there are, or None.
    """

    def __init__(self, generator, discriminator, optimizers, arrays, batch_size, classes=None):
        self.generator, self.discriminator, self.classes = generator, discriminator, classes
        self.latent_dim = (generator.input_shape[0] if classes else generator.input_shape)[-1]
        self.optimizers = dict(zip((discriminator.name, generator.name), optimizers, strict=True))
        for network in (discriminator, generator):
            self.optimizers[network.name].build(network.trainable_variables)
        labels = arrays[1].astype("int32") if classes else np.zeros(len(arrays[0]), "int32")
        dataset = tf.data.Dataset.from_tensor_slices((arrays[0], labels)).shuffle(len(labels))
        self.dataset = dataset.batch(batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)

    def run(self, epochs):
        """Train for so many epochs."""
        for _ in range(epochs):
            for images, labels in self.dataset:
                self.train_step(images, labels)

    def sample(self, labels, seed):
        """Images of the generator, as many as labels, which count where there are classes; float32 NumPy array."""
        z = np.random.default_rng(seed).normal(size=(len(labels), self.latent_dim)).astype("float32")
        return self._made(tf.constant(z), tf.constant(labels, tf.int32), training=False).numpy()

    @tf.function
    def train_step(self, images, labels):
        """One turn of either side."""
        D, G = self.discriminator, self.generator
        fake = self._made(self._noise(images), labels)
        with tf.GradientTape() as tape:
            loss = cross_entropy(self._judged(images, labels), 1) + cross_entropy(self._judged(fake, labels), 0)
        self._move(D, tape.gradient(loss, D.trainable_variables))
        with tf.GradientTape() as tape:
            loss = cross_entropy(self._judged(self._made(self._noise(images), labels), labels), 1)
        self._move(G, tape.gradient(loss, G.trainable_variables))

    def _noise(self, images):
        return tf.random.normal((images.shape[0], self.latent_dim))

    def _made(self, z, labels, training=True):
        asked = [z, tf.one_hot(labels, self.classes)] if self.classes else z
        return self.generator(asked, training=training)

    def _judged(self, images, labels):
        return self.discriminator([images, labels] if self.classes else images, training=True)

    def _move(self, network, gradients):
        pairs = zip(gradients, network.trainable_variables, strict=True)
        self.optimizers[network.name].apply_gradients(pairs)
