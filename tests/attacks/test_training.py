import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.attacks import FGSM, L2, PGD, AdversariallyTrained, Untargeted
from tests.attacks.models import SHAPE, images, labels_by_hand, two_classes

pytestmark = pytest.mark.backends

X = images(96, low=-1, high=1)
Y = labels_by_hand(X)


def network(activation=None):
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Flatten(),
            layers.Dense(8),
            layers.BatchNormalization(momentum=0.5),
            layers.ReLU(),
            layers.Dense(2, activation=activation, kernel_regularizer=keras.regularizers.L2(0.01)),
        ]
    )


def model(attack=None, activation=None, **options):
    attack = PGD(0.2, steps=2) if attack is None else attack
    made = AdversariallyTrained(network(activation), attack, **options)
    made.compile(keras.optimizers.Adam(0.01))
    return made


def fit(made, epochs=2):
    return made.fit(X, Y, batch_size=32, epochs=epochs, shuffle=False, verbose=0).history


def weights(made):
    return [ops.convert_to_numpy(v) for v in made.variables]


def cross_entropy(logits, labels):
    logits = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_loss_is_the_stated_mix(share):
    linear = two_classes()
    made = AdversariallyTrained(linear, FGSM(0.2), share)
    made.compile("sgd")
    found = made.evaluate(X, Y, batch_size=len(X), verbose=0, return_dict=True)
    # FGSM on a linear model is known: `test_pgd` checks it by hand.
    attacked = FGSM(0.2)(linear, X, Untargeted(Y))
    moved = np.where(attacked.steps[:, None, None, None] == 0, X, attacked.images)
    clean, adversarial = (ops.convert_to_numpy(linear(x)) for x in (X, moved))
    assert found["loss"] == pytest.approx((1 - share) * cross_entropy(clean, Y) + share * cross_entropy(adversarial, Y))
    assert found["clean_accuracy"] == pytest.approx(1)
    assert found["adversarial_accuracy"] == pytest.approx(1 - attacked.success_rate)
    assert 0 < attacked.success_rate < 1


def test_a_step_of_sgd_by_hand():
    linear = two_classes()
    made = AdversariallyTrained(linear, FGSM(0.2), share=0.5)
    made.compile(keras.optimizers.SGD(0.1))
    kernel, bias = linear.get_weights()
    moved = FGSM(0.2)(linear, X, Untargeted(Y)).images
    expected = np.zeros_like(kernel)
    for x in (X.reshape(len(X), -1), moved.reshape(len(X), -1)):
        logits = x @ kernel + bias
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        expected += 0.5 * x.T @ (shares - np.eye(2)[Y]) / len(X)
    made.fit(X, Y, batch_size=len(X), epochs=1, shuffle=False, verbose=0)
    np.testing.assert_allclose(linear.get_weights()[0], kernel - 0.1 * expected, atol=1e-5)


def test_weight_penalties_count():
    made = model(FGSM(0.0), share=0.0)
    penalty = 0.01 * np.square(made.classifier.layers[-1].get_weights()[0]).sum()
    logits = ops.convert_to_numpy(made(X))
    found = made.evaluate(X, Y, batch_size=len(X), verbose=0, return_dict=True)["loss"]
    assert found == pytest.approx(cross_entropy(logits, Y) + penalty, rel=1e-4)


def test_it_learns_to_stand_the_attack():
    made = model(PGD(0.2, steps=3))
    history = fit(made, epochs=15)
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["adversarial_accuracy"][-1] > history["adversarial_accuracy"][0] + 0.1
    assert history["clean_accuracy"][-1] > 0.85


def test_statistics_of_the_batch_and_the_optimizer_move():
    made = model()
    fit(made, epochs=1)
    assert np.abs(ops.convert_to_numpy(made.classifier.layers[2].moving_mean)).max() > 0.01
    assert int(made.optimizer.iterations) == 3


def test_a_softmax_at_the_end_is_left_out():
    plain, squashed = model(), model(activation="softmax")
    assert fit(squashed, 1)["loss"] == pytest.approx(fit(plain, 1)["loss"], rel=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(squashed(X)).sum(axis=1), 1, atol=1e-5)


def test_called_it_answers_as_the_classifier():
    made = model()
    np.testing.assert_array_equal(ops.convert_to_numpy(made(X)), ops.convert_to_numpy(made.classifier(X)))
    assert made.predict(X, verbose=0).shape == (96, 2)


@pytest.mark.parametrize("attack", [PGD(0.2, steps=2, seed=3), FGSM(0.3, L2())])
def test_a_loaded_model_continues_as_the_saved_one(attack, tmp_path):
    made = model(attack, share=0.7, seed=5)
    fit(made)
    made.save(tmp_path / "trained.keras")
    again = keras.models.load_model(tmp_path / "trained.keras")
    assert (again.attack, again.share, again.seed) == (attack, 0.7, 5)
    for ours, theirs in zip(weights(made), weights(again), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert fit(again) == fit(made)


def test_labels_in_a_column_are_the_same_labels():
    first, second = model(), model()
    second.fit(X, Y[:, None], batch_size=32, epochs=2, shuffle=False, verbose=0)
    fit(first)
    for ours, theirs in zip(weights(first), weights(second), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: AdversariallyTrained(network(), "fgsm"), TypeError, "Received: attack='fgsm'"),
        (lambda: AdversariallyTrained(None, FGSM(0.1)), TypeError, "Received: None"),
        (lambda: AdversariallyTrained(network(), FGSM(0.1), share=1.5), ValueError, "Received: share=1.5"),
        (lambda: model().compile(loss="mse"), ValueError, r"Received: \['loss'\]"),
        (lambda: model().fit(X, verbose=0), ValueError, "Received: no labels"),
        (lambda: model().fit(X, Y, sample_weight=Y, verbose=0), ValueError, "Received: sample weights"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_float16_is_refused():
    keras.config.set_dtype_policy("mixed_float16")
    with pytest.raises(ValueError, match="Received: the dtype policy mixed_float16"):
        AdversariallyTrained(network(), FGSM(0.1)).compile("adam")
