"""Sphinx's settings for the site; `tools/site/__main__.py` writes the pages' sources and starts Sphinx with these."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

project = "Convolutional networks and GANs"
language = "en-GB"
extensions = ["myst_nb", "tools.site.equations"]

# The lessons are shown as they were committed; nothing runs.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "html_image"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
html_math_renderer = "mathml"

html_theme = "furo"
html_title = project
html_static_path = [str(HERE / "static")]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_show_copyright = False
html_permalinks_icon = "#"
pygments_style = "default"
pygments_dark_style = "github-dark"


def headings_with_level(app, pagename, templatename, context, doctree):
    """Give the side bar's captions the heading level that Sphinx leaves out, and that screen readers need."""
    if tree := context.get("furo_navigation_tree"):
        context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app):
    # After the theme has made its tree.
    app.connect("html-page-context", headings_with_level, priority=900)
