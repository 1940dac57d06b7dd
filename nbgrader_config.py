"""nbgrader's own commands and its buttons in JupyterLab find the course's folders by this file."""

from course_utils.grading.course import COURSE

c = get_config()  # noqa: F821 (nbgrader gives it to this file)

c.CourseDirectory.course_id = COURSE
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# The Validate button starts kernels by these settings, not by JupyterLab's; see tools/lab.py.
c.KernelManager.transport_encryption = "auto"
