"""What GANs share that translate images: no latent vectors, and batches of (originals, images of the other kind)."""

from course_utils.gans.base import GAN
from course_utils.gans.inputs import check_pair


class Translation(GAN):
    """Base of a GAN whose generator starts from the first images of a batch (x, y) and makes images like the second."""

    def sample(self, n, seed=None):
        """Refused: this game starts from images."""
        raise ValueError(
            f"A {type(self).__name__} has images to translate, and no latent vectors. Received: sample(n={n!r}). "
            "Call translate(images)."
        )

    def originals(self, batch):
        return batch[1]

    def make(self, batch, training=True):
        """G(x)."""
        return self.generator(batch[0], training=training)

    def _unpack(self, data):
        batch = super()._unpack(data)
        check_pair(batch, self.generator)
        return batch
