"""Plain PyTorch loops: eager, `DataLoader`, the default memory format, float32; and the same loops tuned.

What is followed, on this project's networks and losses: `Turns` (DCGAN) the order of steps of PyTorch's DCGAN tutorial
(real batch backward, generated batch backward, step; then the generator on the same generated images); `Critic`
(WGAN-GP) the penalty by `autograd.grad(create_graph=True)`, images of its own for each turn; `Pairs` and `Cycle` the
order of the papers' own PyTorch code (one generated batch for both sides, the discriminators' weights frozen in the
generators' turn, a pool of 50 generated images for CycleGAN's discriminators).

Tuned: channels-last memory, and bfloat16 autocast where the processor or card has it natively.
"""

import random
from itertools import chain

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.loops import torch_networks
from benchmarks.loops.cases import arrays
from course_utils import runtime

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class PlainLoop:
    """Networks by name, Adam for each side, and a `train_step(batch)` in the subclass."""

    def __init__(self, model, case, networks=None, tuned=False):
        self.case, self.tuned = case, tuned
        self.memory_format = torch.channels_last if tuned else torch.contiguous_format
        self.bfloat16 = tuned and native_bfloat16()
        networks = torch_networks.build(model, case) if networks is None else networks
        self.networks = {n: v.to(DEVICE, memory_format=self.memory_format).train() for n, v in networks.items()}
        sides = {
            side: [v for n, v in self.networks.items() if ("generator" in n) == (side == "generator")]
            for side in ("discriminator", "generator")
        }
        self.discriminators = sides["discriminator"]
        self.optimizers = {
            side: torch.optim.Adam(
                chain.from_iterable(network.parameters() for network in networks),
                lr=case.learning_rate,
                betas=(case.beta_1, case.beta_2),
                eps=1e-7,
            )
            for side, networks in sides.items()
        }
        tensors = [torch.from_numpy(a).permute(0, 3, 1, 2).contiguous() for a in arrays(model, case)]
        groups = [[t] for t in tensors] if model == "cyclegan" else [tensors]
        self.loaders = [
            DataLoader(TensorDataset(*group), case.batch_size, shuffle=True, drop_last=True) for group in groups
        ]

    def run(self, epochs):
        """Train; returns the losses of the last step by name."""
        for _ in range(epochs):
            for batches in zip(*self.loaders, strict=False):
                batch = [self.placed(images) for images in chain.from_iterable(batches)]
                losses = self.train_step(*batch)
        return losses

    def placed(self, images):
        """Images on the device, in the loop's memory format."""
        return images.to(DEVICE, memory_format=self.memory_format)

    def precision(self):
        """The context of all forward passes."""
        return torch.autocast(DEVICE, torch.bfloat16, enabled=self.bfloat16)

    def noise(self, images):
        """Latent vectors, as many as the batch has images."""
        return torch.randn(len(images), self.case.sizes["latent_dim"], device=images.device)

    def freeze(self, frozen):
        """Keep the discriminators' weights out of the generators' gradients, or take them in again."""
        for network in self.discriminators:
            network.requires_grad_(not frozen)

    def moved(self, side, loss):
        """Move one side by its loss's gradients."""
        self.optimizers[side].zero_grad()
        loss.backward()
        self.optimizers[side].step()


