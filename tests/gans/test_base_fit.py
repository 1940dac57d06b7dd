"""`fit` and `evaluate`: Keras's callbacks, validation, and what stops a run."""

import csv

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import autodiff, data, losses
from course_utils.metrics import FrozenClassifier, OnImages, kid
from tests.gans.games import POINTS, Points, Scalars, Target, compiled, fit, scalars, values
from tests.gans.table import images, make_dcgan, same, state

pytestmark = pytest.mark.backends

TORCH = keras.backend.backend() == "torch"


def test_early_stopping_watches_one_side():
    stop = keras.callbacks.EarlyStopping("generator_loss", mode="min", min_delta=100, patience=1)
    assert len(fit(compiled(), epochs=9, callbacks=[stop])["generator_loss"]) == 2


def test_one_callback_needs_no_list():
    assert fit(compiled(), callbacks=keras.callbacks.TerminateOnNaN())


def test_csv_logger_writes_both_losses(tmp_path):
    history = fit(compiled(), epochs=2, callbacks=[keras.callbacks.CSVLogger(tmp_path / "log.csv")])
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    for name, series in history.items():
        assert [float(row[name]) for row in rows] == pytest.approx(series)


def test_model_checkpoint_saves_a_model_that_loads(tmp_path):
    gan = compiled()
    fit(gan, callbacks=[keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")])
    assert same(state(keras.models.load_model(tmp_path / "1.keras")), state(gan))


@pytest.mark.parametrize(
    "callback",
    [
        lambda: keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate),
        lambda: keras.callbacks.ReduceLROnPlateau("generator_loss", mode="min", factor=0.5, patience=1, min_delta=100),
    ],
    ids=["LearningRateScheduler", "ReduceLROnPlateau"],
)
def test_callbacks_that_set_the_learning_rate_set_both(callback):
    gan = scalars(Target, rates=(0.5, 0.25))
    fit(gan, POINTS[:, :1], epochs=2, callbacks=[callback()])
    assert [float(optimizer.learning_rate) for optimizer in gan.optimizers.values()] == [0.25, 0.125]


def test_data_is_told_which_epoch_begins():
    batches, seen = data.batches(POINTS, batch_size=8), []
    note = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append((epoch, batches.epoch)))
    compiled().fit(batches, epochs=5, initial_epoch=3, verbose=0, callbacks=[note])
    assert seen == [(3, 3), (4, 4)]


def test_batches_come_in_the_order_of_the_data():
    class Last(Scalars):
        tracked = ("first_pixel",)

        def discriminator_loss(self, x):
            self.track("first_pixel", x[0, 0])
            return 0.5 * (self.d - x[0, 0]) ** 2

        def generator_loss(self, x):
            return self.g**2

    numbers = np.arange(8, dtype="float32")[:, None]
    batches = data.batches(numbers, batch_size=1, seed=4)
    gan = scalars(Last, rates=(1.0, 1.0))
    gan.fit(batches, epochs=2, verbose=0)
    assert gan.numbers()[0] == np.random.default_rng((4, 1)).permutation(8)[-1]


@pytest.mark.parametrize("name", ["class_weight", "sample_weight"])
def test_weights_are_refused(name):
    with pytest.raises(ValueError, match=f"A GAN's losses take no weights. Received: {name}"):
        compiled().fit(POINTS, **{name: np.ones(len(POINTS))})


def test_weights_inside_the_data_are_refused():
    class Weighted(keras.utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, index):
            return POINTS, POINTS, np.ones(len(POINTS), "float32")

    gan = compiled()
    before = values(gan.weights)
    with pytest.raises(ValueError, match="Received: data with sample weights"):
        gan.fit(Weighted(), verbose=0)
    assert same(before, values(gan.weights))


@keras.saving.register_keras_serializable("tests")
class Gap(keras.metrics.Metric):
    """Mean of the real images less the root mean square of the generated ones."""

    def __init__(self, name="gap", **options):
        super().__init__(name=name, **options)
        self.total = self.add_variable((), "zeros")

    def update_state(self, real, fake):
        self.total.assign(ops.mean(real) - ops.sqrt(ops.mean(fake**2)))

    def result(self):
        return self.total


def test_a_metric_sees_real_and_generated_images():
    gan = scalars(Target, rates=(0.0, 0.0), options={"metrics": [Gap()]})
    history = gan.fit(np.ones((4, 1), "float32"), verbose=0, validation_data=np.full((4, 1), 3.0, "float32")).history
    assert history["val_gap"] == [3.0]
    assert history["val_discriminator_loss"] == [4.5]
    assert "gap" not in history


def test_a_metric_sees_the_averaged_generator():
    plain = scalars(Target, options={"metrics": [Gap()]})
    averaged = Target(average=0.5)
    averaged.compile(metrics=[Gap()])
    plain.generator.set_weights([np.ones((1, 1))])
    averaged.averages[0].assign(np.ones((1, 1)))
    x = np.full((4, 1), 3.0, "float32")
    gap = plain.evaluate(x, verbose=0, return_dict=True)["gap"]
    assert gap < 3
    assert averaged.evaluate(x, verbose=0, return_dict=True)["gap"] == gap
    assert averaged.numbers()[1] == 0


