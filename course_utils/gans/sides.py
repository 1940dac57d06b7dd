"""The optimisers of a GAN's two sides, held in the one optimiser that Keras's trainer knows.

Keras's JAX trainer carries the state of `model.optimizer` from step to step and nothing else, so an optimiser that is
only an attribute would lose its moments. `MultiOptimizer` holds both; each side's turn calls its own `apply`, because
`MultiOptimizer.apply` wants the gradients of both at once.
"""

import keras

SIDES = ("discriminator", "generator")


class TwoSidedOptimizer(keras.optimizers.MultiOptimizer):
    """One optimiser for each side of a GAN.

    Args:
        optimizers: dict from side to `keras.optimizers.Optimizer`.
        variables: dict from side to the list of variables that it moves.

    Raises:
        ValueError: where one optimiser serves both sides, one variable belongs to both, or a side has none to move.
    """

    def __init__(self, optimizers, variables):
        discriminator, generator = (optimizers[side] for side in SIDES)
        if discriminator is generator:
            raise ValueError(
                "Each side needs an optimizer of its own, as its moments belong to its variables. "
                f"Received: the same {type(generator).__name__} object twice. Make a second one."
            )
        shared = {id(v) for v in variables["discriminator"]} & {id(v) for v in variables["generator"]}
        if shared:
            names = [v.path for v in variables["generator"] if id(v) in shared]
            raise ValueError(
                f"A variable can be moved by one side only. Received on both sides: {names}. "
                "Leave the shared network to one side, and give the other its own head alone."
            )
        for side in SIDES:
            if not variables[side]:
                raise ValueError(
                    f"The {side}'s side has no trainable variable. Received: networks with trainable=False or without "
                    "weights. Leave trainable as it is: each side moves in its own turn only."
                )
        owner = {id(v): optimizers[side] for side in SIDES for v in variables[side]}
        super().__init__(lambda v: owner[id(v)])
        self.by_side = optimizers
        self.variables_of = variables
        self.build([v for side in SIDES for v in variables[side]])

    def take(self, side, gradients):
        """Move one side's variables by its gradients."""
        self.by_side[side].apply(gradients, self.variables_of[side])

    def finalize_variable_values(self, var_list):
        """Nothing to do at the end of `fit`: no side's optimiser keeps averages (see `make_optimizer`).

        Keras's own looks up an optimiser for each trainable variable of the model, and a frozen network that a loss
        only reads has none.
        """


def make_optimizer(given, default):
    """An optimiser from what `compile` was given: an optimiser, a name, a configuration, or None for `default`.

    Raises:
        ValueError: for an optimiser that wraps others, or keeps averages of its own.
    """
    optimizer = keras.optimizers.get(default if given is None else given)
    if isinstance(optimizer, keras.optimizers.MultiOptimizer | keras.optimizers.LossScaleOptimizer):
        raise ValueError(
            "A side's optimizer must be a plain one, such as keras.optimizers.Adam. "
            f"Received: {type(optimizer).__name__}."
        )
    if optimizer.use_ema:
        raise ValueError(
            "Keras would overwrite the weights with their averages at the end of fit, and a second fit would not "
            f"continue the first. Received: {type(optimizer).__name__}(use_ema=True). "
            f"Make the GAN with average={optimizer.ema_momentum} instead: sample() then draws from the averages."
        )
    return optimizer
