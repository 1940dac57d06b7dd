import math
import re

import keras
import numpy as np
import pytest
from keras import ops
from scipy.stats import norm

from course_utils.gans import dcgan, infogan
from tests.gans.games import values
from tests.gans.table import images, make_infogan, same

pytestmark = pytest.mark.backends

CODE = np.eye(10, dtype="float32")[[3, 1, 4, 1, 5]]


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def known(information, *arrays):
    """What one of the two formulas gives for arrays."""
    return number(information(*(ops.convert_to_tensor(array, "float32") for array in arrays)))


def test_a_perfect_q_knows_the_whole_entropy():
    assert known(infogan.categorical_information, 100.0 * CODE, CODE) == pytest.approx(math.log(10))


def test_a_q_that_answers_everything_alike_knows_nothing():
    assert known(infogan.categorical_information, np.full((5, 10), 7.0), CODE) == pytest.approx(0, abs=1e-6)


def test_a_q_that_is_sure_of_another_category_knows_less_than_nothing():
    wrong = np.roll(CODE, 1, axis=1)
    # log Q(c|x) = 2 - log(e^2 + ... ): with logits 0 at c and 2 at one other, of four categories.
    logits, c = np.float32([[0, 2, 0, 0]]), np.float32([[1, 0, 0, 0]])
    expected = -math.log(3 + math.exp(2)) + math.log(4)
    assert known(infogan.categorical_information, logits, c) == pytest.approx(expected, rel=1e-6)
    assert known(infogan.categorical_information, 10.0 * wrong, CODE) < 0


def test_the_continuous_bound_is_scipys_log_density_and_the_entropy_of_the_uniform():
    random = np.random.default_rng(0)
    mean, log_deviation = random.normal(size=(2, 6, 2)).astype("float32")
    c = random.uniform(-1, 1, (6, 2)).astype("float32")
    expected = norm.logpdf(c, mean, np.exp(log_deviation)).sum(axis=1).mean() + math.log(4)
    assert known(infogan.continuous_information, mean, log_deviation, c) == pytest.approx(expected, rel=1e-5)


def test_the_best_guess_without_an_image_is_a_little_under_nothing():
    c = np.random.default_rng(0).uniform(-1, 1, (200000, 1)).astype("float32")
    told = known(infogan.continuous_information, np.zeros_like(c), np.full_like(c, 0.5 * math.log(1 / 3)), c)
    assert told == pytest.approx(-0.1765, abs=2e-3)


def test_q_that_answers_with_constants_has_the_bounds_worked_by_hand():
    gan = make_infogan(seed=3)
    weights = [np.zeros(w.shape, "float32") for w in gan.q.weights]
    # Logits (1, 0, 0), mean 0.5, deviation e^0.2.
    weights[-1][:] = [1, 0, 0, 0.5, 0.2]
    gan.q.set_weights(weights)
    latent = gan.codes.chosen(gan.latent(6, seed=0), category=[0, 0, 0, 1, 1, 2], continuous=[0.1])
    _, (categorical, continuous) = gan.judged(gan.generator(latent, training=True), latent)
    total = math.log(math.e + 2)
    assert number(categorical) == pytest.approx((3 * (1 - total) - 3 * total) / 6 + math.log(3), abs=1e-5)
    assert number(continuous) == pytest.approx(norm.logpdf(0.1, 0.5, math.exp(0.2)) + math.log(2), abs=1e-5)


def test_a_reading_sharper_than_the_least_deviation_earns_nothing():
    gan = make_infogan(least_deviation=0.25)
    weights = [np.zeros(w.shape, "float32") for w in gan.q.weights]
    # The mean is the code itself, and the deviation e^-20.
    weights[-1][:] = [0, 0, 0, 0.1, -20]
    gan.q.set_weights(weights)
    latent = gan.codes.chosen(gan.latent(6, seed=0), continuous=[0.1])
    _, (_, continuous) = gan.judged(gan.generator(latent, training=True), latent)
    assert number(continuous) == pytest.approx(norm.logpdf(0, 0, 0.25) + math.log(2), abs=1e-5)


def play(gan, side):
    """The loss of one side's turn, with the seeds of the noise set back."""
    gan.noise_seed.state.assign([gan.seed, 0])
    return number(ops.stop_gradient(getattr(gan, f"{side}_loss")(images())))


@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_each_side_loses_what_its_codes_tell(side):
    gan = make_infogan(lambda_categorical=0.0, lambda_continuous=0.0)
    gan.compile()
    plain = play(gan, side)
    gan.noise_seed.state.assign([gan.seed, 0])
    _, (categorical, continuous) = gan.judged(*gan.make(images()))
    gan.lambda_categorical, gan.lambda_continuous = 2.0, 0.5
    expected = plain - 2 * number(categorical) - 0.5 * number(continuous)
    assert play(gan, side) == pytest.approx(expected, abs=1e-5)


def test_without_the_information_the_game_is_dcgans():
    gan = make_infogan(lambda_categorical=0.0, lambda_continuous=0.0, real_label=0.75)
    gan.compile()
    # D answers 0.8, whatever it sees.
    weights = [np.zeros(w.shape, "float32") for w in gan.discriminator.weights]
    weights[-1][0] = np.log(4)
    gan.discriminator.set_weights(weights)
    expected = -0.75 * np.log(0.8) - 0.25 * np.log(0.2) - np.log(0.2)
    assert number(gan.discriminator_loss(images())) == pytest.approx(expected, abs=1e-5)
    assert number(gan.discriminator_loss((images(), np.zeros(16)))) == pytest.approx(expected, abs=1e-5)
    assert number(gan.generator_loss(images())) == pytest.approx(-np.log(0.8), abs=1e-5)


