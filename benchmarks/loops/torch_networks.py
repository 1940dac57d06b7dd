"""The networks of each case as plain `torch.nn` modules: the same layers and sizes, images `(batch, channels, h, w)`.

Keras's batch normalisation adds 0.001 to the variance and keeps 0.99 of its averages, and so does this one.
"""

from functools import partial
from itertools import pairwise

import torch
from torch import nn

BatchNorm = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
InstanceNorm = partial(nn.InstanceNorm2d, eps=1e-3, affine=True)
WIDEST = 8


def build(model, case):
    """Dict from a network's name in the course's class to the module, with the papers' first weights."""
    networks = BUILDERS[model](case.shape, **case.sizes)
    for network in networks.values():
        network.apply(_first_weights)
    return networks


def dcgan_generator(latent_dim, shape, width):
    """Latent vectors to images, by DCGAN's rules."""
    start, widths = _pyramid(shape, width)
    modules = [
        nn.Linear(latent_dim, widths[-1] * start * start, bias=False),
        nn.Unflatten(1, (widths[-1], start, start)),
        BatchNorm(widths[-1]),
        nn.ReLU(),
    ]
    for taken, given in zip(widths[:0:-1], widths[-2::-1], strict=True):
        modules += [_up(taken, given), BatchNorm(given), nn.ReLU()]
    return nn.Sequential(*modules, _up(widths[0], shape[-1], bias=True), nn.Tanh())


def dcgan_discriminator(shape, width, batch_norm=True):
    """Images to logits, by DCGAN's rules."""
    start, widths = _pyramid(shape, width)
    modules = [_down(shape[-1], widths[0], bias=True), nn.LeakyReLU(0.2)]
    for taken, given in pairwise(widths):
        norm = [BatchNorm(given)] if batch_norm else []
        modules += [_down(taken, given, bias=not batch_norm), *norm, nn.LeakyReLU(0.2)]
    return nn.Sequential(*modules, nn.Flatten(), nn.Linear(widths[-1] * start * start, 1))


class UNet(nn.Module):
    """Encoder, decoder and skips; see `course_utils.networks.unet`."""

    def __init__(self, shape, width, depth, dropout):
        super().__init__()
        widths = [width * min(2**i, WIDEST) for i in range(depth)]
        self.encoder = nn.ModuleList()
        for i, (taken, given) in enumerate(zip([shape[-1], *widths], widths, strict=False)):
            norm = [BatchNorm(given)] if 0 < i < depth - 1 else []
            self.encoder.append(nn.Sequential(_down(taken, given, bias=not norm), *norm, nn.LeakyReLU(0.2)))
        self.decoder = nn.ModuleList()
        taken = widths[-1]
        for i, given in enumerate(widths[-2::-1]):
            drop = [nn.Dropout(dropout)] if dropout and i < (depth - 1) // 2 else []
            self.decoder.append(nn.Sequential(_up(taken, given), BatchNorm(given), *drop, nn.ReLU()))
            taken = 2 * given
        self.last = nn.Sequential(_up(taken, shape[-1], bias=True), nn.Tanh())

    def forward(self, x):
        encoded = []
        for down in self.encoder:
            x = down(x)
            encoded.append(x)
        for up, skipped in zip(self.decoder, encoded[-2::-1], strict=True):
            x = torch.cat([up(x), skipped], 1)
        return self.last(x)


def patch_discriminator(channels, width, steps, norm):
    """Images to a map of logits; see `course_utils.networks.patch_discriminator`."""
    modules, taken = [], channels
    for i in range(steps + 1):
        given, stride = width * min(2**i, WIDEST), 2 if i < steps else 1
        modules.append(nn.Conv2d(taken, given, 4, stride, padding=1, bias=i == 0))
        modules += [norm(given)] if i else []
        modules.append(nn.LeakyReLU(0.2))
        taken = given
    return nn.Sequential(*modules, nn.Conv2d(taken, 1, 4, 1, padding=1))


class Residual(nn.Sequential):
    """x + (3x3 - 3x3)(x)."""

    def forward(self, x):
        return x + super().forward(x)


def resnet_generator(shape, width, blocks, halvings, kernel=7):
    """Images to images; see `course_utils.networks.resnet_generator`."""
    widths = [width * 2**i for i in range(halvings + 1)]
    wide = widths[-1]
    modules = [*_same(shape[-1], width, kernel), InstanceNorm(width), nn.ReLU()]
    for taken, given in pairwise(widths):
        modules += [nn.Conv2d(taken, given, 3, 2, padding=1, bias=False), InstanceNorm(given), nn.ReLU()]
    for _ in range(blocks):
        first = [*_same(wide, wide, 3), InstanceNorm(wide), nn.ReLU()]
        modules.append(Residual(*first, *_same(wide, wide, 3), InstanceNorm(wide)))
    for taken, given in pairwise(reversed(widths)):
        modules += [_up(taken, given), InstanceNorm(given), nn.ReLU()]
    return nn.Sequential(*modules, *_same(width, shape[-1], kernel, bias=True), nn.Tanh())


def _pyramid(shape, width):
    # A copy of the course's, so that this loop needs no Keras.
    start = 7 if shape[0] % 7 == 0 else 4
    return start, [width * 2**i for i in range((shape[0] // start).bit_length() - 1)]


def _same(taken, given, kernel, bias=False):
    return nn.ReflectionPad2d(kernel // 2), nn.Conv2d(taken, given, kernel, bias=bias)


def _up(taken, given, bias=False):
    return nn.ConvTranspose2d(taken, given, 4, 2, padding=1, bias=bias)


def _down(taken, given, bias):
    return nn.Conv2d(taken, given, 4, 2, padding=1, bias=bias)


def _first_weights(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def _dcgan(shape, latent_dim, width, batch_norm=True):
    return {
        "generator": dcgan_generator(latent_dim, shape, width),
        "discriminator": dcgan_discriminator(shape, width, batch_norm),
    }


def _pix2pix(shape, width, depth, steps, dropout):
    return {
        "generator": UNet(shape, width, depth, dropout),
        "discriminator": patch_discriminator(2 * shape[-1], width, steps, BatchNorm),
    }


def _cyclegan(shape, width, blocks, halvings, discriminator_width, steps):
    return {
        "generator": resnet_generator(shape, width, blocks, halvings),
        "back_generator": resnet_generator(shape, width, blocks, halvings),
        "discriminator_x": patch_discriminator(shape[-1], discriminator_width, steps, InstanceNorm),
        "discriminator_y": patch_discriminator(shape[-1], discriminator_width, steps, InstanceNorm),
    }


BUILDERS = {
    "dcgan": _dcgan,
    "wgan_gp": partial(_dcgan, batch_norm=False),
    "pix2pix": _pix2pix,
    "cyclegan": _cyclegan,
}
