import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data, losses
from course_utils.gans.pix2pix import Pix2Pix
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.unet import unet
from tests.gans.table import images, make_pix2pix, same, state

pytestmark = pytest.mark.backends

X, Y = images(6), images(6, seed=1)


def zeros(network):
    """Weights of zero: the U-Net then makes images of zeros, and the discriminator logits of its last bias."""
    weights = [np.zeros(w.shape, "float32") for w in network.weights]
    network.set_weights(weights)
    return weights


def scalar(loss_fn, *batch):
    return float(ops.convert_to_numpy(ops.stop_gradient(loss_fn(tuple(map(ops.convert_to_tensor, batch))))))


LOG5, LOG54 = np.log(5), np.log(1.25)


@pytest.mark.parametrize(
    ("adversarial", "discriminator", "generator"),
    [
        # D says 0.8 whatever it sees: half of -log 0.8 - log 0.2, and -log 0.8.
        ("cross_entropy", (LOG54 + LOG5) / 2, LOG54),
        # The score is the logit itself, log 4 = 1.386.
        ("least_squares", (np.log(4) - 1) ** 2 / 2 + np.log(4) ** 2 / 2, (np.log(4) - 1) ** 2 / 2),
        (None, (LOG54 + LOG5) / 2, 0.0),
    ],
)
@pytest.mark.parametrize("distance", ["l1", "l2"])
def test_losses_by_hand(adversarial, discriminator, generator, distance):
    gan = make_pix2pix(adversarial=adversarial, distance=distance, weight=10.0)
    gan.compile()
    zeros(gan.generator)
    weights = zeros(gan.discriminator)
    weights[-1][0] = np.log(4)
    gan.discriminator.set_weights(weights)
    # G's images are 0 everywhere.
    expected = np.abs(Y).mean() if distance == "l1" else np.square(Y).mean()
    assert scalar(gan.discriminator_loss, X, Y) == pytest.approx(discriminator, rel=1e-4)
    assert scalar(gan.generator_loss, X, Y) == pytest.approx(generator + 10 * expected, rel=1e-4)
    assert float(gan.trackers["l1"].result()) == pytest.approx(np.abs(Y).mean(), rel=1e-4)


def test_the_adversarial_term_alone():
    gan = make_pix2pix(distance=None)
    gan.compile()
    zeros(gan.generator)
    zeros(gan.discriminator)
    assert scalar(gan.generator_loss, X, Y) == pytest.approx(np.log(2), rel=1e-5)


def test_the_discriminator_sees_the_input_beside_each_image():
    D = patch_discriminator((8, 8, 1), 4, steps=1, condition_shape=(8, 8, 1))
    # Without dropout both sides can be made again here.
    G = unet((8, 8, 1), channels=1, width=4, dropout=0)
    gan = Pix2Pix(G, D, adversarial="least_squares", distance=None)
    gan.compile()
    x, y = map(ops.convert_to_tensor, (X, Y))
    fake = G(x, training=True)
    # Weights start small: larger ones give scores that tell these cases apart.
    D.set_weights([10 * w for w in D.get_weights()])
    judged = {(i, j): D([a, b], training=True) for i, a in (("x", x), ("y", y)) for j, b in (("y", y), ("fake", fake))}
    expected = losses.least_squares(judged["x", "y"], judged["x", "fake"])
    wrong = losses.least_squares(judged["y", "y"], judged["x", "fake"])
    assert abs(float(ops.stop_gradient(wrong)) - float(ops.stop_gradient(expected))) > 1e-2
    assert scalar(gan.discriminator_loss, X, Y) == pytest.approx(float(ops.stop_gradient(expected)), rel=1e-4)
    generator = losses.least_squares_generator(judged["x", "fake"])
    assert scalar(gan.generator_loss, X, Y) == pytest.approx(float(ops.stop_gradient(generator)), rel=1e-4)


def test_the_distance_alone_learns_a_translation():
    gan = make_pix2pix(adversarial=None)
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.005))
    x = images(64)
    history = gan.fit(data.batches(x, -x, batch_size=16), epochs=30, verbose=0).history["l1"]
    assert history[-1] < history[0] / 3
    still = gan.translate(x)
    assert np.abs(still + x).mean() < np.abs(x).mean() / 2


