"""A Sphinx extension that sets equations as MathML: no script, no style sheet and no network where they are read."""

import html
import re

from docutils import nodes
from sphinx.util import logging

from tools.site.mathml import mathml

logger = logging.getLogger(__name__)
TAG = re.compile(r"\s*\\tag\{([^}]*)\}")


def translated(writer, node, latex, display):
    """Return a formula's MathML; a formula that is none becomes a warning, and so an error of the build."""
    try:
        return mathml(latex, display)
    except ValueError as error:
        logger.warning("%s In the formula: %s", error, latex, location=node, type="equation")
        return f"<code>{html.escape(latex)}</code>"


def visit_inline(writer, node):
    writer.body.append(translated(writer, node, node.astext(), display=False))
    raise nodes.SkipNode


def visit_block(writer, node):
    latex = node.astext()
    formula = translated(writer, node, TAG.sub("", latex), display=True)
    number = "".join(f'<span class="number">({html.escape(tag)})</span>' for tag in TAG.findall(latex))
    writer.body.append(f'<div class="equation"><div class="formula">{formula}</div>{number}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
