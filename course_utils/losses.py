"""GAN losses as pure functions of logits, one formula each.

A logit is what a discriminator gives before the sigmoid: D(x) = sigmoid(logit). All logarithms are natural. Logits
are used throughout because log(sigmoid(t)) loses every digit where t is large and negative, and
-log(sigmoid(t)) = softplus(-t) loses none. Each function takes logits of any shape, averages over all of them in
float32, and returns a scalar.
"""

from keras import ops


def cross_entropy(logits, label):
    """Binary cross-entropy -[y log D + (1 - y) log(1 - D)] against one label `y` in [0, 1]."""
    logits = ops.cast(logits, "float32")
    return ops.mean(label * ops.softplus(-logits) + (1 - label) * ops.softplus(logits))


def minimax(real_logits, fake_logits, real_label=1.0):
    """What the discriminator minimises, -E[log D(x)] - E[log(1 - D(G(z)))] (Goodfellow et al. 2014, equation 1).

    `real_label` below 1 is one-sided label smoothing (Salimans et al. 2016): only the target of real images moves.
    """
    return cross_entropy(real_logits, real_label) + cross_entropy(fake_logits, 0.0)


def saturating(fake_logits):
    """The generator's own part of the minimax value, E[log(1 - D(G(z)))] (Goodfellow et al. 2014, Algorithm 1)."""
    return -cross_entropy(fake_logits, 0.0)


def non_saturating(fake_logits):
    """What the generator minimises in practice, -E[log D(G(z))] (Goodfellow et al. 2014, section 3)."""
    return cross_entropy(fake_logits, 1.0)


def least_squares(real_logits, fake_logits):
    """What the discriminator minimises, 1/2 E[(D(x) - 1)^2] + 1/2 E[D(G(z))^2], where D has no sigmoid: its scores are
    the logits themselves (Mao et al. 2017, arXiv:1611.04076, equation 9 with a = 0, b = c = 1).
    """
    return _half_square(real_logits, 1.0) + _half_square(fake_logits, 0.0)


def least_squares_generator(fake_logits):
    """What the generator minimises, 1/2 E[(D(G(z)) - 1)^2] (Mao et al. 2017, equation 9 with c = 1)."""
    return _half_square(fake_logits, 1.0)


def _half_square(logits, label):
    return ops.mean(ops.square(ops.cast(logits, "float32") - label)) / 2
