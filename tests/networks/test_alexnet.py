import keras
import numpy as np
import pytest
from keras import ops

from course_utils.networks.alexnet import alexnet

SHAPES = {
    "conv1": (55, 55, 96),
    "pool1": (27, 27, 96),
    "conv2": (27, 27, 256),
    "pool2": (13, 13, 256),
    "conv3": (13, 13, 384),
    "conv4": (13, 13, 384),
    "conv5": (13, 13, 256),
    "pool5": (6, 6, 256),
    "fc6": (4096,),
    "fc7": (4096,),
    "fc8": (1000,),
}


@pytest.fixture(scope="module")
def towers():
    return {groups: alexnet(groups=groups) for groups in (1, 2)}


@pytest.mark.parametrize("groups", [1, 2])
def test_shapes_are_the_lectures_and_the_papers(towers, groups):
    model = towers[groups]
    assert model.input_shape == (None, 227, 227, 3)
    assert {name: model.get_layer(name).output.shape[1:] for name in SHAPES} == SHAPES


@pytest.mark.parametrize(("groups", "total"), [(1, 62_378_344), (2, 60_965_224)])
def test_parameters_worked_by_hand(towers, groups, total):
    convolutions = (11 * 11 * 3 * 96 + 96) + (25 * 96 // groups * 256 + 256) + (9 * 256 * 384 + 384)
    convolutions += (9 * 384 // groups * 384 + 384) + (9 * 384 // groups * 256 + 256)
    dense = (9216 * 4096 + 4096) + (4096 * 4096 + 4096) + (4096 * 1000 + 1000)
    assert towers[groups].count_params() == convolutions + dense == total


@pytest.mark.parametrize("groups", [1, 2])
def test_only_the_papers_three_convolutions_are_grouped(towers, groups):
    assert {name: towers[groups].get_layer(name).groups for name in SHAPES if name.startswith("conv")} == {
        "conv1": 1,
        "conv2": groups,
        "conv3": 1,
        "conv4": groups,
        "conv5": groups,
    }


@pytest.mark.backends
@pytest.mark.parametrize("groups", [1, 2])
def test_the_answers_are_float32_logits(groups):
    keras.config.set_dtype_policy("mixed_bfloat16" if groups == 1 else "float32")
    model = alexnet(classes=5, groups=groups, input_shape=(67, 67, 1))
    logits = model(np.random.default_rng(0).uniform(-1, 1, (8, 67, 67, 1)).astype("float32"))
    assert logits.shape == (8, 5)
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert ops.convert_to_numpy(logits).min() < 0
    assert model.get_layer("pool5").output.shape[1:3] == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (66, 227, 3)}, r"at least 67 pixels.*Received: input_shape=\(66, 227, 3\)"),
        ({"input_shape": (227, 227)}, r"Received: input_shape=\(227, 227\)"),
        ({"input_shape": (None, None, 3)}, r"Received: input_shape=\(None, None, 3\)"),
        ({"classes": 1}, "Received: classes=1"),
        ({"groups": 3}, "groups must be 1.*or 2.*Received: groups=3"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        alexnet(**arguments)
