"""What watches a run: samples as they improve, and checkpoints from which it resumes exactly."""

from course_utils.callbacks.checkpoint import Checkpoint
from course_utils.callbacks.sample_grid import SampleGrid

__all__ = ["Checkpoint", "SampleGrid"]
