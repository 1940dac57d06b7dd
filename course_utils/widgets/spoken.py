"""What a screen reader says of an explorer: names that ipywidgets leaves out of the page."""

from html import escape

import ipywidgets as widgets

# The smallest GIF: an element whose loading runs a script in JupyterLab and on Colab, with no extension of either.
SPECK = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
# Explorer and speck can come into the page in either order, so it tries again for five seconds.
SCRIPT = """(function name(speck, tries) {
    const box = speck.closest('.widget-vbox');
    const picture = box && box.querySelector('.widget-image');
    if (!picture) return tries && setTimeout(() => name(speck, tries - 1), 50);
    picture.alt = speck.dataset.picture;
    box.querySelector('.widget-html-content').setAttribute('role', 'status');
    for (const slider of box.querySelectorAll('.widget-slider')) {
        const label = slider.querySelector('label').textContent;
        slider.querySelector('.widget-readout').setAttribute('role', 'textbox');
        for (const part of slider.querySelectorAll('[role=slider], [role=textbox]'))
            part.setAttribute('aria-label', label);
    }
})(this, 100)"""


class Spoken(widgets.HTML):
    """Gives the explorer that it is a child of its names: sliders and their numbers are called as their label says,
    the picture gets an alternative text, and the line of text is read out when it changes. Nothing of it is seen.
    """

    def tell(self, picture):
        """Set the picture's alternative text."""
        self.value = f'<img hidden alt="" src="{SPECK}" data-picture="{escape(picture)}" onload="{escape(SCRIPT)}">'
