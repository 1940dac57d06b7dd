"""Checks that the metrics share."""

from keras import ops


def feature_pair(real_features, fake_features, at_least):
    """Returns both as float32 tensors `(n, d)` and `(m, d)` after checking their shapes.

    Raises:
        ValueError: another rank, different widths, or fewer than `at_least` samples of one kind.
    """
    pair = [ops.convert_to_tensor(features, "float32") for features in (real_features, fake_features)]
    shapes = [tuple(features.shape) for features in pair]
    if any(len(shape) != 2 for shape in shapes) or shapes[0][1] != shapes[1][1]:
        raise ValueError(
            "real_features and fake_features must be (n, d) and (m, d) with the same width d. "
            f"Received: shapes {shapes[0]} and {shapes[1]}"
        )
    _check_samples(shapes, at_least)
    return pair


def class_probabilities(probabilities):
    """Returns probabilities as a float32 tensor `(n, classes)` after checking its shape.

    Raises:
        ValueError: another rank, no sample, or fewer than two classes.
    """
    probabilities = ops.convert_to_tensor(probabilities, "float32")
    shape = tuple(probabilities.shape)
    if len(shape) != 2 or shape[1] < 2:
        raise ValueError(f"probabilities must be (n, classes) with at least 2 classes. Received: shape {shape}")
    _check_samples([shape], 1)
    return probabilities


def samples(array):
    """Returns the number of rows as a float32 scalar, known or not when a step is traced."""
    return ops.cast(ops.shape(array)[0], "float32")


def _check_samples(shapes, at_least):
    # In a step that is traced for any batch size, the number of samples is None: nothing to check yet.
    if any(shape[0] is not None and shape[0] < at_least for shape in shapes):
        received = " and ".join(map(str, shapes))
        raise ValueError(f"This metric needs at least {at_least} samples. Received: shapes {received}")
