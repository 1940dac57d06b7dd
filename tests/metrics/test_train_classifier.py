from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.metrics import frozen, train_classifier
from course_utils.metrics.train_classifier import RandomStroke, augmentation


def stroke():
    image = np.full((1, 9, 9, 1), -1.0, np.float32)
    image[:, :, 4] = 1.0
    return np.repeat(image, 50, axis=0)


@pytest.mark.backends
def test_random_stroke_thickens_or_thins_each_image_by_its_own_share():
    changed = ops.convert_to_numpy(RandomStroke(0.4, seed=0)(stroke(), training=True))
    centre, beside, far = changed[:, 4, 4, 0], changed[:, 4, 3, 0], changed[:, 4, 2, 0]
    np.testing.assert_allclose(far, -1)
    thinned = centre < 1
    np.testing.assert_allclose(beside[thinned], -1)
    np.testing.assert_allclose(centre[~thinned], 1)
    assert 10 < thinned.sum() < 40
    # A full share would bring the pixel to its neighbour's colour, 2 away.
    assert centre.min() >= 1 - 0.8
    assert -1 + 0.8 >= beside.max() > -1 + 0.4


@pytest.mark.backends
def test_augmentation_keeps_shape_and_range_and_rests_outside_training():
    images = stroke()
    learn = augmentation(seed=0)
    changed = ops.convert_to_numpy(learn(images, training=True))
    assert changed.shape == images.shape
    assert changed.min() >= -1.0001
    assert changed.max() <= 1.0001
    assert np.abs(changed - images).max() > 0.5
    np.testing.assert_array_equal(ops.convert_to_numpy(learn(images, training=False)), images)


# Not on every backend: Keras runs the augmentation's layers uncompiled, and JAX takes minutes for that.
def test_the_command_writes_weights_that_the_frozen_classifier_reads(tmp_path, monkeypatch, capsys):
    recipe = replace(train_classifier.RECIPES["digits"], sizes=(16,), epochs=2)
    monkeypatch.setitem(train_classifier.RECIPES, "digits", recipe)
    for module in (train_classifier, frozen):
        monkeypatch.setattr(module, "WEIGHTS", tmp_path / "weights")
    train_classifier.main(["digits"])
    printed = capsys.readouterr().out
    assert "% of the test images at 16x16 pixels" in printed
    assert "wrote 0.43 MB" in printed
    fresh = frozen.FrozenClassifier("digits")
    assert fresh.answers(np.zeros((1, 16, 16, 1))).shape == (1, 10)


@pytest.mark.backends
def test_accuracy_counts_the_right_answers():
    class Always3(keras.Model):
        def call(self, inputs):
            return ops.one_hot(ops.zeros(ops.shape(inputs)[0], "int32") + 3, 10)

    assert train_classifier.accuracy(Always3(), "digits") == pytest.approx(100 * 37 / 360, abs=0.3)


def test_the_command_refuses_another_name(capsys):
    with pytest.raises(SystemExit):
        train_classifier.main(["svhn"])
    assert "invalid choice: 'svhn'" in capsys.readouterr().err
