import keras
from keras import ops

from course_utils import autodiff, data, plotting
from course_utils.gans import dcgan
from course_utils.gans.base import GAN

ADAM = {"class_name": "Adam", "config": {"learning_rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9}}


@keras.saving.register_keras_serializable(package="examples")
class WGANGP(GAN):
    """Improved Training of Wasserstein GANs, Gulrajani et al. 2017 (arXiv:1704.00028), Algorithm 1."""

    critic_steps, default_optimizers = 5, {"discriminator": ADAM, "generator": ADAM}

    def discriminator_loss(self, batch):
        D, fake = self.discriminator, self.fake(batch)
        u = keras.random.uniform((ops.shape(batch)[0], 1, 1, 1), seed=self.noise_seed)
        slope = autodiff.gradient(lambda x: ops.sum(D(x, training=True)), u * batch + (1 - u) * fake)
        norm = ops.sqrt(ops.sum(ops.square(slope), axis=(1, 2, 3)) + 1e-12)
        return ops.mean(D(fake, training=True)) - ops.mean(D(batch, training=True)) + 10 * ops.mean((norm - 1) ** 2)

    def generator_loss(self, batch):
        return -ops.mean(self.discriminator(self.fake(batch), training=True))


if __name__ == "__main__":
    images, _ = data.load("digits")
    gan = WGANGP(dcgan.generator(), dcgan.discriminator(batch_norm=False))
    gan.compile()
    gan.fit(data.batches(images, batch_size=320, drop_last=True), epochs=200)
    plotting.image_grid(gan.sample(32)).savefig("digits.png")
