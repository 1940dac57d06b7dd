"""The plain PyTorch loops play the course's games: equal losses at equal weights, whatever backend Keras runs on."""

import importlib

import keras
import numpy as np
import pytest

from tests.benchmarks.games import TINY, Played

torch = pytest.importorskip("torch", reason="the PyTorch loops need `make setup-backends`")
plain_torch, torch_networks = (
    importlib.import_module(f"benchmarks.loops.{name}") for name in ("plain_torch", "torch_networks")
)

pytestmark = pytest.mark.backends
MODELS = list(TINY)


def array(variable):
    """A Keras variable's value."""
    return keras.ops.convert_to_numpy(variable)


def carried(model, played):
    """PyTorch's networks with the weights of Keras's.

    At stride 2 and an odd kernel, Keras pads below and at the right, PyTorch on all sides, which counts above and at
    the left. CycleGAN's kernels are mirrored therefore, and its images in `seen`.
    """
    modules = torch_networks.build(model, played.case)
    for name, network in played.networks.items():
        layers = [layer for layer in network.layers if layer.weights]
        parts = [m for m in modules[name].modules() if list(m.parameters(recurse=False))]
        for layer, part in zip(layers, parts, strict=True):
            values = [array(v) for v in layer.trainable_variables]
            values[0] = kernel(layer, values[0], mirrored=model == "cyclegan")
            for parameter, value in zip(part.parameters(recurse=False), values, strict=True):
                parameter.data = torch.from_numpy(np.array(value, "float32", order="C"))
    return modules


def kernel(layer, value, mirrored):
    """A kernel, or the scale of a normalisation, in PyTorch's order of axes."""
    if value.ndim == 4:
        return (value[::-1, ::-1] if mirrored else value).transpose(3, 2, 0, 1)
    if value.ndim == 2 and value.shape[1] == 1:
        return value.reshape(4, 4, -1).transpose(2, 0, 1).reshape(1, -1)
    if value.ndim == 2:
        return value.reshape(len(value), 4, 4, -1).transpose(0, 3, 1, 2).reshape(len(value), -1).T
    return value


def seen(model, played):
    """The batch as PyTorch's tensors."""
    images = [x[:, ::-1, ::-1] if model == "cyclegan" else x for x in played.images]
    return [torch.from_numpy(x.transpose(0, 3, 1, 2).copy()) for x in images]


@pytest.mark.parametrize("model", MODELS)
def test_same_losses_as_the_course(model, monkeypatch):
    played = Played(model)
    loop = plain_torch.LOOPS[model](model, played.case, carried(model, played))
    # So that both sides' losses belong to the same weights.
    for optimizer in loop.optimizers.values():
        monkeypatch.setattr(optimizer, "step", lambda: None)
    monkeypatch.setattr(loop, "noise", lambda images: torch.from_numpy(played.z))
    with monkeypatch.context() as patch:
        patch.setattr(torch, "rand", lambda *shape, **_: torch.from_numpy(played.u))
        losses = loop.train_step(*seen(model, played))
    for side in ("discriminator", "generator"):
        expected, _ = played.turn(side, monkeypatch)
        np.testing.assert_allclose(losses[f"{side}_loss"], expected, atol=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_same_generator_gradients_as_the_course(model, monkeypatch):
    played = Played(model)
    loop = plain_torch.LOOPS[model](model, played.case, carried(model, played))
    for optimizer in loop.optimizers.values():
        monkeypatch.setattr(optimizer, "step", lambda: None)
    monkeypatch.setattr(loop, "noise", lambda images: torch.from_numpy(played.z))
    loop.train_step(*seen(model, played))
    _, expected = played.turn("generator", monkeypatch)
    for name, gradients in expected.items():
        parameters = list(loop.networks[name].parameters())
        for parameter, of in zip(parameters, gradients, strict=True):
            np.testing.assert_allclose(
                parameter.grad.square().sum().sqrt(), np.linalg.norm(of), rtol=1e-3, atol=1e-5, err_msg=name
            )


@pytest.mark.parametrize("model", MODELS)
def test_as_many_parameters_as_the_course(model):
    played = Played(model)
    for name, module in torch_networks.build(model, played.case).items():
        expected = sum(array(v).size for v in played.networks[name].trainable_variables)
        assert sum(p.numel() for p in module.parameters()) == expected


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("tuned", [False, True])
def test_an_epoch_of_data_moves_every_network(model, tuned, monkeypatch):
    monkeypatch.setattr(plain_torch, "arrays", lambda model, case: [x[:8] for x in Played(model).images])
    loop = plain_torch.LOOPS[model](model, TINY[model], tuned=tuned)
    before = {name: [p.detach().clone() for p in n.parameters()] for name, n in loop.networks.items()}
    losses = loop.run(1)
    assert all(np.isfinite(value) for value in losses.values())
    for name, network in loop.networks.items():
        assert any((p - old).abs().max() > 0 for p, old in zip(network.parameters(), before[name], strict=True))


def test_the_pool_hands_on_everything_until_it_is_full_and_then_older_images_too():
    pool = plain_torch.ImagePool(size=4)
    first = torch.arange(4.0).reshape(4, 1, 1, 1)
    assert torch.equal(pool.exchanged(first), first)
    handed = torch.cat([pool.exchanged(torch.full((8, 1, 1, 1), 9.0)) for _ in range(5)])
    assert set(handed.flatten().tolist()) == {0.0, 1.0, 2.0, 3.0, 9.0}
