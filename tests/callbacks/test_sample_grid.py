"""Samples of one fixed noise vector, shown while a run goes on."""

import base64
import os

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import data, plotting
from course_utils.callbacks import Checkpoint, SampleGrid, sample_grid
from course_utils.gans import vanilla

SHAPE = (8, 8, 1)
IMAGES = np.tanh(np.random.default_rng(0).normal(size=(8, *SHAPE))).astype("float32")

NOTEBOOK = """
from course_utils import runtime
runtime.start()
import numpy as np
from course_utils.callbacks import SampleGrid
from course_utils.gans import vanilla
gan = vanilla.VanillaGAN(vanilla.generator(4, (8, 8, 1), width=4), vanilla.discriminator((8, 8, 1), width=4))
gan.compile()
images = np.zeros((8, 8, 8, 1), "float32")
grid = SampleGrid(images=8, every=1)
"""


@pytest.fixture
def gan():
    keras.utils.set_random_seed(0)
    gan = vanilla.VanillaGAN(vanilla.generator(4, SHAPE, width=4), vanilla.discriminator(SHAPE, width=4))
    gan.compile(run_eagerly=True)
    return gan


@pytest.mark.backends
def test_frames_are_of_the_same_latent_vectors_at_the_stated_epochs(gan, capsys):
    before = gan.generate(np.random.default_rng(7).standard_normal((8, 4), dtype="float32"))
    grid = SampleGrid(images=8, every=2, seed=7)
    gan.fit(IMAGES, epochs=5, verbose=0, callbacks=[grid])
    assert [epoch for epoch, _ in grid.frames] == [0, 2, 4, 5]
    np.testing.assert_array_equal(grid.frames[0][1], before)
    np.testing.assert_array_equal(grid.frames[-1][1], gan.generate(grid.latent))
    assert not np.array_equal(grid.frames[0][1], grid.frames[-1][1])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch 2", "epoch 4", "epoch 5"]
    assert "generator_loss" in lines[0]


@pytest.mark.backends
def test_watching_changes_nothing(gan):
    losses = gan.fit(IMAGES, epochs=2, verbose=0, callbacks=[SampleGrid(images=8, every=1)]).history
    keras.utils.set_random_seed(0)
    plain = vanilla.VanillaGAN(vanilla.generator(4, SHAPE, width=4), vanilla.discriminator(SHAPE, width=4))
    plain.compile(run_eagerly=True)
    assert plain.fit(IMAGES, epochs=2, verbose=0).history == losses


@pytest.mark.backends
def test_a_model_without_latent_vectors_draws_in_its_own_way(gan):
    def ones(model, latent):
        assert model is gan
        assert latent is None
        return np.ones((3, *SHAPE))

    gan.latent_dim, grid = None, SampleGrid(every=1, draw=ones)
    grid.set_model(gan)
    grid.on_train_begin()
    assert [(epoch, images.shape) for epoch, images in grid.frames] == [(0, (3, *SHAPE))]


@pytest.mark.backends
def test_after_resuming_the_first_frame_names_its_epoch(gan, tmp_path):
    batches = data.batches(IMAGES, batch_size=8)
    gan.fit(batches, epochs=2, verbose=0, callbacks=[Checkpoint(tmp_path)])
    grid = SampleGrid(images=8, every=10)
    gan.fit(batches, epochs=3, verbose=0, callbacks=[Checkpoint(tmp_path), grid])
    assert [epoch for epoch, _ in grid.frames] == [2, 3]


def test_the_display_has_rows_of_columns_and_names_its_axis(gan, monkeypatch):
    drawn = []

    def progress(images, history, title, columns, ylabel):
        drawn.append((len(images), columns, ylabel))
        return plt.figure()

    monkeypatch.setattr(sample_grid, "_in_notebook", lambda: True)
    monkeypatch.setattr(plotting, "training_progress", progress)
    gan.fit(IMAGES, verbose=0, callbacks=[SampleGrid(images=6, columns=3, ylabel="squares")])
    assert drawn == [(6, 3, "squares")]


@pytest.mark.parametrize("options", [{"images": 0}, {"columns": 0}, {"every": 0}, {"every": 1.5}, {"images": True}])
def test_bad_numbers_are_refused(options):
    with pytest.raises(ValueError, match="must be a positive integer. Received"):
        SampleGrid(**options)


def _pictures(epochs):
    """PNG outputs of a notebook cell that trains."""
    # Here and not above: the other backends' environment has no notebooks.
    import nbformat
    from nbclient import NotebookClient

    cells = [NOTEBOOK, f"gan.fit(images, epochs={epochs}, verbose=0, callbacks=[grid]);"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    # The tests draw with Agg; a kernel chooses its own way of showing figures.
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.execute(env=environment | {"PYTHONPATH": os.getcwd()})
    outputs = notebook.cells[1].outputs
    assert {output.output_type for output in outputs} == {"display_data"}
    return [base64.b64decode(output.data["image/png"]) for output in outputs]


@pytest.mark.slow
def test_a_notebook_shows_one_display_that_is_updated():
    once, often = _pictures(1), _pictures(4)
    assert len(once) == len(often) == 1
    assert often[0].startswith(b"\x89PNG")
    assert once != often
