"""Pictures of the lessons: every function returns a matplotlib figure, closed for pyplot, so that a notebook shows it
once, where it is the last value of a cell.
"""

from course_utils.plotting.attacks import (
    accuracy_under_attack,
    answer_bars,
    logits_on_line,
    perturbations,
    target_grid,
)
from course_utils.plotting.classes import chosen, confusion
from course_utils.plotting.features import channel_portrait, map_rows
from course_utils.plotting.images import checked_images, draw_image, image_grid, image_rows
from course_utils.plotting.line import curves, game, moments
from course_utils.plotting.operations import filtering, number_grids, pictures, receptive_field, weight_matrices
from course_utils.plotting.places import landing_rows, landings, touched, unseen_pixels
from course_utils.plotting.shapes import layer_bars, short, totals, volumes
from course_utils.plotting.training import histories, loss_curves, shares, training_progress
from course_utils.plotting.translation import patch_scores, trade_off

__all__ = [
    "accuracy_under_attack",
    "answer_bars",
    "channel_portrait",
    "checked_images",
    "chosen",
    "confusion",
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
    "logits_on_line",
    "loss_curves",
    "map_rows",
    "moments",
    "number_grids",
    "patch_scores",
    "perturbations",
    "pictures",
    "receptive_field",
    "shares",
    "short",
    "target_grid",
    "totals",
    "touched",
    "trade_off",
    "training_progress",
    "unseen_pixels",
    "volumes",
    "weight_matrices",
]
