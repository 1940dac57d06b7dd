import numpy as np
import pytest
from keras import ops

from course_utils import autodiff, features

pytestmark = pytest.mark.backends

BOTH = [features.Pixel, features.Fourier]


def images_of(parametrisation, parameters):
    return ops.convert_to_numpy(parametrisation.images(ops.convert_to_tensor(parameters)))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("shape", [(8, 6, 1), (7, 9, 3), (5, 5, 2)])
def test_starts_from_dim_noise(kind, shape):
    images = images_of(kind(shape, 4), kind(shape, 4).initial(np.random.default_rng(0)))
    assert images.shape == (4, *shape)
    assert images.dtype == np.float32
    assert 0.001 < images.std() < 0.3
    assert not np.allclose(images[0], images[1])


@pytest.mark.parametrize("kind", BOTH)
def test_images_stay_in_range_whatever_the_parameters(kind):
    wild = 100 * kind((6, 6, 3), 2).initial(np.random.default_rng(0))
    assert np.abs(images_of(kind((6, 6, 3), 2), wild)).max() <= 1


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("shape", [(8, 6, 1), (7, 9, 3), (5, 5, 2)])
def test_given_images_are_given_back(kind, shape):
    start = np.random.default_rng(0).uniform(-0.99, 0.99, (3, *shape)).astype("float32")
    parametrisation = kind(shape, 3, start=start)
    np.testing.assert_allclose(images_of(parametrisation, parametrisation.initial(None)), start, atol=1e-4)


@pytest.mark.parametrize("kind", BOTH)
def test_black_and_white_are_almost_reached(kind):
    start = np.sign(np.random.default_rng(0).standard_normal((1, 6, 6, 1))).astype("float32")
    parametrisation = kind((6, 6, 1), start=start)
    np.testing.assert_allclose(images_of(parametrisation, parametrisation.initial(None)), start, atol=1e-3)


def wave(row, column):
    """Standard deviation, before the tanh, of what one parameter of the spectrum draws."""
    parametrisation = features.Fourier((16, 16, 1))
    parameters = np.zeros((2, 1, 1, 16, 16), "float32")
    parameters[0, 0, 0, row, column] = 0.01
    return np.arctanh(images_of(parametrisation, parameters)).std()


def test_slow_waves_are_drawn_stronger_in_proportion():
    assert wave(0, 1) == pytest.approx(4 * wave(0, 4), rel=1e-4)
    assert wave(1, 0) == pytest.approx(wave(15, 0), rel=1e-4)
    assert wave(3, 4) == pytest.approx(wave(0, 5), rel=1e-4)


def test_one_parameter_of_the_spectrum_is_a_cosine():
    # scale / pixels = sqrt(256) / (1/16) / 256 = 1, and frequency (0, 1) is one wave over the width.
    parametrisation = features.Fourier((16, 16, 1))
    parameters = np.zeros((2, 1, 1, 16, 16), "float32")
    parameters[0, 0, 0, 0, 1] = 0.5
    expected = np.tanh(0.5 * np.cos(2 * np.pi * np.arange(16) / 16))
    np.testing.assert_allclose(images_of(parametrisation, parameters)[0, 3, :, 0], expected, atol=1e-5)


def test_the_first_colour_is_brightness_and_the_others_are_not():
    def drawn(channel):
        parameters = np.zeros((2, 1, 3, 8, 8), "float32")
        parameters[0, 0, channel, 0, 0] = 0.05
        return images_of(features.Fourier((8, 8, 3)), parameters)[0, 0, 0]

    grey, red_blue, green = (drawn(channel) for channel in range(3))
    assert np.ptp(grey) < 0.05 * grey.mean()
    assert red_blue[0] > 0 > red_blue[2]
    assert red_blue[1] == pytest.approx(0, abs=1e-6)
    assert green[1] < 0 < green[0]


@pytest.mark.parametrize("kind", BOTH)
def test_gradients_reach_the_parameters(kind):
    parametrisation = kind((6, 6, 3), 2)
    start = parametrisation.initial(np.random.default_rng(0))
    gradient = autodiff.gradient(lambda p: ops.sum(parametrisation.images(p)[0] ** 2), start)
    gradient = ops.convert_to_numpy(gradient)
    assert gradient.shape == start.shape
    step = 1e-2
    along = np.random.default_rng(1).standard_normal(start.shape).astype("float32")
    ends = [(images_of(parametrisation, start + sign * step * along)[0] ** 2).sum() for sign in (1, -1)]
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx((gradient * along).sum(), rel=0.05)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"shape": (8, 8)}, r"Received: shape=\(8, 8\)"),
        ({"shape": (None, None, 3)}, r"Received: shape=\(None, None, 3\)"),
        ({"shape": (8, 8, 1), "count": 0}, "count=0"),
        ({"shape": (8, 8, 1), "start": np.zeros((8, 8, 1))}, r"Received: shape \(8, 8, 1\)"),
        ({"shape": (2, 2, 1), "start": np.full((1, 2, 2, 1), 2.0)}, "values from 2.0 to 2.0"),
        ({"shape": (2, 2, 1), "start": np.full((1, 2, 2, 1), np.nan)}, "values from nan"),
    ],
)
def test_what_is_no_image_is_refused(kind, arguments, said):
    with pytest.raises(ValueError, match=said):
        kind(**arguments)
