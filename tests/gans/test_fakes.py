"""One batch of generated images for both sides' turns."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import data
from tests.gans import table
from tests.gans.games import POINTS, Points, Scalars, compiled, dense, fit, points, values

pytestmark = pytest.mark.backends

MAKERS = [
    *(table.make_vanilla, table.make_dcgan, table.make_class_guided, table.make_cgan),
    *(table.make_pix2pix, table.make_cyclegan, table.make_infogan),
]


class Judge(Scalars):
    """d follows what it is shown, by half; g follows d, by all, and is pulled to 0."""

    tracked = ("seen_by_d", "seen_by_g")

    def make(self, x, training=True):
        return self.g + ops.mean(x), keras.random.normal((2,), seed=self.noise_seed)

    def discriminator_loss(self, x):
        made, noise = self.fake(x)
        self.track("seen_by_d", noise[0])
        return 0.5 * (self.d - made) ** 2

    def generator_loss(self, x):
        made, noise = self.fake(x)
        self.track("seen_by_g", noise[0])
        return 0.5 * (made - self.d) ** 2 + 0.5 * self.g**2


def judged(share_fakes):
    gan = Judge(share_fakes=share_fakes)
    gan.generator.set_weights([np.full((1, 1), 2.0)])
    gan.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.25))
    history = gan.fit(np.ones((4, 1), "float32"), batch_size=4, verbose=0).history
    return gan.numbers(), history


@pytest.mark.parametrize("share_fakes", [False, True])
def test_the_generator_moves_through_shared_images_and_past_them_against_the_new_discriminator(share_fakes):
    (d, g), history = judged(share_fakes)
    # d = 0 - 0.5 * (0 - 3); then g = 2 - 0.25 * ((3 - 1.5) + 2), in which 3 was made before d moved.
    assert (d, g) == (1.5, 1.125)
    assert history["discriminator_loss"] == [4.5]
    assert history["generator_loss"] == [0.5 * 1.5**2 + 0.5 * 2**2]


def test_both_sides_see_the_same_images_only_where_they_share():
    apart, together = (judged(share_fakes)[1] for share_fakes in (False, True))
    assert together["seen_by_d"] == together["seen_by_g"]
    assert apart["seen_by_d"] != apart["seen_by_g"]


@pytest.mark.parametrize(
    ("share_fakes", "critic_steps", "times"), [(False, 1, 2), (True, 1, 1), (False, 3, 4), (True, 3, 3)]
)
def test_images_are_made_once_less_where_they_are_shared(share_fakes, critic_steps, times):
    class Counting(Points):
        made = 0

        def make(self, x, training=True):
            type(self).made += 1
            return super().make(x, training)

    gan = compiled(Counting, options={"run_eagerly": True}, share_fakes=share_fakes)
    gan.critic_steps = critic_steps
    Counting.made = 0
    gan.train_on_batch(POINTS) if keras.backend.backend() != "jax" else gan.fit(POINTS, batch_size=24, verbose=0)
    assert Counting.made == times


@pytest.mark.parametrize("make", MAKERS)
def test_every_game_of_the_course_can_share(make):
    row = next(row for row in table.ROWS if row.make is make)
    gan = make(share_fakes=True)
    gan.compile()
    before = values(gan.trainable_variables)
    history = gan.fit(data.batches(*row.arrays, batch_size=8), verbose=0).history
    moved = [(a != b).any() for a, b in zip(before, values(gan.trainable_variables), strict=True)]
    assert all(moved)
    assert np.isfinite([series[-1] for series in history.values()]).all()


@pytest.mark.parametrize("side", ["discriminator", "generator"])
def test_a_loss_that_makes_images_of_its_own_is_refused(side):
    own = {f"{side}_loss": lambda self, x: ops.mean(self.discriminator(self.generator(self.noise(x))))}
    own[f"{side}_loss"].__qualname__ = f"Own.{side}_loss"
    gan = compiled(type("Own", (Points,), own), share_fakes=True)
    with pytest.raises(ValueError, match=f"call self.fake.* Received: Own.{side}_loss"):
        fit(gan)
    assert gan._fakes.shown is None


def test_a_network_that_no_loss_uses_is_named_as_without_sharing():
    class Lame(Points):
        sides = {"discriminator": ("discriminator",), "generator": ("generator", "spare")}

    if keras.backend.backend() == "jax":
        pytest.skip("This backend cannot tell, and gives zeros.")
    gan = points(Lame, spare=dense(2, 2, "spare"), share_fakes=True)
    gan.compile()
    with pytest.raises(ValueError, match="does not depend on 2 of the variables"):
        fit(gan)


def test_sharing_is_saved_with_the_model(tmp_path):
    gan = compiled(share_fakes=True)
    gan.save(tmp_path / "gan.keras")
    assert keras.models.load_model(tmp_path / "gan.keras").share_fakes is True


@pytest.mark.parametrize("value", [1, "yes", None])
def test_anything_but_true_and_false_is_refused(value):
    with pytest.raises(ValueError, match="share_fakes must be True or False. Received"):
        points(share_fakes=value)
