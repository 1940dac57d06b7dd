"""Class and style of a digit, and their controls."""

import numpy as np
import pytest

from course_utils.gans import cgan
from course_utils.gans.players import latent_vectors
from course_utils.metrics import FrozenClassifier
from course_utils.widgets import class_explorer
from course_utils.widgets.latent_explorer import slerp

pytestmark = pytest.mark.backends


@pytest.fixture(scope="module")
def gan():
    return cgan.CGAN(cgan.generator(8, 10, (8, 8, 1), 4), cgan.discriminator(10, (8, 8, 1), 4))


def test_controls_are_labelled_and_each_changes_the_picture(gan):
    shown = class_explorer.explorer(gan)
    assert [control.description for control in shown.controls.values()] == ["class", "from style", "to style", "place"]
    for name, value in {"label": 7, "start": 5, "place": 0.4, "end": 6}.items():
        before = bytes(shown.picture.value)
        shown.controls[name].value = value
        assert bytes(shown.picture.value) != before
    assert shown.text.value == "A 7, 40% of the way from style 5 to style 6."


def test_the_static_figure_shows_the_class_in_the_style_of_the_vector(gan):
    z = latent_vectors(1, 8, seed=4)
    large, *small = class_explorer.figure(gan, z[0], 3).axes
    expected = (gan.generate(np.repeat(z, 10, axis=0), range(10))[..., 0] + 1) / 2
    np.testing.assert_allclose(large.images[0].get_array(), expected[3], atol=1e-5)
    np.testing.assert_allclose([axis.images[0].get_array() for axis in small], expected, atol=1e-5)


def test_the_classifier_reads_the_image_that_is_shown(gan):
    classifier = FrozenClassifier("digits")
    shown = class_explorer.explorer(gan, classifier, styles=3)
    shown.controls["label"].value, shown.controls["end"].value, shown.controls["place"].value = 2, 2, 0.5
    latent = latent_vectors(3, 8, seed=0)
    answer = classifier.answers(gan.generate(slerp(latent[0], latent[2], 0.5)[None], 2))[0]
    assert shown.text.value.endswith(f"The classifier sees a {answer.argmax()} ({answer.max():.0%}).")
