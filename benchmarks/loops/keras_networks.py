"""The networks of each case, from the course's own builders; the plain TensorFlow loop trains the same."""

from course_utils.gans import dcgan
from course_utils.networks.patch_discriminator import patch_discriminator
from course_utils.networks.resnet_generator import resnet_generator
from course_utils.networks.unet import unet


def build(model, case):
    """Dict from a network's name in the course's class to the network, in the dtype policy in force."""
    return BUILDERS[model](case.shape, **case.sizes)


def _dcgan(shape, latent_dim, width):
    return {
        "generator": dcgan.generator(latent_dim, shape, width),
        "discriminator": dcgan.discriminator(shape, width),
    }


def _wgan_gp(shape, latent_dim, width):
    return {
        "generator": dcgan.generator(latent_dim, shape, width),
        "discriminator": dcgan.discriminator(shape, width, batch_norm=False),
    }


def _pix2pix(shape, width, depth, steps, dropout):
    return {
        "generator": unet(shape, shape[-1], width, depth, dropout=dropout),
        "discriminator": patch_discriminator(shape, width, steps, condition_shape=shape),
    }


def _cyclegan(shape, width, blocks, halvings, discriminator_width, steps):
    options = {"steps": steps, "normalisation": "instance"}
    return {
        "generator": resnet_generator(shape, width, blocks, halvings=halvings),
        "back_generator": resnet_generator(shape, width, blocks, halvings=halvings),
        "discriminator_x": patch_discriminator(shape, discriminator_width, **options),
        "discriminator_y": patch_discriminator(shape, discriminator_width, **options),
    }


BUILDERS = {"dcgan": _dcgan, "wgan_gp": _wgan_gp, "pix2pix": _pix2pix, "cyclegan": _cyclegan}
