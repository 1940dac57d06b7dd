import re

import keras
import numpy as np
import pytest

from course_utils import data
from tests.gans.games import POINTS, Points, compiled, fit, values
from tests.gans.table import images, make_vanilla, same

pytestmark = pytest.mark.backends

BACKEND = keras.backend.backend()


class Critic(Points):
    critic_steps = 3


def as_tf_data(x, size, drop=False):
    return pytest.importorskip("tensorflow").data.Dataset.from_tensor_slices(x).batch(size, drop_remainder=drop)


def only(backend):
    return pytest.mark.skipif(backend != BACKEND, reason=f"data of {backend}")


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


@pytest.mark.parametrize(
    "arguments",
    [
        lambda x: {"x": x, "batch_size": 8},
        lambda x: {"x": x[:21], "batch_size": 9},
        lambda x: {"x": x},
        lambda x: {"x": x, "batch_size": 9, "validation_split": 0.1},
        lambda x: {"x": data.batches(x, batch_size=8)},
        lambda x: {"x": data.batches(x, batch_size=9)},
        lambda x: {"x": Whole(x[:8])},
        pytest.param(lambda x: {"x": as_tf_data(x, 8, drop=True)}, marks=only("tensorflow")),
        pytest.param(lambda x: {"x": as_tf_data(x, 6)}, marks=only("tensorflow")),
    ],
    ids=["array", "last", "default", "split", "batches", "last-of-batches", "pydataset", "tf.data", "tf.data-unknown"],
)
def test_batches_that_the_critic_turns_do_not_divide_are_refused_before_training(arguments):
    # Batches of 8, a last batch of 3 that would do and one of 6 that would, 21 - 2 * 9, 24, 21 of 24.
    x = POINTS[:20] if "batch_size" not in arguments(POINTS) and isinstance(arguments(POINTS)["x"], np.ndarray) else POINTS
    gan = compiled(Critic)
    before = values(gan.weights)
    given = arguments(x)
    if given.get("batch_size") == 9 and len(given["x"]) == 21 and "validation_split" not in given:
        given["x"] = given["x"][:20]
    with pytest.raises(ValueError, match=re.escape("3 must divide every batch. Received: a batch of")):
        gan.fit(**given, verbose=0)
    assert same(before, values(gan.weights))
