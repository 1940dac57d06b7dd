"""Every game of the table."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from course_utils import autodiff
from course_utils.train import games, measures, sheets, sources
from course_utils.train.options import parse
from course_utils.train.recipes import RECIPES

pytestmark = pytest.mark.backends

SIZE = 16


def settings_of(game, *more):
    return parse([game, "--out", "run", "--size", str(SIZE), "--width", "2", "--batch-size", "64", *more])[0]


@pytest.fixture(scope="module", params=RECIPES)
def stepped(request):
    """(settings, source, GAN, logs) after one step of a small game of the table."""
    settings = settings_of(request.param)
    source = sources.load(RECIPES[request.param].data, settings.dataset, SIZE, settings.batch_size)
    gan = games.build(settings, source.shape, source.classes)
    # Uncompiled is quicker for one step, but one backend then mixes NumPy's arrays of two-part batches with its own.
    gan.run_eagerly = keras.backend.backend() != "jax"
    gan.steps_per_execution = 1
    logs = gan.fit(source.batches, epochs=1, steps_per_epoch=1, verbose=0).history
    return settings, source, gan, logs


def test_it_takes_a_step(stepped):
    _, _, gan, logs = stepped
    assert set(logs) == {metric.name for metric in gan.metrics}
    assert np.isfinite([*logs.values()]).all()
    assert [int(optimizer.iterations) for optimizer in gan.optimizers.values()] == [1, 1]


def test_its_optimisers_are_the_tables(stepped):
    settings, _, gan, _ = stepped
    rates = [float(optimizer.learning_rate) for optimizer in gan.optimizers.values()]
    np.testing.assert_allclose(rates, RECIPES[settings.game].learning_rates, rtol=1e-6)


def test_its_sheet_is_a_figure_with_a_title_that_saves(stepped, tmp_path):
    settings, source, gan, _ = stepped
    figure = sheets.draw(settings.game, gan, source.test, 0, "the title")
    assert figure.get_suptitle() == "the title"
    sheets.save(figure, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]


def test_its_measures_have_the_names_that_they_promise(stepped):
    settings, source, gan, _ = stepped
    measure = measures.chosen(settings, source)
    measured = measure.measure(gan)
    assert tuple(measured) == measure.names
    assert all(np.isfinite(value) for value in measured.values() if not isinstance(value, str))
    assert not set(measure.names) & {metric.name for metric in gan.metrics}
    assert measure.measure(gan) == measured


def test_every_row_has_a_builder():
    assert games.BUILDERS.keys() == RECIPES.keys()


def test_the_seed_decides():
    first, again, other = (
        games.build(settings_of("dcgan", "--seed", seed), (16, 16, 1), 10).sample(2, seed=1) for seed in "334"
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(("size", "blocks", "patches"), [(32, 1, 14), (64, 6, 6)])
def test_large_images_get_the_papers_blocks_and_patches(size, blocks, patches):
    gan = games.build(settings_of("cyclegan"), (size, size, 3), None)
    assert sum(type(layer).__name__ == "Add" for layer in gan.generator.layers) == blocks
    assert gan.discriminator_x.output_shape[1:] == (patches, patches, 1)


@pytest.mark.parametrize(("size", "steps"), [(32, 22), (64, 1)])
def test_only_short_steps_share_a_call(size, steps):
    gan = games.build(settings_of("dcgan"), (size, size, 1), 10)
    assert gan.steps_per_execution == (steps if autodiff.runs_several_steps() else 1)
    assert games.build(replace(settings_of("dcgan"), devices=2), (32, 32, 1), 10).steps_per_execution == 1


@pytest.mark.parametrize("game", RECIPES)
def test_the_images_are_shared_where_that_is_asked_for(game):
    for more, shared in ([], False), (["--share-fakes"], True):
        settings = settings_of(game, *more)
        shape = (SIZE, SIZE, 3 if game in ("pix2pix", "cyclegan") else 1)
        assert games.build(settings, shape, 10).share_fakes is shared


def test_sizes_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="DCGAN makes square images"):
        games.build(settings_of("dcgan"), (18, 18, 1), 10)


@pytest.mark.parametrize(("size", "times"), [(8, 2), (16, 3), (28, 2), (32, 4), (64, 5), (9, 1)])
def test_halvings(size, times):
    assert games._halvings(size) == times
