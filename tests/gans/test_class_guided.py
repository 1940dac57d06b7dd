import keras
import numpy as np
import pytest
from keras import ops

from course_utils.gans import dcgan
from course_utils.gans.class_guided import ClassGuided
from course_utils.networks.classifier import classifier
from tests.gans.table import images

pytestmark = pytest.mark.backends


def make(judge=None, wanted=1, **options):
    judge = judge or classifier((8, 8, 1), 3, (4,))
    networks = dcgan.generator(3, (8, 8, 1), 4), dcgan.discriminator((8, 8, 1), 4)
    return ClassGuided(*networks, judge, wanted=wanted, **options)


def test_the_class_term_is_added_to_the_generators_loss():
    gan = make(weight=0.0, seed=3)
    gan.compile()
    without = float(ops.stop_gradient(gan.generator_loss(images())))
    gan.noise_seed.state.assign([3, 0])
    gan.weight = 2.0
    with_it = float(ops.stop_gradient(gan.generator_loss(images())))
    gan.noise_seed.state.assign([3, 0])
    logits = gan.classifier(gan.generator(gan.noise(images()), training=True), training=False)
    expected = keras.losses.sparse_categorical_crossentropy(np.full(16, 1), logits, from_logits=True)
    assert with_it - without == pytest.approx(2 * float(ops.stop_gradient(ops.mean(expected))), rel=1e-4)


def test_training_moves_everything_but_the_classifier():
    gan = make()
    gan.compile()
    before = {name: [ops.convert_to_numpy(v).copy() for v in getattr(gan, name).weights] for name in gan.network_names}
    logs = gan.fit(images(32), batch_size=16, epochs=1, verbose=0).history
    assert 0 < logs["confidence"][0] < 1
    for name, old in before.items():
        same = [
            np.array_equal(a, ops.convert_to_numpy(v)) for a, v in zip(old, getattr(gan, name).weights, strict=True)
        ]
        assert all(same) if name == "classifier" else not any(same)


def test_a_heavy_class_term_wins_the_class():
    keras.utils.set_random_seed(1)
    gan = make(weight=100.0)
    # Untrained answers are mild; these are as sharp as those of a trained network.
    gan.classifier.layers[-1].kernel.assign(30 * gan.classifier.layers[-1].kernel)
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.01, "beta_1": 0.5}}
    gan.compile(generator_optimizer=keras.optimizers.deserialize(adam))
    history = gan.fit(images(32), batch_size=16, epochs=15, verbose=0).history["confidence"]
    assert history[-1] > 0.9
    assert history[-1] > history[0] + 0.2


def test_comes_back_from_its_configuration():
    gan = make(wanted=2, weight=0.5, seed=4)
    again = ClassGuided.from_config(gan.get_config())
    assert (again.wanted, again.weight, again.seed) == (2, 0.5, 4)
    assert again.classifier.trainable_variables == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"wanted": 3}, "0 to 2. Received: wanted=3"),
        ({"wanted": 1.0}, "Received: wanted=1.0"),
        ({"weight": -1.0}, "Received: weight=-1.0"),
        ({"judge": keras.Sequential([classifier((8, 8, 1), 3, (4,)), keras.layers.Softmax()])}, "ends in the Softmax"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        make(**arguments)
