"""What every explorer is made of: controls above one picture and one line of text."""

import io

import ipywidgets as widgets

from course_utils.plotting.words import alternative_text
from course_utils.widgets.spoken import Spoken

WORDS = {"description_width": "9em"}
WIDE = {"width": "32em"}
DOTS_PER_INCH = 90


class Explorer(widgets.VBox):
    """Controls, and the picture and text that a function makes of their values whenever one of them moves.

    Sliders move with the arrow keys, or by typing into the number beside them. What the picture shows stands below it
    as text too, for those who cannot see it.

    Args:
        draw: function of the controls' values by name; returns a matplotlib figure and one line of text.
        controls: ipywidgets with a `value`, by name.

    Attributes:
        controls: dict from name to widget.
        picture: `ipywidgets.Image` with PNG bytes.
        text: `ipywidgets.HTML`.
        spoken: `Spoken`, with the picture's alternative text.
    """

    def __init__(self, draw, **controls):
        self.controls = controls
        self.picture = widgets.Image(format="png", layout={"align_self": "flex-start", "max_width": "100%"})
        self.text = widgets.HTML()
        self.spoken = Spoken(layout={"display": "none"})
        self._make = draw
        super().__init__([*controls.values(), self.picture, self.text, self.spoken])
        for control in controls.values():
            control.observe(self._draw, names="value")
        self._draw()

    def _draw(self, change=None):
        figure, text = self._make(**{name: control.value for name, control in self.controls.items()})
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
        self.picture.value, self.text.value = buffer.getvalue(), text
        self.spoken.tell(alternative_text(figure))


def whole(name, value, low, high):
    """Slider over whole numbers from `low` to `high`."""
    return widgets.IntSlider(value, low, high, description=name, style=WORDS, layout=WIDE)


def real(name, value, low, high, step=0.1):
    """Slider over real numbers from `low` to `high`."""
    digits = 2 if step < 0.1 else 1
    return widgets.FloatSlider(
        value, min=low, max=high, step=step, readout_format=f".{digits}f", description=name, style=WORDS, layout=WIDE
    )


def choice(name, options, value=None):
    """Drop-down list; `options` is a list of texts, or a dict from text to value."""
    first = next(iter(options.values() if isinstance(options, dict) else options))
    value = first if value is None else value
    return widgets.Dropdown(options=options, value=value, description=name, style=WORDS, layout=WIDE)