@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_q_moves_with_the_generator_and_the_body_with_the_discriminator(side):
    gan = make_infogan()
    gan.compile()
    before = {name: values(getattr(gan, name).trainable_variables) for name in gan.network_names}
    gan._take_turn(side, getattr(gan, f"{side}_loss"), images())
    moved = {n for n, old in before.items() if not same(old, values(getattr(gan, n).trainable_variables))}
    assert moved == {"discriminator": {"discriminator"}, "generator": {"generator", "q"}}[side]


def test_the_body_learns_for_q_in_the_discriminators_turn():
    gan = make_infogan(lambda_continuous=0.0)
    gan.compile(keras.optimizers.SGD(1.0))
    kernels = {}
    for weight in (0.0, 1.0):
        gan.lambda_categorical = weight
        keras.utils.set_random_seed(0)
        fresh = make_infogan(lambda_categorical=weight, lambda_continuous=0.0)
        fresh.compile(keras.optimizers.SGD(1.0))
        fresh._take_turn("discriminator", fresh.discriminator_loss, images())
        kernels[weight] = values(fresh.discriminator.trainable_variables)
    *bodies, kernel, bias = zip(kernels[0.0], kernels[1.0], strict=True)
    assert all((a != b).any() for a, b in bodies)
    # The layer that gives the logit hears nothing of the codes.
    assert all((a == b).all() for a, b in (kernel, bias))


def test_training_raises_the_bound():
    keras.utils.set_random_seed(1)
    gan = make_infogan()
    gan.compile(None, keras.optimizers.Adam(0.01, beta_1=0.5))
    history = gan.fit(images(32), batch_size=16, epochs=40, verbose=0).history
    told = history["categorical_information"]
    assert told[-1] > told[0] + 0.3
    assert max(told) <= math.log(3)


def test_noise_and_latent_hold_codes_and_not_normals():
    gan = make_infogan()
    for latent in (ops.convert_to_numpy(gan.noise(images(200))), gan.latent(200, seed=0)):
        assert latent.shape == (200, 6)
        assert latent.dtype == np.float32
        assert set(np.unique(latent[:, 2:5])) == {0.0, 1.0}
        assert (latent[:, 2:5].sum(axis=1) == 1).all()
        assert np.abs(latent[:, 5]).max() <= 1
        assert np.abs(latent[:, :2]).max() > 1.5
    assert (gan.latent(5, seed=1) == gan.latent(5, seed=1)).all()
    assert (gan.sample(5, seed=1) == gan.generate(gan.latent(5, seed=1))).all()


def test_encode_reads_probabilities_and_means():
    gan = make_infogan()
    x = images(7)
    probabilities, means = gan.encode(x, batch_size=3)
    answers = ops.convert_to_numpy(gan.q(gan.discriminator(x, training=False)[1], training=False))
    np.testing.assert_allclose(
        probabilities, np.exp(answers[:, :3]) / np.exp(answers[:, :3]).sum(1, keepdims=True), rtol=1e-5
    )
    np.testing.assert_allclose(means, answers[:, 3:4], rtol=1e-5, atol=1e-6)


def test_comes_back_from_its_configuration_and_from_a_file(tmp_path):
    chosen = {"lambda_categorical": 0.7, "lambda_continuous": 0.2, "least_deviation": 0.3, "real_label": 0.9}
    gan = make_infogan(noise_scale=0.5, **chosen)
    again = type(gan).from_config(gan.get_config())
    assert again.codes == gan.codes
    assert again.codes.noise_scale == 0.5
    assert {name: getattr(again, name) for name in chosen} == chosen
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert (loaded.sample(3, seed=0) == gan.sample(3, seed=0)).all()
    for a, b in zip(loaded.encode(images()), gan.encode(images()), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_discriminator_shows_the_body_of_dcgans():
    network = infogan.discriminator((16, 16, 1), 4, instance_noise=0.1)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == [
        "InputLayer",
        *(type(layer).__name__ for layer in dcgan.discriminator((16, 16, 1), 4, instance_noise=0.1).layers),
    ]
    logits, features = network(images(2, 16))
    assert (logits.shape, features.shape) == ((2, 1), (2, 4 * 4 * 8))
    assert infogan.q(network, 5, 3).output_shape == (None, 11)


def test_low_precision_answers_in_float32_and_trains():
    keras.config.set_dtype_policy("mixed_bfloat16")
    gan = make_infogan()
    gan.compile()
    logits, features = gan.discriminator(images(2))
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert keras.backend.standardize_dtype(gan.q(features).dtype) == "float32"
    assert np.isfinite([*gan.fit(images(8), verbose=0).history.values()]).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"categories": 4}, "q answers with 6 numbers: a logit for each category, a mean"),
        ({"continuous": 2}, "q answers with 7 numbers"),
        ({"categories": 6}, "Received: noise=-1, categories=6, continuous=1"),
        ({"lambda_categorical": -1.0}, "lambda_categorical must be at least 0. Received: -1.0"),
        ({"lambda_continuous": math.nan}, "lambda_continuous must be at least 0. Received: nan"),
        ({"least_deviation": -0.1}, "least_deviation must be at least 0. Received: -0.1"),
        ({"noise_scale": 0.0}, "noise_scale must be above 0. Received: noise_scale=0.0"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_infogan(**arguments)
