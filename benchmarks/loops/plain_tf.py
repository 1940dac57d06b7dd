"""TensorFlow's own GAN loops, in float32: one `tf.function` a step, a `tf.data` pipeline, nothing else.

What is followed, on this project's networks and losses:

- `Guide` (DCGAN): the end of TensorFlow's guide "Writing a training loop from scratch": the discriminator's turn, then
  the generator's on images of its own. The guide judges real and generated images as one batch; batch normalisation
  needs them apart, and so they are here.
- `Tutorial` (DCGAN): TensorFlow's DCGAN tutorial, where one batch of generated images serves both sides, and one
  forward pass of the discriminator both tapes.
- `Critic` (WGAN-GP): Keras's example "WGAN-GP overriding Model.train_step". It shows the same images to all turns of
  the critic; here, as in Algorithm 1 of the paper and in the course, each turn sees images of its own.
- `Pairs` (Pix2Pix): TensorFlow's pix2pix tutorial: one generated batch, two tapes, both updates at the end.
- `Cycle` (CycleGAN): TensorFlow's CycleGAN tutorial: one persistent tape, four gradients, four optimisers, no history
  of generated images.
"""

import keras
import tensorflow as tf

from benchmarks.loops import keras_networks
from benchmarks.loops.cases import arrays


def cross_entropy(logits, label):
    """Mean cross-entropy in nats of logits against one label, 0 or 1, for all."""
    labels = tf.fill(tf.shape(logits), float(label))
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))


class PlainLoop:
    """Networks, optimisers and `losses(batch, ...)`, which a subclass turns into `train_step(batch)`."""

    def __init__(self, model, case, networks=None):
        self.case = case
        self.networks = keras_networks.build(model, case) if networks is None else networks
        self.optimizers = {
            name: keras.optimizers.Adam(case.learning_rate, beta_1=case.beta_1, beta_2=case.beta_2)
            for name in self.networks
        }
        for name, network in self.networks.items():
            self.optimizers[name].build(network.trainable_variables)
        sides = [tf.data.Dataset.from_tensor_slices(side).shuffle(len(side)) for side in arrays(model, case)]
        if model == "pix2pix":
            pairs = arrays(model, case)
            sides = [tf.data.Dataset.from_tensor_slices(pairs).shuffle(len(pairs[0]))]
        cut = [side.batch(case.batch_size, drop_remainder=True) for side in sides]
        self.dataset = cut[0] if len(cut) == 1 else tf.data.Dataset.zip(tuple(cut))

    def run(self, epochs):
        """Train; returns the losses of the last step by name."""
        for _ in range(epochs):
            for batch in self.dataset:
                losses = self.train_step(batch)
        return {name: float(value) for name, value in losses.items()}

    def noise(self, images):
        """Latent vectors, as many as the batch has images."""
        return tf.random.normal((images.shape[0], self.case.sizes["latent_dim"]))

    def move(self, name, gradients):
        """Move one network by its gradients."""
        self.optimizers[name].apply_gradients(zip(gradients, self.networks[name].trainable_variables, strict=True))


class Guide(PlainLoop):
    """DCGAN, a turn for each side."""

    def discriminator_turn(self, images, z):
        """`(loss, gradients)` of the discriminator."""
        D, fake = self.networks["discriminator"], self.networks["generator"](z, training=True)
        with tf.GradientTape() as tape:
            loss = cross_entropy(D(images, training=True), 1) + cross_entropy(D(fake, training=True), 0)
        return loss, tape.gradient(loss, D.trainable_variables)

    def generator_turn(self, z):
        """`(loss, gradients)` of the generator."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with tf.GradientTape() as tape:
            loss = cross_entropy(D(G(z, training=True), training=True), 1)
        return loss, tape.gradient(loss, G.trainable_variables)

    @tf.function
    def train_step(self, images):
        """One step; returns both losses."""
        d_loss, gradients = self.discriminator_turn(images, self.noise(images))
        self.move("discriminator", gradients)
        g_loss, gradients = self.generator_turn(self.noise(images))
        self.move("generator", gradients)
        return {"discriminator_loss": d_loss, "generator_loss": g_loss}


class Together(PlainLoop):
    """Every network's gradient before the first update: a subclass has `losses_and_gradients(*given)`."""

    def given(self, batch):
        """What the losses of a batch are computed from."""
        return batch

    @tf.function
    def train_step(self, batch):
        """One step; returns both sides' losses."""
        losses, gradients = self.losses_and_gradients(*self.given(batch))
        for name, values in gradients.items():
            self.move(name, values)
        return losses


