"""Who plays: a GAN's networks and the side each is on, their noise and samples, and how they are saved."""

from numbers import Real

import keras
import numpy as np
from keras import ops

from course_utils import autodiff


class Players(keras.Model):
    """Networks by name, each on one of two sides; `GAN` in `base` adds the game.

    Raises:
        ValueError: for a missing, unknown or unbuilt network, a latent size that the generator does not take, a bad
            seed or average.
    """

    sides = {"discriminator": ("discriminator",), "generator": ("generator",)}

    def __init__(
        self, generator=None, discriminator=None, *, latent_dim=None, seed=0, average=None, name=None, **networks
    ):
        super().__init__(name=name)
        networks |= {"generator": generator, "discriminator": discriminator}
        self.network_names = self._check_names({name for name, network in networks.items() if network is not None})
        for network_name in self.network_names:
            setattr(self, network_name, _checked_network(network_name, networks[network_name]))
        self.latent_dim = _latent_dim(generator, latent_dim)
        self.seed = _checked_seed(seed)
        self.noise_seed = ReplicaSeeds(self.seed)
        self.evaluation_seed = ReplicaSeeds(self.seed)
        self.average = _checked_momentum(average)
        self.averages = [self._shadow(v) for v in self.variables_of("generator")] if average else []
        # Keras would otherwise call the model on images in order to build it, and it takes noise.
        self.built = True

    def variables_of(self, side):
        """Trainable variables of one side's networks, in order; one that two of them share stands once."""
        variables = (v for name in self.sides[side] for v in getattr(self, name).trainable_variables)
        return list({id(v): v for v in variables}.values())

    def noise(self, batch):
        """Latent vectors `(n, latent_dim)` from a standard normal, as many as the batch has images.

        Where several devices share a batch, each draws noise of its own.

        Raises:
            ValueError: where the model has no latent size.
        """
        self._check_latent_dim()
        return keras.random.normal((ops.shape(images_of(batch))[0], self.latent_dim), seed=self.noise_seed)

    def call(self, z, training=False):
        return self.generator(z, training=training)

    def sample(self, n, seed=None):
        """`n` generated images as a NumPy array `(n, height, width, channels)`, float32 in [-1, 1].

        The same integer `seed` gives the same latent vectors on every backend; None takes the next of NumPy's global
        stream. Either leaves the training's own noise alone.
        """
        return self.generate(self.latent(n, seed))

    def latent(self, n, seed=None):
        """`n` latent vectors `(n, latent_dim)` for `generate`, float32, drawn as `noise` draws them in training.

        Override it, with `noise`, where they are not from a standard normal.
        """
        self._check_latent_dim()
        return latent_vectors(n, self.latent_dim, seed)

    def generate(self, z, batch_size=500):
        """Images of given latent vectors `(n, latent_dim)`, from the averaged weights where the model keeps them.

        Raises:
            ValueError: for another shape, no vectors, or a model that has no latent size.
        """
        return self.answer(self.checked_latent(z), batch_size=batch_size)

    def answer(self, *inputs, batch_size=500, network=None):
        """Images that the generator, or another network of its side, makes of its inputs, arrays of one length, from
        the averaged weights if there are any: a NumPy array `(n, height, width, channels)`, float32.
        """
        network = self.generator if network is None else network
        chunks = [[x[i : i + batch_size] for x in inputs] for i in range(0, len(inputs[0]), batch_size)]
        with keras.StatelessScope(state_mapping=self.averaged_weights()):
            parts = [network(chunk if len(chunk) > 1 else chunk[0], training=False) for chunk in chunks]
            return np.concatenate([ops.convert_to_numpy(ops.cast(part, "float32")) for part in parts])

    def checked_latent(self, z):
        """Latent vectors as a float32 array `(n, latent_dim)`; see `generate` for the errors."""
        self._check_latent_dim()
        z = np.asarray(z, "float32")
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z):
            raise ValueError(f"Latent vectors have shape (n, {self.latent_dim}), n >= 1. Received: shape {z.shape}.")
        return z

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
        expected = {str(i) for i in range(len(self.averages))} | {f"seed_{i}" for i in range(len(self._seeds()))}
        if set(store.keys()) != expected:
            raise ValueError(
                f"These weights belong to another {type(self).__name__}: this one keeps {len(self.averages)} averages "
                f"and {len(self._seeds())} seeds. Received: {sorted(store.keys())}. Build it as it was, with the same "
                "average, dropout and noise."
            )
        super().load_own_variables({str(i): store[str(i)] for i in range(len(self.averages))})
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

    def _check_latent_dim(self):
        if self.latent_dim is None:
            raise ValueError(
                f"{type(self).__name__} has no latent size, as no generator shows one. Received: latent_dim=None. "
                "Make it with latent_dim=..., or write its own sampling where it takes no noise."
            )

    def _check_names(self, given):
        expected = [name for side in self.sides.values() for name in side]
        if given != set(expected):
            raise ValueError(
                f"{type(self).__name__} is made of the networks {expected}. "
                f"Received: {sorted(given)}. Give each of them once, by name."
            )
        return expected


class ReplicaSeeds(keras.random.SeedGenerator):
    """Seeds of which each replica of a distributed run gets its own, so that no two draw the same noise."""

    def next(self, ordered=True):
        return autodiff.fold_in_replica(super().next(ordered))


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


def _checked_network(name, network):
    if not isinstance(network, keras.Layer) or not network.built:
        received = "one that is not built" if isinstance(network, keras.Layer) else repr(network)
        raise ValueError(
            f"{name} must be a keras.Model whose weights exist. Received: {received}. Give it its input shape, as in "
            "keras.Sequential([keras.Input(shape), ...])."
        )
    return network


def _checked_seed(seed):
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**31:
        raise ValueError(f"seed must be an integer from 0 to 2**31 - 1. Received: seed={seed!r}.")
    return int(seed)


def _latent_dim(generator, latent_dim):
    if latent_dim is not None and (isinstance(latent_dim, bool) or not isinstance(latent_dim, int) or latent_dim < 1):
        raise ValueError(f"latent_dim must be a positive integer or None. Received: latent_dim={latent_dim!r}.")
    taken = getattr(generator, "input_shape", None)
    taken = taken[-1] if isinstance(taken, tuple) and len(taken) == 2 else None
    if latent_dim is not None and taken is not None and latent_dim != taken:
        raise ValueError(
            f"The generator takes latent vectors of {taken} numbers. Received: latent_dim={latent_dim}. "
            "Leave latent_dim out, or build the generator for it."
        )
    return taken if latent_dim is None else latent_dim


def _checked_momentum(average):
    if average is not None and (isinstance(average, bool) or not isinstance(average, Real) or not 0 < average < 1):
        raise ValueError(f"average must be None or a momentum between 0 and 1, such as 0.99. Received: {average!r}.")
    return average


def _deserialized(value):
    return keras.saving.deserialize_keras_object(value) if isinstance(value, dict) else value
