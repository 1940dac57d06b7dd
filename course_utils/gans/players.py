"""Who plays: a GAN's networks and the side each is on, their noise and samples, and how they are saved."""

import keras
import numpy as np
from keras import ops


class Players(keras.Model):
    """Networks by name, each on one of two sides; `GAN` in `base` adds the game.

    Raises:
        ValueError: for a missing or unknown network, a latent size that the generator does not take, a bad average.
    """

    sides = {"discriminator": ("discriminator",), "generator": ("generator",)}

    def __init__(
        self, generator=None, discriminator=None, *, latent_dim=None, seed=0, average=None, name=None, **networks
    ):
        super().__init__(name=name)
        networks |= {"generator": generator, "discriminator": discriminator}
        self.network_names = self._check_names({name for name, network in networks.items() if network is not None})
        for network_name in self.network_names:
            setattr(self, network_name, networks[network_name])
        self.latent_dim = _latent_dim(generator, latent_dim)
        self.seed = seed
        self.noise_seed = keras.random.SeedGenerator(seed)
        self.evaluation_seed = keras.random.SeedGenerator(seed)
        self.average = _checked_momentum(average)
        self.averages = [self._shadow(v) for v in self.variables_of("generator")] if average else []
        # Keras would otherwise call the model on images in order to build it, and it takes noise.
        self.built = True

    def variables_of(self, side):
        """Trainable variables of one side's networks, in order."""
        return [v for name in self.sides[side] for v in getattr(self, name).trainable_variables]

    def noise(self, batch):
        """Latent vectors `(n, latent_dim)` from a standard normal, as many as the batch has images."""
        return keras.random.normal((ops.shape(images_of(batch))[0], self.latent_dim), seed=self.noise_seed)

    def call(self, z, training=False):
        return self.generator(z, training=training)

    def sample(self, n, seed=None):
        """`n` generated images as a NumPy array `(n, height, width, channels)`, float32 in [-1, 1].

        The same integer `seed` gives the same latent vectors on every backend; None takes the next of NumPy's global
        stream. Either leaves the training's own noise alone.
        """
        return self.generate(latent_vectors(n, self.latent_dim, seed))

    def generate(self, z, batch_size=500):
        """Images of given latent vectors `(n, latent_dim)`, from the averaged weights where the model keeps them."""
        z = np.asarray(z, "float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise ValueError(f"Latent vectors have shape (n, {self.latent_dim}). Received: shape {z.shape}.")
        with keras.StatelessScope(state_mapping=self.averaged_weights()):
            parts = [self.generator(z[i : i + batch_size], training=False) for i in range(0, len(z), batch_size)]
            return np.concatenate([ops.convert_to_numpy(ops.cast(part, "float32")) for part in parts])

    def averaged_weights(self):
        """Pairs (variable of the generator's side, value of its moving average); empty without `average`."""
        if not self.averages:
            return []
        return [(v, a.value) for v, a in zip(self.variables_of("generator"), self.averages, strict=True)]

    def move_averages(self, step):
        """Move every average towards its variable; the momentum rises to `average` as 1 + step over 10 + step."""
        if not self.averages:
            return
        step = ops.cast(step, "float32")
        momentum = ops.minimum(self.average, (1 + step) / (10 + step))
        for v, a in zip(self.variables_of("generator"), self.averages, strict=True):
            a.assign(momentum * a + (1 - momentum) * v)

    def get_config(self):
        networks = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in self.network_names}
        own = {"latent_dim": self.latent_dim, "seed": self.seed, "average": self.average, "name": self.name}
        return networks | own

    @classmethod
    def from_config(cls, config):
        return cls(**{key: _deserialized(value) for key, value in config.items()})

    # Keras saves no seeds, and a resumed run would draw the first run's noise and dropout again.
    def save_own_variables(self, store):
        super().save_own_variables(store)
        for i, seed in enumerate(self._seeds()):
            store[f"seed_{i}"] = ops.convert_to_numpy(seed)

    def load_own_variables(self, store):
        own = {key: store[key] for key in store.keys() if not key.startswith("seed_")}
        super().load_own_variables(own)
        for i, seed in enumerate(self._seeds()):
            seed.assign(store[f"seed_{i}"][...])

    def _seeds(self):
        weights = {id(v) for v in self.weights}
        return [v for v in self.variables if id(v) not in weights]

    def _shadow(self, variable):
        copy = self.add_weight(
            shape=variable.shape,
            initializer="zeros",
            dtype="float32",
            trainable=False,
            name=f"average_{variable.path.replace('/', '_')}",
            aggregation="only_first_replica",
        )
        copy.assign(ops.convert_to_numpy(variable))
        return copy

    def _check_names(self, given):
        expected = [name for side in self.sides.values() for name in side]
        if given != set(expected):
            raise ValueError(
                f"{type(self).__name__} is made of the networks {expected}. "
                f"Received: {sorted(given)}. Give each of them once, by name."
            )
        return expected


def images_of(batch):
    """The (first) images of a batch that is images, (images, labels) or a pair of images."""
    return batch[0] if isinstance(batch, tuple | list) else batch


def latent_vectors(n, latent_dim, seed=None):
    """`n` latent vectors `(n, latent_dim)` from a standard normal, float32: the same on every backend.

    Raises:
        ValueError: where `n` is not a positive integer.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be a positive integer. Received: n={n!r}.")
    random = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
    return random.standard_normal((n, latent_dim), dtype="float32")


def _latent_dim(generator, latent_dim):
    taken = getattr(generator, "input_shape", None)
    taken = taken[-1] if isinstance(taken, tuple) and len(taken) == 2 else None
    if latent_dim is not None and taken is not None and latent_dim != taken:
        raise ValueError(
            f"The generator takes latent vectors of {taken} numbers. Received: latent_dim={latent_dim}. "
            "Leave latent_dim out, or build the generator for it."
        )
    return taken if latent_dim is None else latent_dim


def _checked_momentum(average):
    if average is not None and (isinstance(average, bool) or not 0 < average < 1):
        raise ValueError(f"average must be None or a momentum between 0 and 1, such as 0.99. Received: {average!r}.")
    return average


def _deserialized(value):
    return keras.saving.deserialize_keras_object(value) if isinstance(value, dict) else value
