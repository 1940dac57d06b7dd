import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils import autodiff, data
from course_utils.gans.cyclegan import CycleGAN
from tests.gans.table import images, make_cyclegan

pytestmark = pytest.mark.backends

X, Y = images(6), -images(6, seed=1)


def shift(amount, name, scale=1.0):
    """A generator that multiplies every pixel and adds a number to it."""
    scale, amount = keras.initializers.Constant(scale), keras.initializers.Constant(amount)
    convolution = layers.Conv2D(1, 1, kernel_initializer=scale, bias_initializer=amount)
    return keras.Sequential([keras.Input((8, 8, 1)), convolution], name=name)


def constant(score, name):
    """A discriminator whose every logit is a number."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(
                1, 4, strides=4, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(score)
            ),
        ],
        name=name,
    )


def by_hand(d_x=0.25, d_y=0.5, **options):
    """G adds 0.1, F takes away 0.3; D_X always answers `d_x`, D_Y `d_y`."""
    generators = shift(0.1, "g"), shift(-0.3, "f")
    gan = CycleGAN(*generators, constant(d_x, "d_x"), constant(d_y, "d_y"), **options)
    gan.compile()
    return gan


def value(loss):
    return float(ops.convert_to_numpy(ops.stop_gradient(loss)))


def test_the_discriminators_loss_is_halved_least_squares_over_both():
    expected = (0.5 - 1) ** 2 / 2 + 0.5**2 / 2 + (0.25 - 1) ** 2 / 2 + 0.25**2 / 2
    assert value(by_hand().discriminator_loss((X, Y))) == pytest.approx(expected, abs=1e-6)


def test_the_generators_loss_term_by_term():
    # The way there and back moves every pixel by 0.1 - 0.3, from both sides. D_X judges F's images, D_Y those of G.
    adversarial, cycle, identity = (0.5 - 1) ** 2 + (0.25 - 1) ** 2, 0.2 + 0.2, 0.1 + 0.3
    for weight, share in ((10.0, 0.0), (10.0, 0.5), (3.0, 2.0), (0.0, 0.5)):
        gan = by_hand(cycle_weight=weight, identity_weight=share)
        expected = adversarial + weight * cycle + weight * share * identity
        assert value(gan.generator_loss((X, Y))) == pytest.approx(expected, abs=1e-5)
        assert value(gan.trackers["cycle"].result()) == pytest.approx(cycle, abs=1e-5)
        if share:
            assert value(gan.trackers["identity"].result()) == pytest.approx(identity, abs=1e-5)
        else:
            assert gan.tracked == ("cycle",)


def test_the_cycle_starts_from_both_sides():
    gan = CycleGAN(shift(0.1, "g", scale=0.5), shift(-0.3, "f"), pixel("d_x"), pixel("d_y"))
    gan.compile()
    gan.generator_loss((X, Y))
    there_and_back, back_and_there = 0.5 * X + 0.1 - 0.3, 0.5 * (Y - 0.3) + 0.1
    expected = np.abs(there_and_back - X).mean() + np.abs(back_and_there - Y).mean()
    assert value(gan.trackers["cycle"].result()) == pytest.approx(expected, abs=1e-5)


def pixel(name):
    """A discriminator whose logits are the pixels themselves."""
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(1, 1, kernel_initializer="ones")], name=name)


def test_each_discriminator_sees_its_own_side():
    gan = CycleGAN(shift(0.1, "g"), shift(-0.3, "f"), pixel("d_x"), pixel("d_y"), cycle_weight=0.0)
    gan.compile()
    half = lambda scores, label: np.mean((scores - label) ** 2) / 2  # noqa: E731
    d = half(Y, 1) + half(X + 0.1, 0) + half(X, 1) + half(Y - 0.3, 0)
    assert value(gan.discriminator_loss((X, Y))) == pytest.approx(d, abs=1e-5)
    g = 2 * half(X + 0.1, 1) + 2 * half(Y - 0.3, 1)
    assert value(gan.generator_loss((X, Y))) == pytest.approx(g, abs=1e-5)


def test_discriminators_see_older_images_and_the_generators_new_ones():
    def game(buffer):
        gan = CycleGAN(shift(0.1, "g"), shift(-0.3, "f"), pixel("d_x"), pixel("d_y"), buffer=buffer)
        gan.compile()
        return gan

    with_history, without = game(6), game(0)
    scales = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
    losses = [[value(gan.discriminator_loss((s * X, s * Y))) for s in scales] for gan in (with_history, without)]
    # The history fills, and from then on some images are of an earlier batch.
    assert losses[0][0] == pytest.approx(losses[1][0], abs=1e-6)
    assert losses[0][1:] != pytest.approx(losses[1][1:], abs=1e-6)
    made = np.concatenate([s * X + 0.1 for s in scales])
    stored = ops.convert_to_numpy(with_history.history_y.images)
    kept = [int(np.abs(made - image).max(axis=(1, 2, 3)).argmin()) for image in stored]
    np.testing.assert_allclose(made[kept], stored, atol=1e-5)
    assert len(set(kept)) == 6
    assert max(kept) >= 6


def test_there_and_back():
    gan = by_hand()
    x = 0.5 * X
    np.testing.assert_allclose(gan.translate(x), x + 0.1, atol=1e-6)
    np.testing.assert_allclose(gan.translate_back(x), x - 0.3, atol=1e-6)
    assert gan.translate(x).dtype == np.float32


def test_averaged_weights_translate_both_ways():
    gan = by_hand(average=0.5)
    for network in (gan.generator, gan.back_generator):
        network.set_weights([np.zeros(w.shape) for w in network.weights])
    np.testing.assert_allclose(gan.translate(0.5 * X), 0.5 * X + 0.1, atol=1e-6)
    np.testing.assert_allclose(gan.translate_back(0.5 * X), 0.5 * X - 0.3, atol=1e-6)


def test_it_trains_on_unpaired_batches_of_sides_of_different_length():
    gan = make_cyclegan(identity_weight=0.5)
    gan.compile(jit_compile=autodiff.quick_start())
    batches = data.unpaired_batches(images(12), -images(5, seed=1), batch_size=4)
    history = gan.fit(batches, epochs=2, verbose=0).history
    assert set(history) == {"discriminator_loss", "generator_loss", "cycle", "identity"}
    assert np.isfinite([*history.values()]).all()
    assert int(gan.history_x.stored) == int(gan.history_y.stored) == 24


def test_a_heavy_cycle_weight_closes_the_cycle():
    gan = by_hand(cycle_weight=100.0)
    gan.compile(*(keras.optimizers.SGD(1e-4) for _ in range(2)))
    batches = data.unpaired_batches(0.5 * X, 0.5 * Y, batch_size=6)
    cycle = gan.fit(batches, epochs=10, verbose=0).history["cycle"]
    # There and back moved every pixel by 0.2, on both ways.
    assert cycle[0] == pytest.approx(0.4, abs=1e-5)
    assert cycle[-1] < 0.2


def test_metrics_compare_with_the_other_side():
    @keras.saving.register_keras_serializable("tests")
    class Means(keras.metrics.Metric):
        def __init__(self, name="means", **options):
            super().__init__(name=name, **options)
            self.both = self.add_variable((2,), "zeros")

        def update_state(self, real, fake):
            self.both.assign(ops.stack([ops.mean(real), ops.mean(fake)]))

        def result(self):
            return self.both[1] - self.both[0]

    gan = by_hand()
    gan.compile(metrics=[Means()])
    seen = gan.evaluate(data.unpaired_batches(0.5 * X, 0.5 * Y - 0.2, batch_size=6), verbose=0, return_dict=True)
    assert seen["means"] == pytest.approx(0.5 * X.mean() + 0.1 - (0.5 * Y.mean() - 0.2), abs=1e-5)


def test_the_defaults_are_the_papers():
    gan = by_hand()
    assert (gan.cycle_weight, gan.identity_weight, gan.buffer) == (10.0, 0.0, 50)
    for optimizer in gan.optimizers.values():
        assert (float(optimizer.learning_rate), optimizer.beta_1) == (pytest.approx(2e-4), 0.5)


def test_there_is_nothing_to_sample():
    with pytest.raises(ValueError, match=re.escape("no latent vectors. Received: sample(n=4)")):
        by_hand().sample(4)


def colour():
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(3, 1)])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: by_hand(cycle_weight=-1.0), "Received: cycle_weight=-1.0"),
        (lambda: by_hand(identity_weight=float("nan")), "Received: identity_weight=nan"),
        (lambda: by_hand(buffer=2.5), "Received: size=2.5"),
        (lambda: CycleGAN(colour(), shift(0, "f"), pixel("x"), pixel("y")), "from (8, 8, 1) to (8, 8, 3), and a back"),
        (lambda: by_hand().translate(np.zeros((2, 8, 8, 3), "float32")), "Received: (2, 8, 8, 3)"),
        (lambda: by_hand().fit(X, verbose=0), "trains on pairs of images"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(make, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make()
