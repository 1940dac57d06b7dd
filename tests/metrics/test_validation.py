"""`OnImages` where it is used: inside the compiled `test_step` of a model that generates images."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data
from course_utils.metrics import (
    FrozenClassifier,
    OnImages,
    fid,
    inception_score,
    kid,
    mode_coverage,
    precision,
    recall,
)

pytestmark = pytest.mark.backends

FUNCTIONS = {
    "kid": (kid, "features"),
    "fid": (fid, "features"),
    "precision": (precision, "features"),
    "recall": (recall, "features"),
    "modes": (mode_coverage, "probabilities"),
    "score": (inception_score, "probabilities"),
}


@pytest.fixture(scope="module")
def classifier():
    return FrozenClassifier("digits")


@pytest.fixture(scope="module")
def images():
    return data.load("digits", "test")[0]


class Darken(keras.Model):
    """Its "generated" images are the real ones, darkened by one weight; Keras metrics see (real, generated)."""

    def __init__(self):
        super().__init__()
        self.shade = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.5), name="shade")

    def call(self, inputs):
        return inputs * self.shade - (1 - self.shade)


def on_images(classifier):
    return [OnImages(function, classifier, name, of=of) for name, (function, of) in FUNCTIONS.items()]


def evaluated(classifier, dataset, **options):
    model = Darken()
    model.compile("sgd", "mse", metrics=on_images(classifier), **options)
    return model, model.evaluate(dataset, return_dict=True, verbose=0)


def by_hand(classifier, batches):
    """The same means from the functions over arrays, batch by batch."""
    rows = []
    for real in batches:
        features, answers = classifier.features_and_answers(real * 0.5 - 0.5)
        real_features = classifier.features(real)
        rows.append(
            [float(f(real_features, features) if of == "features" else f(answers)) for f, of in FUNCTIONS.values()]
        )
    return np.average(rows, axis=0, weights=[len(batch) for batch in batches])


@pytest.mark.parametrize("options", [{}, {"jit_compile": False}, {"run_eagerly": True}])
def test_evaluate_gives_the_weighted_mean_over_batches(classifier, images, options):
    if options == {} and keras.backend.backend() == "torch":
        options = {"jit_compile": False}
    batches = [images[:150], images[150:300], images[300:360]]
    dataset = data.batches(images, images, batch_size=150, shuffle=False)
    _, logs = evaluated(classifier, dataset, **options)
    found = [logs[name] for name in FUNCTIONS]
    np.testing.assert_allclose(found, by_hand(classifier, batches), rtol=2e-3, atol=1e-4)


def test_the_frozen_weights_belong_to_nobody(classifier, images, tmp_path):
    model, _ = evaluated(classifier, data.batches(images, images, batch_size=180))
    assert [variable.path.split("/")[-1] for variable in model.trainable_variables] == ["shade"]
    assert model.count_params() == 1
    metric = on_images(classifier)[0]
    assert [variable.name for variable in metric.variables] == ["total", "weight"]
    assert len(model.metrics_variables) < 20
    path = tmp_path / "model.weights.h5"
    model.save_weights(path)
    assert path.stat().st_size < 50_000


def test_training_leaves_the_frozen_weights_alone(classifier, images):
    before = [ops.convert_to_numpy(weight).copy() for weight in classifier._network.weights]
    model = Darken()
    model.compile("sgd", "mse", metrics=on_images(classifier))
    dataset = data.batches(images, images, batch_size=180)
    logs = model.fit(dataset, validation_data=dataset, epochs=1, shuffle=False, verbose=0).history
    assert np.isfinite(logs["val_kid"][0])
    for old, new in zip(before, classifier._network.weights, strict=True):
        np.testing.assert_array_equal(old, ops.convert_to_numpy(new))


def test_a_sample_weight_is_the_weight_of_its_batch(classifier, images):
    metric = OnImages(mode_coverage, classifier, "modes", of="probabilities")
    values = []
    for part, weight in ((images[:50], 1.0), (images[50:60], 3.0)):
        values.append(float(mode_coverage(classifier.answers(part))))
        metric.update_state(part, part, sample_weight=weight)
    assert float(metric.result()) == pytest.approx((values[0] + 3 * values[1]) / 4)
    metric.reset_state()
    assert float(metric.result()) == 0
    metric.update_state(images, images[:20], sample_weight=np.full(20, 0.5))
    assert float(metric.weight) == 10


def test_is_saved_with_the_model_it_was_compiled_into(classifier):
    for metric in on_images(classifier):
        again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
        assert (again.name, again.of, again.function) == (metric.name, metric.of, metric.function)
        assert again.classifier.label == classifier.label


def test_counts_in_float32_under_every_policy(classifier, images):
    keras.config.set_dtype_policy("bfloat16")
    metric = OnImages(kid, classifier, "kid")
    metric.update_state(images[:180], images[180:])
    assert keras.backend.standardize_dtype(metric.result().dtype) == "float32"


def test_an_unknown_kind_is_refused(classifier):
    with pytest.raises(ValueError, match="'features', 'probabilities'. Received: of='logits'"):
        OnImages(kid, classifier, "kid", of="logits")


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="jax.jit is JAX's own")
def test_under_jit_a_stateless_scope_holds_the_metric_and_not_the_classifier(classifier, images):
    from course_utils import autodiff

    metric = OnImages(kid, classifier, "kid")

    def play(metric, batch):
        metric.update_state(*batch)
        return {"kid": metric.result()}

    step = autodiff.jax.jit(
        lambda state, batch: autodiff.keras_step(play, (lambda metric: metric.variables,))(metric, state, batch)
    )
    halves = (ops.convert_to_tensor(images[:180]), ops.convert_to_tensor(images[180:]))
    logs, (state,) = step(([variable.value for variable in metric.variables],), halves)
    expected = float(kid(*(classifier.features(half) for half in halves)))
    assert float(logs["kid"]) == pytest.approx(expected, abs=1e-5)
    assert float(state[1]) == 180
    assert float(metric.weight) == 0
