import re

import keras
import numpy as np
import pytest

from course_utils import data
from tests.gans.games import POINTS, Points, compiled, values
from tests.gans.table import images, make_vanilla, same

pytestmark = pytest.mark.backends

BACKEND = keras.backend.backend()


class Critic(Points):
    critic_steps = 3


def as_tf_data(x, size, drop=False):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(x).batch(size, drop_remainder=drop)


def as_loader(x, size):
    import torch

    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.from_numpy(x)), batch_size=size)


class Whole(keras.utils.PyDataset):
    """One batch, and the same again without end where `length` is None."""

    def __init__(self, x, length=1):
        super().__init__()
        self.x, self.length = x, length

    @property
    def num_batches(self):
        return self.length

    def __getitem__(self, index):
        return self.x


tensorflow_data = pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.data is for TensorFlow")
torch_data = pytest.mark.skipif(BACKEND != "torch", reason="a DataLoader is for PyTorch")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(lambda: {"x": POINTS, "batch_size": 8}, id="array"),
        pytest.param(lambda: {"x": POINTS[:20], "batch_size": 9}, id="last of an array"),
        pytest.param(lambda: {"x": POINTS[:20]}, id="one small batch"),
        pytest.param(lambda: {"x": POINTS, "batch_size": 12, "validation_split": 0.2}, id="what a split leaves"),
        pytest.param(lambda: {"x": POINTS, "y": POINTS, "batch_size": 8}, id="pair of arrays"),
        pytest.param(lambda: {"x": data.batches(POINTS, batch_size=8)}, id="batches"),
        pytest.param(lambda: {"x": data.batches(POINTS[:20], batch_size=9)}, id="last of batches"),
        pytest.param(lambda: {"x": Whole(POINTS[:8])}, id="PyDataset"),
        pytest.param(lambda: {"x": Whole(POINTS[:8], None), "steps_per_epoch": 2}, id="endless"),
        pytest.param(lambda: {"x": as_tf_data(POINTS, 8, drop=True)}, id="tf.data", marks=tensorflow_data),
        pytest.param(lambda: {"x": as_tf_data(POINTS, 6)}, id="tf.data of unknown size", marks=tensorflow_data),
    ],
)
def test_batches_that_the_turns_do_not_divide_are_refused_before_training(arguments):
    gan = compiled(Critic)
    before = values(gan.weights)
    with pytest.raises(ValueError, match=re.escape("3 must divide every batch. Received: a batch of")):
        gan.fit(**arguments(), verbose=0)
    assert same(before, values(gan.weights))


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(lambda: {"x": POINTS, "batch_size": 6}, id="array"),
        pytest.param(lambda: {"x": POINTS[:21], "batch_size": 9}, id="last of an array"),
        pytest.param(lambda: {"x": data.batches(POINTS[:20], batch_size=9, drop_last=True)}, id="batches"),
        pytest.param(lambda: {"x": Whole(POINTS, None), "steps_per_epoch": 2}, id="endless"),
        pytest.param(lambda: {"x": as_tf_data(POINTS, 6, drop=True)}, id="tf.data", marks=tensorflow_data),
        pytest.param(lambda: {"x": as_loader(POINTS, 6)}, id="DataLoader", marks=torch_data),
    ],
)
def test_batches_that_the_turns_divide_train(arguments):
    gan = compiled(Critic)
    before = values(gan.weights)
    history = gan.fit(**arguments(), verbose=0).history
    assert np.isfinite([*history.values()]).all()
    assert all((a != b).any() for a, b in zip(before, values(gan.weights), strict=True))


X = images(12)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        pytest.param(None, "Received: x=None", id="nothing"),
        pytest.param(X[:0], "Received: shape (0, 8, 8, 1)", id="no images"),
        pytest.param(images(4, size=16), "(8, 8, 1). Received: a batch of shape (4, 16, 16, 1)", id="size"),
        pytest.param(images(4, channels=3), "Received: a batch of shape (4, 8, 8, 3)", id="channels"),
        pytest.param(X[..., 0], "Received: a batch of shape (12, 8, 8)", id="rank"),
        pytest.param((X * 127.5 + 127.5).astype("uint8"), "Received: numbers of type uint8", id="uint8"),
        pytest.param(X * 127.5 + 127.5, "Received: float32 from", id="range"),
        pytest.param(X * np.nan, "Received: float32 from nan to nan", id="nan"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda x: x, Whole], ids=["array", "PyDataset"])
def test_images_of_another_kind_are_refused_before_training(wrap, x, said):
    if wrap is Whole and (x is None or len(x) == 0):
        pytest.skip("a data set hands out images")
    gan = make_vanilla()
    gan.compile()
    before = values(gan.weights)
    for run in (gan.fit, gan.evaluate):
        with pytest.raises(ValueError, match=re.escape(said)):
            run(wrap(x), verbose=0)
    if x is not None:
        with pytest.raises(ValueError, match=re.escape(said)):
            gan.fit(X, verbose=0, validation_data=wrap(x))
    assert same(before, values(gan.weights))


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda x: as_tf_data(x, 4), id="tf.data", marks=tensorflow_data),
        pytest.param(lambda x: as_loader(x, 4), id="DataLoader", marks=torch_data),
        pytest.param(lambda x: ((x,) for _ in range(3)), id="generator"),
    ],
)
@pytest.mark.parametrize("x", [images(4, size=16), (X * 127.5 + 127.5).astype("uint8")], ids=["size", "uint8"])
def test_data_that_does_not_show_its_images_is_refused_at_the_first_step(wrap, x):
    gan = make_vanilla()
    gan.compile()
    before = values(gan.weights)
    with pytest.raises(ValueError, match=r"Received: (a batch of shape|numbers of type)"):
        gan.fit(wrap(x), verbose=0)
    assert same(before, values(gan.weights))


@pytest.mark.parametrize("size", [0, -4, 2.5, "8", True])
def test_a_bad_batch_size_is_refused(size):
    with pytest.raises(ValueError, match=f"Received: batch_size={size!r}"):
        compiled().fit(POINTS, batch_size=size, verbose=0)


def test_images_that_a_generator_starts_from_may_have_any_shape():
    class Colouring(Points):
        """Like Pix2Pix: from grey images (batch, 8, 8, 1) to colour ones (batch, 8, 8, 3)."""

        def discriminator_loss(self, batch):
            x, y = batch
            return keras.ops.mean(self.discriminator(self.generator(x)) - self.discriminator(y))

        def generator_loss(self, batch):
            return -keras.ops.mean(self.discriminator(self.generator(batch[0])))

    layers = keras.layers
    generator = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(3, 1)])
    discriminator = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(1, 3)])
    gan = Colouring(generator, discriminator)
    gan.compile()
    pairs = data.batches(images(8), images(8, channels=3), batch_size=4)
    assert np.isfinite([*gan.fit(pairs, verbose=0).history.values()]).all()
