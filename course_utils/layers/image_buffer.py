"""A history of generated images, so that a discriminator does not forget what it has seen."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="course_utils")
class ImageBuffer(layers.Layer):
    """Keeps `size` images, and swaps about half of every batch for older ones.

    Shrivastava et al. 2017 (arXiv:1612.07828, section 2.3), as CycleGAN uses it (Zhu et al. 2017, section 4): until
    the buffer is full, images are stored and handed on. From then on a fair coin is tossed for each image: either it
    is handed on, or it takes the place of a stored one, chosen by chance, which is handed on instead. Within a batch no
    place is used twice. What is handed on has no gradient. The images, their number and the state of the random draws
    are variables, so that a resumed run continues with them.

    Args:
        size: how many images are kept; of a larger batch, only the first so many may be swapped. 0 keeps none and
            hands everything on.
        seed: whole number that fixes the draws.

    Raises:
        ValueError: a size that is no whole number of at least 0, or images of unknown size.
    """

    def __init__(self, size=50, seed=0, **options):
        # Images must not be rounded to the compute dtype on their way in.
        super().__init__(**{"dtype": "float32"} | options)
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise ValueError(f"size must be a whole number of at least 0. Received: size={size!r}.")
        self.size, self.seed = size, seed
        self.draws = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        if self.size == 0:
            return
        if None in input_shape[1:]:
            raise ValueError(f"Stored images need a known size. Received: shape {tuple(input_shape)}.")
        once = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
        self.images = self.add_weight(name="images", shape=(self.size, *input_shape[1:]), dtype="float32", **once)
        self.stored = self.add_weight(name="stored", shape=(), dtype="int32", **once)

    def call(self, images):
        """Images `(batch, height, width, channels)` of which about half are older ones."""
        images = ops.stop_gradient(ops.cast(images, "float32"))
        if self.size == 0:
            return images
        n = _smaller(ops.shape(images)[0], self.size)
        return ops.concatenate([self._exchange(images[:n], n), images[n:]])

    def _exchange(self, images, n):
        places = self._places()[:n]
        older = ops.take(self.images, places, axis=0)
        empty = places >= self.stored
        swapped = ops.logical_and(keras.random.uniform((n,), seed=self.draws) < 0.5, ops.logical_not(empty))
        kept = _choose(ops.logical_or(swapped, empty), images, older)
        self.images.assign(ops.scatter_update(self.images, places[:, None], kept))
        self.stored.assign(ops.minimum(self.stored + n, self.size))
        return _choose(swapped, older, images)

    def _places(self):
        """All places, the empty ones first, the others by chance."""
        order = keras.random.uniform((self.size,), seed=self.draws)
        numbers = ops.arange(self.size, dtype="int32")
        return ops.argsort(ops.where(numbers < self.stored, order, ops.cast(numbers, "float32") - self.size))

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return super().get_config() | {"size": self.size, "seed": self.seed}


def _choose(mask, yes, no):
    return ops.where(mask[:, None, None, None], yes, no)


def _smaller(n, size):
    """The smaller of a batch's size and a whole number; a plain number where the size is known."""
    return min(n, size) if isinstance(n, int) else ops.minimum(n, size)
