"""How many multiply-adds one step of a game cannot do without, counted by `course_utils.arithmetic`.

A network's forward pass takes N multiply-adds an image. Its backward pass takes N again for the gradient of its weights
and N for that of its input. Each pass of a step does only what its turn needs:

    forward   N         images for the other side's turn
    trained   3N - f    weights move; f, of the first layer, is the gradient of an input that nobody needs
    through   2N        weights stay, and the gradient goes on to the generator before
    both      3N        weights move, and the gradient goes on
    penalty   4N - l    slope of the critic at an image (2N), and how it moves the weights (2N, without the last layer)

Normalisation, activations, losses and optimisers are not counted, so the floor is below what any loop can reach. Each
side draws images of its own, as Algorithm 1 has it: a loop that shares them between the turns needs less. One
multiply-add is two operations.
"""

from course_utils import arithmetic

# Passes of one step by network, each over the images of one turn: (discriminators' turn, generators' turn).
PASSES = {
    "dcgan": (
        {"generator": ["forward"], "discriminator": ["trained", "trained"]},
        {"generator": ["trained"], "discriminator": ["through"]},
    ),
    "wgan_gp": (
        {"generator": ["forward"], "discriminator": ["trained", "trained", "penalty"]},
        {"generator": ["trained"], "discriminator": ["through"]},
    ),
    "pix2pix": (
        {"generator": ["forward"], "discriminator": ["trained", "trained"]},
        {"generator": ["trained"], "discriminator": ["through"]},
    ),
    "cyclegan": (
        {
            "generator": ["forward"],
            "back_generator": ["forward"],
            "discriminator_x": ["trained", "trained"],
            "discriminator_y": ["trained", "trained"],
        },
        {
            "generator": ["trained", "both"],
            "back_generator": ["trained", "both"],
            "discriminator_x": ["through"],
            "discriminator_y": ["through"],
        },
    ),
}


def step_multiply_adds(model, case, networks):
    """Multiply-adds of one step of the course's game."""
    discriminators, generators = (_turn(passes, networks) for passes in PASSES[model])
    images = case.batch_size // case.turns
    return images * (case.turns * discriminators + generators)


def floor_ms(multiply_adds, gflops):
    """Milliseconds that so many multiply-adds take at a rate of matrix products in billions of operations a second."""
    return 2 * multiply_adds / (gflops * 1e9) * 1e3


def pass_multiply_adds(kind, network):
    """Multiply-adds of one pass of a network, for one image."""
    counts = [row.multiply_adds for row in arithmetic.summarise(network).rows if row.multiply_adds]
    whole, first, last = sum(counts), counts[0], counts[-1]
    return {
        "forward": whole,
        "trained": 3 * whole - first,
        "through": 2 * whole,
        "both": 3 * whole,
        "penalty": 4 * whole - last,
    }[kind]


def _turn(passes, networks):
    return sum(pass_multiply_adds(kind, networks[name]) for name, kinds in passes.items() for kind in kinds)
