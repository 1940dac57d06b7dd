"""Our attacks against foolbox's (Rauber et al. 2020), on the same network and images, with the same steps."""

import keras
import numpy as np
import pytest

from course_utils import data
from course_utils.attacks import BIM, FGSM, L2, PGD, Linf, Targeted, Untargeted
from course_utils.attacks.goals import log_odds
from tests.attacks.models import digits_classifier

pytestmark = pytest.mark.backends

if keras.backend.backend() != "torch":
    pytest.skip("foolbox attacks this network on the backend torch only", allow_module_level=True)
foolbox = pytest.importorskip("foolbox", reason="foolbox is not installed: pip install foolbox==3.3.4")

import torch  # noqa: E402

IMAGES = 80
STEPS = 8
EPSILONS = {Linf(): (0.04, 0.1, 0.2), L2(): (0.5, 1.0, 2.0)}
CASES = [(norm, epsilon) for norm, some in EPSILONS.items() for epsilon in some]
ONE_STEP = {Linf(): foolbox.attacks.LinfFastGradientAttack, L2(): foolbox.attacks.L2FastGradientAttack}
STEPWISE = {Linf(): foolbox.attacks.LinfPGD, L2(): foolbox.attacks.L2PGD}


@pytest.fixture(scope="module")
def digits():
    images, labels = data.load("digits", "test")
    return digits_classifier(), images[:IMAGES], labels[:IMAGES]


def theirs(attack, digits, epsilon, target=None):
    """Images and success of a foolbox attack."""
    model, x, y = digits
    criterion = foolbox.criteria.Misclassification(torch.tensor(y, dtype=torch.int64))
    if target is not None:
        criterion = foolbox.criteria.TargetedMisclassification(torch.tensor(target, dtype=torch.int64))
    torch.manual_seed(0)
    victim = foolbox.PyTorchModel(model.eval(), bounds=(-1, 1))
    _, images, success = attack(victim, torch.tensor(x), criterion, epsilons=epsilon)
    return images.detach().numpy(), success.numpy()


def stepwise(norm, random_start):
    """Foolbox's attack with the step size that ours takes by default."""
    return STEPWISE[norm](rel_stepsize=2.5 / STEPS, steps=STEPS, random_start=random_start)


def doubt(digits):
    """Probability that the classifier gives to all other classes together, by image."""
    model, x, y = digits
    return 1 / (1 + np.exp(log_odds(model(x), y).detach().numpy().astype("float64")))


@pytest.mark.parametrize(("norm", "epsilon"), CASES)
def test_one_step_gives_the_same_images(norm, epsilon, digits):
    model, x, y = digits
    images, success = theirs(ONE_STEP[norm](), digits, epsilon)
    ours = FGSM(epsilon, norm)(model, x, Untargeted(y))
    # Foolbox follows the cross-entropy, whose gradient is rounding noise where the probability rounds to 1.
    clear = doubt(digits) > 1e-5
    assert clear.sum() >= 8
    assert np.mean(np.abs(ours.images - images)[clear] < 2e-3) > 0.999
    assert ours.success[clear].tolist() == success[clear].tolist()
    assert ours.success_rate >= success.mean() - 1 / IMAGES


@pytest.mark.parametrize(("norm", "epsilon"), CASES)
def test_many_steps_fool_at_least_as_many(norm, epsilon, digits):
    model, x, y = digits
    _, success = theirs(stepwise(norm, False), digits, epsilon)
    ours = BIM(epsilon, norm, steps=STEPS)(model, x, Untargeted(y))
    assert ours.success_rate >= success.mean() - 1 / IMAGES


@pytest.mark.parametrize("norm", EPSILONS)
def test_a_random_start_fools_as_many_up_to_chance(norm, digits):
    model, x, y = digits
    epsilon = EPSILONS[norm][1]
    _, success = theirs(stepwise(norm, True), digits, epsilon)
    ours = PGD(epsilon, norm, steps=STEPS)(model, x, Untargeted(y))
    assert 0 < success.mean() < 1
    assert ours.success_rate >= success.mean() - 2 / IMAGES


def test_targets_are_reached_as_often(digits):
    model, x, y = digits
    target = (y + 3) % 10
    _, success = theirs(stepwise(Linf(), False), digits, 0.3, target)
    ours = BIM(0.3, steps=STEPS)(model, x, Targeted(target))
    assert success.any()
    assert ours.success_rate >= success.mean() - 1 / IMAGES
