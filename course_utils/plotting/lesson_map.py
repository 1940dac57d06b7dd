"""The map of the lessons for notebooks: the picture, with a link on every box."""

import base64
from dataclasses import dataclass
from html import escape

from course_utils.lessons import LESSONS, minutes
from course_utils.plotting.lesson_picture import BOX_HEIGHT, BOX_WIDTH, corner, size, svg, words


@dataclass(frozen=True)
class LessonMap:
    """The map; a notebook shows it as the last value of a cell.

    JupyterLab takes inline SVG out of a notebook that it does not trust yet, so the picture is an image with the links
    laid over it. A site that takes out their places shows them below it as a list.

    Args:
        folder: what comes before a notebook's name in its link: nothing beside the notebooks, otherwise a path or an
            address that ends in a slash.
    """

    folder: str = ""

    def __post_init__(self):
        if self.folder and not self.folder.endswith("/"):
            raise ValueError(f"folder must be empty or end in a slash. Received: folder={self.folder!r}.")

    def _repr_html_(self):
        data = base64.b64encode(svg().encode()).decode()
        return (
            '<div style="position: relative; max-width: 600px">'
            f'<img alt="Map of the lessons. {escape(words())}" src="data:image/svg+xml;base64,{data}" '
            'style="display: block; width: 100%">'
            f'<ul style="margin: 0; padding: 0">{"".join(self._link(lesson) for lesson in LESSONS)}</ul></div>'
        )

    def _link(self, lesson):
        width, height = size()
        x, y = corner(lesson.number)
        place = (
            f"left: {100 * x / width:.2f}%; top: {100 * y / height:.2f}%; "
            f"width: {100 * BOX_WIDTH / width:.2f}%; height: {100 * BOX_HEIGHT / height:.2f}%"
        )
        label = f"{lesson.number:02} {escape(lesson.title)}, {minutes(lesson.seconds)}"
        return (
            '<li style="list-style: none">'
            f'<a href="{escape(self.folder + lesson.file)}" title="{label}" '
            f'style="position: absolute; {place}">'
            f'<span style="position: absolute; clip: rect(0px, 0px, 0px, 0px)">{label}</span></a></li>'
        )


def lesson_map(folder=""):
    """The map of the lessons.

    Args:
        folder: what comes before a notebook's name in its link: nothing beside the notebooks, otherwise a path or an
            address that ends in a slash.

    Returns:
        A `LessonMap`.

    Raises:
        ValueError: where the folder has no slash at its end.
    """
    return LessonMap(folder)
