"""`summarise` against the networks of `keras.applications`, and against what their papers and others counted."""

import gc

import keras
import pytest

from course_utils.arithmetic import summarise
from course_utils.networks.alexnet import alexnet

NETWORKS = {
    "AlexNet": alexnet,
    "AlexNet in two groups": lambda: alexnet(groups=2),
    "VGG16": lambda: keras.applications.VGG16(weights=None),
    "ResNet50": lambda: keras.applications.ResNet50(weights=None),
    "MobileNet": lambda: keras.applications.MobileNet(weights=None),
    "DenseNet121": lambda: keras.applications.DenseNet121(weights=None),
    "EfficientNetB0": lambda: keras.applications.EfficientNetB0(weights=None),
}


@pytest.fixture(scope="module")
def networks():
    """What Keras says of every network, as shapes and counts by name of layer, and our summary; no weights are kept."""
    found = {}
    for name, build in NETWORKS.items():
        found[name] = measured(build())
        # A functional model refers to itself, and the next one would be built beside its 500 MB.
        gc.collect()
    return found


def measured(model):
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    keras_rows = {layer.name: (layer.output.shape[1:], layer.count_params()) for layer in layers}
    return keras_rows, model.input_shape[1:], model.count_params(), summarise(model)


@pytest.fixture(scope="module")
def summaries(networks):
    return {name: summary for name, (*_, summary) in networks.items()}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_a_row_with_its_shape_and_parameters(networks, name):
    keras_rows, input_shape, parameters, summary = networks[name]
    first, *rows = summary.rows
    assert first.output_shape == input_shape
    assert len(rows) == len(keras_rows)
    assert {row.name: (row.output_shape, row.parameters) for row in rows} == keras_rows
    assert summary.parameters == parameters


# Published multiply-adds, and half a unit of their last digit.
SZE = "Sze et al., Efficient processing of deep neural networks (2017, arXiv:1703.09039), table II"
HOWARD = "Howard et al., MobileNets (2017, arXiv:1704.04861), table 4"
TAN = "Tan and Le, EfficientNet (2019, arXiv:1905.11946), table 2"
TORCHVISION = "the GFLOPS that torchvision states with its weights"
PUBLISHED = {
    "AlexNet": [("by hand: its five convolutions and three dense layers", 1_135_256_096, 0)],
    "AlexNet in two groups": [(SZE, 724e6, 0.5e6)],
    "VGG16": [(SZE, 15.5e9, 0.05e9), (TORCHVISION, 15.47e9, 0.005e9)],
    # The first version, with the strides on a block's first 1x1 convolution; on the 3x3 it takes 4.1 G.
    "ResNet50": [(SZE, 3.9e9, 0.05e9)],
    "MobileNet": [(HOWARD, 569e6, 0.5e6)],
    "DenseNet121": [(TORCHVISION, 2.834e9, 0.0005e9)],
    "EfficientNetB0": [(TAN, 0.39e9, 0.005e9)],
}
# Araujo et al., "Computing receptive fields of convolutional neural networks" (2019), table of networks; EfficientNet's
# blocks squeeze the whole image into every pixel, DenseNet is not in the table.
FIELDS = {"AlexNet": 195, "AlexNet in two groups": 195, "VGG16": 212, "ResNet50": 483, "MobileNet": 315}


@pytest.mark.parametrize("name", NETWORKS)
def test_multiply_adds_are_the_published_ones(summaries, name):
    for source, multiply_adds, within in PUBLISHED[name]:
        assert summaries[name].multiply_adds == pytest.approx(multiply_adds, rel=0, abs=within), source


@pytest.mark.parametrize(("name", "size"), FIELDS.items())
def test_the_last_receptive_field_is_the_published_one(summaries, name, size):
    fields = [row.receptive_field for row in summaries[name].rows]
    assert [field for field in fields if field is not None][-1] == (size, size)


# The figures of lecture 004: activations of VGG-16's second layer and of ResNet's first block, parameters of FC-1.
@pytest.mark.parametrize(
    ("name", "row", "shape", "activations", "parameters"),
    [
        ("VGG16", "block1_conv2", (224, 224, 64), 3_211_264, 36_928),
        ("VGG16", "block5_pool", (7, 7, 512), 25_088, 0),
        ("VGG16", "fc1", (4096,), 4096, 7 * 7 * 512 * 4096 + 4096),
        ("ResNet50", "pool1_pool", (56, 56, 64), 200_704, 0),
        ("ResNet50", "conv5_block3_out", (7, 7, 512 * 4), 100_352, 0),
    ],
)
def test_the_lectures_figures(summaries, name, row, shape, activations, parameters):
    found = summaries[name][row]
    assert (found.output_shape, found.activations, found.parameters) == (shape, activations, parameters)
