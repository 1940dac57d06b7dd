"""What must hold of every GAN of the course."""

import keras
import numpy as np
import pytest

from course_utils import data
from course_utils.callbacks import Checkpoint
from course_utils.gans.sides import SIDES
from tests.gans.table import ROWS, same, state

pytestmark = pytest.mark.backends

EPOCHS = 4


def train(row, folder, epochs, life=0):
    """A new process in all but name: new model, data and callbacks, and in a second life other global seeds."""
    keras.utils.set_random_seed(0)
    gan = row.make()
    gan.compile()
    keras.utils.set_random_seed(life)
    before = {side: [np.array(v) for v in gan.variables_of(side)] for side in SIDES}
    checkpoint = Checkpoint(folder)
    batches = data.batches(*row.arrays, batch_size=8, seed=2)
    gan.fit(batches, epochs=epochs, verbose=0, callbacks=[checkpoint])
    return gan, before, checkpoint.history


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_trains_and_resumes_to_the_bit(row, tmp_path):
    straight, before, history = train(row, tmp_path / "straight", EPOCHS)
    assert set(history) == {"discriminator_loss", "generator_loss", *straight.tracked}
    assert all(len(values) == EPOCHS and np.isfinite(values).all() for values in history.values())
    for side in SIDES:
        pairs = zip(straight.variables_of(side), before[side], strict=True)
        still = [v.path for v, old in pairs if (np.array(v) == old).all()]
        assert len(still) <= row.idle, still

    train(row, tmp_path / "resumed", EPOCHS // 2)
    resumed, _, resumed_history = train(row, tmp_path / "resumed", EPOCHS, life=1)
    assert resumed_history == history
    assert same(state(resumed), state(straight))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_samples_are_images_in_range(row):
    gan = row.make()
    samples = row.draw(gan, 5, seed=1)
    assert samples.shape == (5, *row.shape)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1
    assert (samples == row.draw(gan, 5, seed=1)).all()
    assert (samples != row.draw(gan, 5, seed=2)).any()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_configuration_makes_the_same_model_again(row):
    gan = row.make()
    again = type(gan).from_config(gan.get_config())
    assert type(again) is type(gan)
    assert again.get_config() == gan.get_config()
    assert [v.shape for v in again.variables] == [v.shape for v in gan.variables]
