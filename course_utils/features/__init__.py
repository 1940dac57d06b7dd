"""What a network has learned to see: images made to excite it, and maps of what it looks at in real ones."""

from course_utils.features.checks import layer_shapes
from course_utils.features.feature_maps import feature_maps
from course_utils.features.grad_cam import grad_cam
from course_utils.features.maximise import Maximised, maximise
from course_utils.features.objective import Objective
from course_utils.features.objectives import channel, class_logit, direction, layer, unit
from course_utils.features.parametrisations import Fourier, Pixel
from course_utils.features.patches import Patches, exciting_patches
from course_utils.features.regularisers import Blur, decay, high_frequencies, total_variation
from course_utils.features.saliency import gradient_times_input, input_gradient, mass_on, saliency, smooth_saliency
from course_utils.features.transforms import Jitter, Rotate, Scale

__all__ = [
    "Blur",
    "Fourier",
    "Jitter",
    "Maximised",
    "Objective",
    "Patches",
    "Pixel",
    "Rotate",
    "Scale",
    "channel",
    "class_logit",
    "decay",
    "direction",
    "exciting_patches",
    "feature_maps",
    "grad_cam",
    "gradient_times_input",
    "high_frequencies",
    "input_gradient",
    "layer",
    "layer_shapes",
    "mass_on",
    "maximise",
    "saliency",
    "smooth_saliency",
    "total_variation",
    "unit",
]
