"""Latent vectors that hold noise, a categorical code and continuous codes, in this order (Chen et al. 2016)."""

import math
from dataclasses import dataclass

import numpy as np
from keras import ops


@dataclass(frozen=True)
class Codes:
    """What stands where in a latent vector `(noise + categories + continuous,)`.

    Args:
        noise: how many numbers of noise, each normal; at least 1.
        categories: how many values the categorical code has, all equally likely; it is stored one-hot. At least 2.
        continuous: how many continuous codes, each uniform on [-1, 1]; may be 0.
        noise_scale: standard deviation of the noise, above 0.

    Raises:
        ValueError: for a number that is too small.
    """

    noise: int
    categories: int
    continuous: int
    noise_scale: float = 1.0

    def __post_init__(self):
        if self.noise < 1 or self.categories < 2 or self.continuous < 0:
            raise ValueError(
                "A latent vector holds at least 1 number of noise, 2 categories and 0 continuous codes. Received: "
                f"noise={self.noise}, categories={self.categories}, continuous={self.continuous}. "
                "Build the generator for as many numbers as they are together."
            )
        if not self.noise_scale > 0:
            raise ValueError(f"noise_scale must be above 0. Received: noise_scale={self.noise_scale!r}.")

    @property
    def ends(self):
        """Where the noise ends, and where the categorical code does."""
        return [self.noise, self.noise + self.categories]

    def split(self, latent):
        """Noise, one-hot category and continuous codes of a tensor of latent vectors `(n, ...)`."""
        return ops.split(latent, self.ends, axis=1)

    def draw(self, normal):
        """Turn standard normal vectors into a tensor of latent vectors of the same shape.

        The place of the largest of k normal numbers is any of the k by equal chance, and erf(x / sqrt(2)) of a normal
        x is uniform on [-1, 1].
        """
        z, category, continuous = self.split(normal)
        category = ops.one_hot(ops.argmax(category, axis=1), self.categories, dtype="float32")
        return ops.concatenate([self.noise_scale * z, category, ops.erf(continuous / math.sqrt(2))], axis=1)

    def categories_of(self, latent):
        """Numbers of the categories in an array of latent vectors: `(n,)`, from 0 to `categories - 1`."""
        return np.split(latent, self.ends, axis=1)[1].argmax(axis=1)

    def chosen(self, latent, category=None, continuous=None):
        """A copy of an array of latent vectors with chosen codes; those not given stay as they are.

        Args:
            latent: `(n, noise + categories + continuous)`.
            category: None, or whole numbers from 0 to `categories - 1`: one for all vectors, or `(n,)`.
            continuous: None, or numbers `(continuous,)` for all vectors, or `(n, continuous)`. Training draws them from
                [-1, 1]; others are allowed, to see what lies beyond.

        Raises:
            ValueError: for a category that there is not.
        """
        z, c, c_continuous = np.split(np.array(latent, "float32"), self.ends, axis=1)
        if category is not None:
            c = np.broadcast_to(np.eye(self.categories, dtype="float32")[self._checked(category)], c.shape)
        if continuous is not None:
            c_continuous = np.broadcast_to(np.asarray(continuous, "float32"), c_continuous.shape)
        return np.concatenate([z, c, c_continuous], axis=1)

    def _checked(self, category):
        category = np.asarray(category)
        if category.dtype.kind not in "iu" or not ((category >= 0) & (category < self.categories)).all():
            raise ValueError(
                f"A category is a whole number from 0 to {self.categories - 1}. Received: {category.tolist()!r}."
            )
        return category
