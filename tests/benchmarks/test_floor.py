"""Floors worked by hand."""

import keras
import pytest
from keras import layers

from benchmarks.loops import keras_networks
from benchmarks.loops.cases import CASES
from benchmarks.loops.floor import floor_ms, pass_multiply_adds, step_multiply_adds


@pytest.fixture
def network():
    """Two dense layers: 3 * 4 = 12 and 4 * 2 = 8 multiply-adds."""
    return keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.ReLU(), layers.Dense(2)])


@pytest.mark.parametrize(
    ("kind", "expected"), [("forward", 20), ("trained", 48), ("through", 40), ("both", 60), ("penalty", 72)]
)
def test_passes_of_two_dense_layers(network, kind, expected):
    assert pass_multiply_adds(kind, network) == expected


def test_dcgan_at_28_pixels_takes_161_million_operations_an_image():
    case = CASES["dcgan"]
    # G: 64 -> 7x7x128, then 4x4 kernels 128 -> 64 on 7x7 and 64 -> 1 on 14x14; D: the same, mirrored, and 6272 -> 1.
    wide, thin = 7 * 7 * 128 * 64 * 16, 14 * 14 * 64 * 16
    G, D = 64 * 6272 + wide + thin, thin + wide + 6272
    by_hand = G + 2 * (3 * D - thin) + 2 * D + 3 * G - 64 * 6272
    assert step_multiply_adds("dcgan", case, keras_networks.build("dcgan", case)) == 64 * by_hand
    assert round(2 * by_hand / 1e6) == 161


def test_the_critic_takes_five_turns_on_a_fifth_of_the_batch_each():
    case = CASES["wgan_gp"]
    networks = keras_networks.build("wgan_gp", case)
    G, D = (pass_multiply_adds("forward", networks[name]) for name in ("generator", "discriminator"))
    first_g, first_d, last_d = 64 * 4 * 4 * 64, 8 * 8 * 32 * 16, 4 * 4 * 64
    critic = G + 2 * (3 * D - first_d) + 4 * D - last_d
    assert step_multiply_adds("wgan_gp", case, networks) == 64 * (5 * critic + 3 * G - first_g + 2 * D)


def test_floor_counts_two_operations_a_multiply_add():
    assert floor_ms(5_000_000, gflops=1) == pytest.approx(10.0)