class Turns(PlainLoop):
    """DCGAN in the order of PyTorch's tutorial."""

    def train_step(self, images, z=None):
        """One step; returns both losses."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        self.optimizers["discriminator"].zero_grad()
        with self.precision():
            real_loss = _bce(D(images), 1)
        real_loss.backward()
        with self.precision():
            fake = G(self.noise(images) if z is None else z)
            fake_loss = _bce(D(fake.detach()), 0)
        fake_loss.backward()
        self.optimizers["discriminator"].step()
        with self.precision():
            g_loss = _bce(D(fake), 1)
        self.moved("generator", g_loss)
        return {"discriminator_loss": (real_loss + fake_loss).item(), "generator_loss": g_loss.item()}


class Critic(PlainLoop):
    """WGAN-GP: `turns` of the critic, one of the generator."""

    def discriminator_loss(self, images, z, u):
        """The critic's loss; `u` `(batch, 1, 1, 1)` in [0, 1] mixes real and generated images."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with self.precision():
            fake = G(z).detach().float()
            mixed = (u * images + (1 - u) * fake).requires_grad_()
            (slope,) = torch.autograd.grad(D(mixed).sum(), mixed, create_graph=True)
            norm = (slope.square().sum((1, 2, 3)) + 1e-12).sqrt()
            return D(fake).float().mean() - D(images).float().mean() + 10 * ((norm - 1) ** 2).mean()

    def train_step(self, images):
        """One step; returns the last loss of each side."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        for part in images.chunk(self.case.turns):
            u = torch.rand(len(part), 1, 1, 1, device=part.device)
            d_loss = self.discriminator_loss(part, self.noise(part), u)
            self.moved("discriminator", d_loss)
        with self.precision():
            g_loss = -D(G(self.noise(part))).float().mean()
        self.moved("generator", g_loss)
        return {"discriminator_loss": d_loss.item(), "generator_loss": g_loss.item()}


class Pairs(PlainLoop):
    """Pix2Pix with least squares."""

    def train_step(self, x, y):
        """One step; returns both losses."""
        D, G = self.networks["discriminator"], self.networks["generator"]
        with self.precision():
            fake = G(x).float()
        self.freeze(False)
        with self.precision():
            d_loss = _square(D(torch.cat([x, fake.detach()], 1)), 0) + _square(D(torch.cat([x, y], 1)), 1)
        self.moved("discriminator", d_loss)
        self.freeze(True)
        with self.precision():
            g_loss = _square(D(torch.cat([x, fake], 1)), 1) + self.case.weight * l1_loss(fake, y)
        self.moved("generator", g_loss)
        return {"discriminator_loss": d_loss.item(), "generator_loss": g_loss.item()}


class Cycle(PlainLoop):
    """CycleGAN, generators first, with a pool of generated images for each discriminator."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.pool_x, self.pool_y = ImagePool(), ImagePool()

    def train_step(self, x, y):
        """One step; returns both sides' losses."""
        G, F, D_X, D_Y = self.networks.values()
        self.freeze(True)
        with self.precision():
            fake_y, fake_x = G(x).float(), F(y).float()
            cycle = l1_loss(F(fake_y).float(), x) + l1_loss(G(fake_x).float(), y)
            g_loss = 2 * (_square(D_Y(fake_y), 1) + _square(D_X(fake_x), 1)) + self.case.weight * cycle
        self.moved("generator", g_loss)
        self.freeze(False)
        self.optimizers["discriminator"].zero_grad()
        d_losses = []
        for D, real, fake, pool in ((D_Y, y, fake_y, self.pool_y), (D_X, x, fake_x, self.pool_x)):
            with self.precision():
                d_losses.append(_square(D(real), 1) + _square(D(pool.exchanged(fake.detach())), 0))
            d_losses[-1].backward()
        self.optimizers["discriminator"].step()
        return {"discriminator_loss": sum(d_losses).item(), "generator_loss": g_loss.item()}


class ImagePool:
    """A history of 50 generated images; see `course_utils.layers.ImageBuffer`."""

    def __init__(self, size=50):
        self.size, self.images = size, []

    def exchanged(self, images):
        """The batch, about half of it swapped for older images once the pool is full."""
        return torch.stack([self._one(image) for image in images])

    def _one(self, image):
        if len(self.images) < self.size:
            self.images.append(image)
            return image
        if random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        older, self.images[place] = self.images[place], image
        return older


LOOPS = {"dcgan": Turns, "wgan_gp": Critic, "pix2pix": Pairs, "cyclegan": Cycle}


def native_bfloat16():
    """Whether this card, or this processor, computes in bfloat16 itself."""
    if DEVICE == "cuda":
        return torch.cuda.get_device_capability() >= (8, 0)
    return bool({"amx_bf16", "avx512_bf16"} & runtime.processor_instructions())


def _bce(logits, label):
    logits = logits.float()
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def _square(logits, label):
    logits = logits.float()
    return mse_loss(logits, torch.full_like(logits, label)) / 2