class Tutorial(Together):
    """DCGAN, one batch of generated images for both sides."""

    def losses_and_gradients(self, images, z):
        """`(losses, gradients)`, each a dict by network."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake = G(z, training=True)
            real_logits, fake_logits = D(images, training=True), D(fake, training=True)
            g_loss = cross_entropy(fake_logits, 1)
            d_loss = cross_entropy(real_logits, 1) + cross_entropy(fake_logits, 0)
        gradients = {
            "generator": g_tape.gradient(g_loss, G.trainable_variables),
            "discriminator": d_tape.gradient(d_loss, D.trainable_variables),
        }
        return {"discriminator_loss": d_loss, "generator_loss": g_loss}, gradients

    def given(self, batch):
        """The images, and noise for as many."""
        return batch, self.noise(batch)


class Critic(PlainLoop):
    """WGAN-GP: `turns` of the critic, one of the generator."""

    def discriminator_turn(self, images, z, u):
        """`(loss, gradients)` of the critic; `u` `(batch, 1, 1, 1)` in [0, 1] mixes real and generated images."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with tf.GradientTape() as tape:
            fake = G(z, training=True)
            fake_logits, real_logits = D(fake, training=True), D(images, training=True)
            cost = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
            loss = cost + 10 * self.penalty(images, fake, u)
        return loss, tape.gradient(loss, D.trainable_variables)

    def penalty(self, images, fake, u):
        """Mean of (|slope| - 1)^2 between real and generated images."""
        mixed = u * images + (1 - u) * fake
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            logits = self.networks["discriminator"](mixed, training=True)
        slope = tape.gradient(logits, [mixed])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=[1, 2, 3]) + 1e-12)
        return tf.reduce_mean((norm - 1.0) ** 2)

    def generator_turn(self, z):
        """`(loss, gradients)` of the generator."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with tf.GradientTape() as tape:
            loss = -tf.reduce_mean(D(G(z, training=True), training=True))
        return loss, tape.gradient(loss, G.trainable_variables)

    @tf.function
    def train_step(self, images):
        """One step; returns the last loss of each side."""
        for part in tf.split(images, self.case.turns):
            u = tf.random.uniform((part.shape[0], 1, 1, 1))
            d_loss, gradients = self.discriminator_turn(part, self.noise(part), u)
            self.move("discriminator", gradients)
        g_loss, gradients = self.generator_turn(self.noise(part))
        self.move("generator", gradients)
        return {"discriminator_loss": d_loss, "generator_loss": g_loss}


class Pairs(Together):
    """Pix2Pix with least squares, one batch of generated images for both sides."""

    def losses_and_gradients(self, x, y):
        """`(losses, gradients)`, each a dict by network."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = G(x, training=True)
            real_logits, fake_logits = D([x, y], training=True), D([x, fake], training=True)
            g_loss = _square(fake_logits, 1) + self.case.weight * tf.reduce_mean(tf.abs(y - fake))
            d_loss = _square(real_logits, 1) + _square(fake_logits, 0)
        gradients = {
            "generator": g_tape.gradient(g_loss, G.trainable_variables),
            "discriminator": d_tape.gradient(d_loss, D.trainable_variables),
        }
        return {"discriminator_loss": d_loss, "generator_loss": g_loss}, gradients


class Cycle(Together):
    """CycleGAN: every network's gradient from one persistent tape."""

    def losses_and_gradients(self, x, y):
        """`(losses, gradients)`, each a dict by network."""
        G, F, D_X, D_Y = self.networks.values()
        with tf.GradientTape(persistent=True) as tape:
            fake_y, fake_x = G(x, training=True), F(y, training=True)
            cycled_x, cycled_y = F(fake_y, training=True), G(fake_x, training=True)
            fake_x_logits, fake_y_logits = D_X(fake_x, training=True), D_Y(fake_y, training=True)
            cycle = tf.reduce_mean(tf.abs(cycled_x - x)) + tf.reduce_mean(tf.abs(cycled_y - y))
            adversarial = 2 * (_square(fake_y_logits, 1) + _square(fake_x_logits, 1))
            g_loss = adversarial + self.case.weight * cycle
            x_loss = _square(D_X(x, training=True), 1) + _square(fake_x_logits, 0)
            y_loss = _square(D_Y(y, training=True), 1) + _square(fake_y_logits, 0)
        of = {"generator": g_loss, "back_generator": g_loss, "discriminator_x": x_loss, "discriminator_y": y_loss}
        gradients = {name: tape.gradient(of[name], self.networks[name].trainable_variables) for name in of}
        return {"discriminator_loss": x_loss + y_loss, "generator_loss": g_loss}, gradients


LOOPS = {"dcgan": Guide, "wgan_gp": Critic, "pix2pix": Pairs, "cyclegan": Cycle}


def _square(logits, label):
    return tf.reduce_mean((logits - label) ** 2) / 2