def test_kid_is_evaluated_against_held_out_images():
    gan = make_dcgan()
    gan.compile(metrics=[OnImages(kid, FrozenClassifier("digits"), name="kid")])
    history = gan.fit(images(16), batch_size=8, epochs=2, verbose=0, validation_data=images(8, seed=1)).history
    assert len(history["val_kid"]) == 2
    assert np.isfinite(history["val_kid"]).all()


def test_validation_changes_nothing_of_the_training():
    def run(**options):
        keras.utils.set_random_seed(0)
        gan = make_dcgan(instance_noise=0.1, dropout=0.5, average=0.9)
        gan.compile()
        history = fit(gan, images(16), epochs=2, **options)
        return state(gan)[:-1], {name: series for name, series in history.items() if not name.startswith("val_")}

    # The very last variable is the seed of evaluation, which validation may move.
    plain, validated = run(), run(validation_data=images(16, seed=1))
    assert plain[1] == validated[1]
    assert sum(not np.array_equal(a, b) for a, b in zip(plain[0], validated[0], strict=True)) <= 1


def test_evaluation_repeats_itself_and_moves_no_weight():
    gan = make_dcgan(instance_noise=0.1, dropout=0.5)
    gan.compile(metrics=[OnImages(kid, FrozenClassifier("digits"), name="kid")])
    before, noise = values(gan.weights), values([gan.noise_seed.state])
    first, second = (gan.evaluate(images(16), batch_size=8, verbose=0, return_dict=True) for _ in range(2))
    assert same(before, values(gan.weights))
    assert same(noise, values([gan.noise_seed.state]))
    assert list(first) == ["discriminator_loss", "generator_loss", "kid"]
    if not TORCH:
        assert first == second
    assert first["kid"] == second["kid"]


def test_batches_of_one_evaluation_draw_different_noise():
    class First(Points):
        tracked = ("z",)

        def generator_loss(self, x):
            self.track("z", self.noise(x)[0, 0])
            return super().generator_loss(x)

    gan = compiled(First)
    half = gan.evaluate(POINTS[:8], batch_size=8, verbose=0, return_dict=True)["z"]
    both = gan.evaluate(POINTS[:16], batch_size=8, verbose=0, return_dict=True)["z"]
    assert both != half


def test_a_gradient_penalty_can_be_evaluated():
    class Penalised(Points):
        def discriminator_loss(self, x):
            slope = autodiff.gradient(lambda v: ops.sum(self.discriminator(v)), x)
            return ops.mean(ops.sum(slope**2, axis=1))

    gan = compiled(Penalised)
    expected = float((values(gan.discriminator.weights)[0] ** 2).sum())
    logs = gan.evaluate(POINTS, verbose=0, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(expected, rel=1e-5)


def test_a_loss_that_fails_leaves_the_weights_as_they_were():
    class Wrong(Points):
        wrong = True

        def generator_loss(self, x):
            if self.wrong:
                raise RuntimeError("a mistake in the loss")
            return super().generator_loss(x)

    gan = compiled(Wrong)
    before = state(gan)
    for run in (gan.fit, gan.evaluate):
        with pytest.raises(RuntimeError, match="a mistake in the loss"):
            run(POINTS, verbose=0)
    if keras.backend.backend() == "jax":
        assert same(before, state(gan))
    gan.wrong = False
    gan.compile()
    assert np.isfinite([*fit(gan).values()]).all()


def poisoned(row, value=np.nan):
    x = POINTS.copy()
    x[row] = value
    return data.batches(x, batch_size=4, shuffle=False)


def test_a_loss_that_is_no_number_stops_the_run():
    gan = compiled()
    gan.fit(poisoned(0, 1.0), verbose=0)
    with pytest.raises(FloatingPointError) as error:
        gan.fit(poisoned(9), epochs=5, initial_epoch=2, verbose=0)
    assert "discriminator_loss became nan and generator_loss became nan at step 3 of epoch 3" in str(error.value)
    weights = values(gan.weights)
    assert [w.shape for w in weights] == [(2, 1), (1,), (3, 2), (2,)]
    assert np.isnan(weights[0]).all()


@pytest.mark.skipif(TORCH, reason="one step an execution")
def test_with_several_steps_an_execution_the_range_is_named():
    gan = compiled(options={"steps_per_execution": 2})
    with pytest.raises(FloatingPointError, match="at one of the steps 3 to 4 of epoch 1"):
        gan.fit(poisoned(9), verbose=0)


def test_an_infinite_loss_stops_the_run():
    gan = scalars(Target)
    with pytest.raises(FloatingPointError, match="_loss became inf and generator_loss became inf at step 1"):
        gan.fit(np.full((4, 1), 1e30, "float32"), verbose=0)


def test_a_loss_that_forgets_its_side_is_told_which_variables():
    class Idle(Points):
        def generator_loss(self, x):
            return losses.non_saturating(self.discriminator(x))

    if keras.backend.backend() == "jax":
        pytest.skip("JAX gives zeros where a loss does not depend on a variable")
    with pytest.raises(ValueError, match="does not depend on 2 of the variables that it should train"):
        fit(compiled(Idle))
