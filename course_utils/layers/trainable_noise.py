"""A perturbation that is learned like any weight."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("course_utils")
class TrainableNoise(keras.layers.Layer):
    """Adds one trainable image: x + theta, cut to the pixel range.

    In front of a frozen classifier and trained by `fit` towards a wrong class, theta becomes an adversarial
    perturbation of one image, or one that serves many images (Moosavi-Dezfooli, Fawzi, Fawzi and Frossard, "Universal
    adversarial perturbations", 2017, arXiv:1610.08401). The L1 penalty keeps most of its pixels near zero.

    Args:
        penalty: factor of the penalty, `penalty * sum(|theta|)` is added to the loss; at least 0.
        pixel_range: smallest and largest value of the output, or None for no limits.

    Input and output: `(batch, height, width, channels)`, height, width and channels known. `theta`, of the shape
    `(height, width, channels)`, begins at zero.

    Raises:
        ValueError: for a negative penalty, another pixel range, or an input of another shape.
    """

    def __init__(self, penalty=1e-3, pixel_range=(-1.0, 1.0), **kwargs):
        super().__init__(**kwargs)
        if not penalty >= 0:
            raise ValueError(f"penalty must be a number, at least 0. Received: penalty={penalty!r}.")
        if pixel_range is not None and not pixel_range[0] < pixel_range[1]:
            raise ValueError(f"pixel_range must be (smallest, largest) or None. Received: pixel_range={pixel_range!r}.")
        self.penalty = float(penalty)
        self.pixel_range = None if pixel_range is None else tuple(map(float, pixel_range))

    def build(self, input_shape):
        if len(input_shape) != 4 or None in input_shape[1:]:
            raise ValueError(
                "The noise is one image, and so takes (batch, height, width, channels) of known size. "
                f"Received: shape {tuple(input_shape)}."
            )
        self.theta = self.add_weight(
            shape=input_shape[1:], initializer="zeros", regularizer=keras.regularizers.L1(self.penalty), name="theta"
        )
        # Without it, images of one pixel or one channel would be spread over all of theta.
        self.input_spec = keras.layers.InputSpec(shape=(None, *input_shape[1:]))

    def call(self, images):
        noisy = images + self.theta
        return noisy if self.pixel_range is None else ops.clip(noisy, *self.pixel_range)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "penalty": self.penalty, "pixel_range": self.pixel_range}
