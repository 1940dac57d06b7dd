import re

import keras
import numpy as np
import pytest

from course_utils.gans.sides import TwoSidedOptimizer, make_optimizer

pytestmark = pytest.mark.backends

SGD = keras.optimizers.SGD
ADAM = {"class_name": "Adam", "config": {"learning_rate": 0.25}}


def variable(name):
    return keras.Variable(np.zeros(2, "float32"), name=name)


def two_sided(**variables):
    return TwoSidedOptimizer({"discriminator": SGD(1.0), "generator": SGD(0.5)}, variables)


def test_each_side_moves_by_its_own_optimiser():
    d, g = variable("d"), variable("g")
    optimizer = two_sided(discriminator=[d], generator=[g])
    ones = keras.ops.ones(2)
    optimizer.take("discriminator", [ones])
    assert np.array(d).tolist() == [-1, -1]
    assert np.array(g).tolist() == [0, 0]
    optimizer.take("generator", [ones])
    assert np.array(g).tolist() == [-0.5, -0.5]
    assert [int(optimizer.by_side[side].iterations) for side in ("discriminator", "generator")] == [1, 1]


def test_keras_sees_the_variables_of_both():
    optimizer = two_sided(discriminator=[variable("d")], generator=[variable("g")])
    both = {id(v) for side in optimizer.by_side.values() for v in side.variables}
    assert both
    assert both <= {id(v) for v in optimizer.variables}


def test_the_end_of_fit_asks_nothing_of_variables_on_neither_side():
    optimizer = two_sided(discriminator=[variable("d")], generator=[variable("g")])
    frozen = variable("frozen")
    optimizer.finalize_variable_values([frozen])
    assert np.array(frozen).tolist() == [0, 0]


@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_a_side_without_variables_is_refused(side):
    variables = {"discriminator": [variable("d")], "generator": [variable("g")]} | {side: []}
    with pytest.raises(ValueError, match=f"The {side}'s side has no trainable variable"):
        two_sided(**variables)


def test_a_variable_on_both_sides_is_refused_by_name():
    shared = variable("shared_body")
    with pytest.raises(ValueError, match=re.escape("Received on both sides: ['shared_body']")):
        two_sided(discriminator=[variable("d"), shared], generator=[shared])


def test_one_optimiser_for_both_is_refused():
    sgd = SGD()
    with pytest.raises(ValueError, match="Received: the same SGD object twice"):
        TwoSidedOptimizer({"discriminator": sgd, "generator": sgd}, {"discriminator": [], "generator": []})


@pytest.mark.parametrize(("given", "kind"), [(None, "Adam"), ("rmsprop", "RMSprop"), (SGD(0.1), "SGD"), (ADAM, "Adam")])
def test_an_optimiser_may_be_given_in_each_of_keras_ways(given, kind):
    assert type(make_optimizer(given, ADAM)).__name__ == kind


def test_the_default_is_made_anew_each_time():
    first, second = make_optimizer(None, ADAM), make_optimizer(None, ADAM)
    assert first is not second
    assert float(first.learning_rate) == 0.25


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            lambda: keras.optimizers.Adam(use_ema=True, ema_momentum=0.995),
            "Adam(use_ema=True). Make the GAN with average=0.995",
        ),
        (lambda: keras.optimizers.LossScaleOptimizer(SGD()), "Received: LossScaleOptimizer"),
        (lambda: keras.optimizers.MultiOptimizer(lambda v: SGD()), "Received: MultiOptimizer"),
        (lambda: "nonsense", "nonsense"),
    ],
)
def test_what_cannot_serve_one_side_is_refused_by_name(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_optimizer(given(), ADAM)
