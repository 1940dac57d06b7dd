import re

import numpy as np
import pytest
from keras import ops
from scipy.stats import kstest, norm

from course_utils.gans.codes import Codes

pytestmark = pytest.mark.backends

CODES = Codes(noise=2, categories=3, continuous=1)


def test_drawn_by_hand():
    normal = np.array([[5.0, -6.0, 0.1, 0.3, 0.2, 0.0], [7.0, 8.0, -1.0, -2.0, -3.0, 1.0]], "float32")
    # The largest of the three in the middle; and 2 Phi(x) - 1 of the last, which is 0.6827 for one deviation.
    expected = [[5, -6, 0, 1, 0, 0], [7, 8, 1, 0, 0, 2 * norm.cdf(1) - 1]]
    np.testing.assert_allclose(ops.convert_to_numpy(CODES.draw(normal)), expected, atol=1e-6)


def test_categories_are_equally_likely_and_continuous_codes_uniform():
    normal = np.random.default_rng(0).standard_normal((30000, 6)).astype("float32")
    latent = ops.convert_to_numpy(CODES.draw(normal))
    assert set(np.unique(latent[:, 2:5])) == {0.0, 1.0}
    assert (latent[:, 2:5].sum(axis=1) == 1).all()
    # Four standard deviations of a share of 1/3 among 30,000.
    np.testing.assert_allclose(latent[:, 2:5].mean(axis=0), 1 / 3, atol=0.011)
    assert kstest(latent[:, 5], "uniform", args=(-1, 2)).pvalue > 0.01
    assert kstest(latent[:, 0], "norm").pvalue > 0.01
    # No part tells of another.
    correlation = np.corrcoef(latent[:, [0, 1, 2, 3, 5]].T)
    assert np.abs(correlation[np.triu_indices(5, 1)])[[0, 1, 2, 3, 4, 5, 6, 8, 9]].max() < 0.024


def test_noise_may_be_quieter_and_codes_are_not():
    normal = np.random.default_rng(0).standard_normal((5, 6)).astype("float32")
    quiet = ops.convert_to_numpy(Codes(2, 3, 1, noise_scale=0.25).draw(normal))
    loud = ops.convert_to_numpy(CODES.draw(normal))
    np.testing.assert_allclose(quiet[:, :2], 0.25 * loud[:, :2], rtol=1e-6)
    assert (quiet[:, 2:] == loud[:, 2:]).all()


def test_split_gives_the_three_parts():
    z, category, continuous = (ops.convert_to_numpy(part) for part in CODES.split(np.arange(12.0).reshape(2, 6)))
    assert z.tolist() == [[0, 1], [6, 7]]
    assert category.tolist() == [[2, 3, 4], [8, 9, 10]]
    assert continuous.tolist() == [[5], [11]]


def test_chosen_codes_replace_and_the_rest_stays():
    latent = np.array([[0.5, 0.6, 0, 1, 0, -0.2], [0.7, 0.8, 1, 0, 0, 0.3]], "float32")
    kept = latent.copy()
    assert (
        CODES.chosen(latent, category=2).tolist()
        == np.float32([[0.5, 0.6, 0, 0, 1, -0.2], [0.7, 0.8, 0, 0, 1, 0.3]]).tolist()
    )
    assert CODES.categories_of(CODES.chosen(latent, category=[2, 1])).tolist() == [2, 1]
    changed = CODES.chosen(latent, continuous=[1.5])
    assert changed[:, 5].tolist() == [1.5, 1.5]
    assert (changed[:, :5] == latent[:, :5]).all()
    assert CODES.chosen(latent, continuous=[[-1], [1]])[:, 5].tolist() == [-1, 1]
    assert (CODES.chosen(latent) == latent).all()
    assert (latent == kept).all()


def test_there_may_be_no_continuous_codes():
    codes = Codes(noise=2, categories=3, continuous=0)
    latent = ops.convert_to_numpy(codes.draw(np.random.default_rng(0).standard_normal((4, 5)).astype("float32")))
    assert latent.shape == (4, 5)
    assert codes.chosen(latent, category=1)[:, 2:].tolist() == [[0, 1, 0]] * 4


@pytest.mark.parametrize("category", [3, -1, [0, 3], 1.0, True])
def test_a_category_that_there_is_not_is_refused(category):
    with pytest.raises(ValueError, match=re.escape(f"from 0 to 2. Received: {category}")):
        CODES.chosen(np.zeros((2, 6)), category=category)


@pytest.mark.parametrize(("noise", "categories", "continuous"), [(0, 3, 1), (2, 1, 1), (2, 3, -1)])
def test_too_few_are_refused(noise, categories, continuous):
    with pytest.raises(ValueError, match=f"noise={noise}, categories={categories}, continuous={continuous}"):
        Codes(noise, categories, continuous)
