"""Pictures of the lessons: every function returns a matplotlib figure, closed for pyplot, so that a notebook shows it
once, where it is the last value of a cell.
"""

from course_utils.plotting.images import checked_images, draw_image, image_grid, image_rows
from course_utils.plotting.line import curves, game, moments
from course_utils.plotting.operations import filtering, number_grids, pictures, receptive_field, weight_matrices
from course_utils.plotting.places import landing_rows, landings, touched, unseen_pixels
from course_utils.plotting.shapes import layer_bars, short, totals, volumes
from course_utils.plotting.training import histories, loss_curves, shares, training_progress

__all__ = [
    "checked_images",
    "curves",
    "draw_image",
    "filtering",
    "game",
    "histories",
    "image_grid",
    "image_rows",
    "landing_rows",
    "landings",
    "layer_bars",
    "loss_curves",
    "moments",
    "number_grids",
    "pictures",
    "receptive_field",
    "shares",
    "short",
    "totals",
    "touched",
    "training_progress",
    "unseen_pixels",
    "volumes",
    "weight_matrices",
]