def test_translate_without_noise_is_each_images_own():
    gan = make_pix2pix()
    gan.compile()
    gan.fit(data.batches(X, Y, batch_size=6), epochs=2, verbose=0)
    together = gan.translate(X)
    assert (together == gan.translate(X)).all()
    np.testing.assert_allclose(gan.translate(X[2:3])[0], together[2], atol=1e-5)


def test_noise_changes_nothing_of_the_training():
    gan = make_pix2pix(average=0.9)
    gan.compile()
    gan.fit(data.batches(X, Y, batch_size=6), epochs=2, verbose=0)
    before = state(gan)
    first, again, other = (gan.translate(X, noise=True, seed=seed) for seed in (1, 1, 2))
    assert first.dtype == np.float32
    assert (first == again).all()
    assert (first != other).any()
    assert same(state(gan), before)


def test_the_noise_follows_numpys_global_stream_where_no_seed_is_given():
    gan = make_pix2pix()
    np.random.seed(5)
    first, second = gan.translate(X, noise=True), gan.translate(X, noise=True)
    np.random.seed(5)
    assert (gan.translate(X, noise=True) == first).all()
    assert (first != second).any()


def test_evaluate_shows_metrics_the_targets():
    gan = make_pix2pix()
    gan.compile(metrics=[keras.metrics.MeanAbsoluteError(name="error")])
    seen = gan.evaluate(X, Y, verbose=0, return_dict=True)["error"]
    assert seen == pytest.approx(np.abs(gan.translate(X) - Y).mean(), rel=1e-4)


def test_the_default_optimiser_is_the_papers():
    gan = make_pix2pix()
    gan.compile()
    for optimizer in gan.optimizers.values():
        assert (float(optimizer.learning_rate), optimizer.beta_1) == (pytest.approx(2e-4), 0.5)
    assert gan.weight == 100


def test_low_precision_gives_float32_images_and_trains():
    keras.config.set_dtype_policy("mixed_bfloat16")
    gan = make_pix2pix(average=0.9)
    gan.compile()
    assert np.isfinite([*gan.fit(data.batches(X, Y), verbose=0).history.values()]).all()
    assert gan.translate(X).dtype == gan.translate(X, noise=True, seed=0).dtype == np.float32


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"adversarial": "hinge"}, "'cross_entropy', 'least_squares', None. Received: adversarial='hinge'"),
        ({"distance": "l3"}, "'l1', 'l2', None. Received: distance='l3'"),
        ({"adversarial": None, "distance": None}, "Received: adversarial=None, distance=None"),
        ({"weight": 0.0}, "Received: weight=0.0"),
        ({"weight": float("nan")}, "Received: weight=nan"),
    ],
)
def test_bad_options_are_refused(options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_pix2pix(**options)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ((X,), "pairs of images"),
        ((X, np.zeros(6, "int32")), "Received: (8, 8, 1) float32, () int32"),
        ((X, images(6, channels=3)), "(8, 8, 1) and (8, 8, 1). Received: (8, 8, 1) float32, (8, 8, 3) float32"),
        ((images(6, size=16), Y), "(16, 16, 1) float32, (8, 8, 1) float32"),
        ((X, 127.5 * Y + 127.5), "in [-1, 1]"),
        ((X, np.sign(Y).astype("int32")), "Received: (8, 8, 1) float32, (8, 8, 1) int32"),
    ],
    ids=["images alone", "labels", "channels", "size", "range", "whole numbers"],
)
def test_what_is_no_pair_is_refused(arrays, said):
    gan = make_pix2pix()
    gan.compile()
    with pytest.raises(ValueError, match=re.escape(said)):
        gan.fit(data.batches(*arrays, batch_size=6), verbose=0)


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (X[0], {}, "shape (8, 8, 1), in batches. Received: (8, 8, 1)"),
        (X[:0], {}, "Received: (0, 8, 8, 1)"),
        (200 * X, {}, "in [-1, 1]"),
        ((100 * X).astype("uint8"), {}, "Received: uint8"),
        (X, {"seed": 3}, "Received: seed=3, noise=False"),
    ],
)
def test_what_cannot_be_translated_is_refused(given, options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_pix2pix().translate(given, **options)


def test_sample_names_translate():
    with pytest.raises(ValueError, match=re.escape("Received: sample(n=4). Call translate(images)")):
        make_pix2pix().sample(4)
