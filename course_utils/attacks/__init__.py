"""Adversarial attacks on classifiers, and training against them; one gradient loop serves all attacks."""

from course_utils.attacks.eight_bit import EightBitSign, from_8_bit, quantum, to_8_bit
from course_utils.attacks.fooling import fooling_image
from course_utils.attacks.goals import Targeted, Untargeted
from course_utils.attacks.loop import Hooks, run
from course_utils.attacks.norms import L2, Linf
from course_utils.attacks.path import linear_path
from course_utils.attacks.pgd import BIM, FGSM, PGD
from course_utils.attacks.result import AttackResult
from course_utils.attacks.training import AdversariallyTrained

__all__ = [
    "BIM",
    "FGSM",
    "L2",
    "PGD",
    "AdversariallyTrained",
    "AttackResult",
    "EightBitSign",
    "Hooks",
    "Linf",
    "Targeted",
    "Untargeted",
    "fooling_image",
    "from_8_bit",
    "linear_path",
    "quantum",
    "run",
    "to_8_bit",
]
