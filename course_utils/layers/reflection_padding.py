"""Padding that mirrors the image at its border, which Keras does not have as a layer."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="course_utils")
class ReflectionPadding2D(layers.Layer):
    """Widens images `(batch, height, width, channels)` by `padding` mirrored pixels on each side.

    The border's own pixels are not repeated: 1 2 3 becomes 2 1 2 3 2 with a padding of 1. Zeros instead would show a
    network where the image ends, and it paints that edge into its output (Johnson, Alahi and Fei-Fei 2016,
    arXiv:1603.08155, supplement).

    Raises:
        ValueError: padding that is no whole number of at least 0, or images that are not larger than it.
    """

    def __init__(self, padding=1, **options):
        super().__init__(**options)
        if isinstance(padding, bool) or not isinstance(padding, int) or padding < 0:
            raise ValueError(f"padding must be a whole number of at least 0. Received: padding={padding!r}.")
        self.padding = padding

    def call(self, images):
        if self.padding == 0:
            return images
        return ops.pad(images, [(0, 0), *[(self.padding, self.padding)] * 2, (0, 0)], mode="reflect")

    def compute_output_shape(self, input_shape):
        if len(input_shape) != 4:
            raise ValueError(f"Images are (batch, height, width, channels). Received: shape {tuple(input_shape)}.")
        batch, height, width, channels = input_shape
        for side in (height, width):
            if side is not None and side <= self.padding:
                raise ValueError(
                    f"An image of {height}x{width} pixels has too few to mirror {self.padding} of them. Received: "
                    f"padding={self.padding}. Use larger images, fewer halvings or a smaller kernel."
                )
        wider = [None if side is None else side + 2 * self.padding for side in (height, width)]
        return (batch, *wider, channels)

    def compute_output_spec(self, images):
        return keras.KerasTensor(self.compute_output_shape(images.shape), dtype=self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"padding": self.padding}
