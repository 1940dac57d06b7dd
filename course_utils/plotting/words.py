"""What a picture holds, in words: the alternative text of a figure, for those who do not see it.

It names what is drawn, not what to conclude: that stands in the lesson's text after the figure.
"""

import re

from matplotlib.container import BarContainer


def alternative_text(figure):
    """One line of text: the figure's title, then its panels, each with its title, what it holds and its axes.

    Args:
        figure: a matplotlib figure, drawn to the end.
    """
    named = joined([panel(axis) for axis in figure.axes if axis.get_visible()])
    parts = [figure.get_suptitle(), "; ".join(filter(None, named)), *legends(figure)]
    return plain(f"Figure: {'. '.join(part for part in parts if part)}".rstrip(". ") + ".")


def panel(axis):
    """(name, number of pictures, what else it holds) of one panel."""
    names = [axis.get_title(loc=where) for where in ("left", "center", "right")]
    labels = {"across": axis.get_xlabel(), "up": axis.get_ylabel()}
    texts = [text.get_text() for text in axis.texts if re.search(r"[^\W\d_]{2}", text.get_text())]
    if not axis.axison and not axis.images:
        return ", ".join(unique(names)), 0, ", ".join(unique(texts))
    if axis.images:
        return ", ".join(unique([*labels.values(), *names])), len(axis.images), ""
    words = [*things(axis), *texts]
    if legend := axis.get_legend():
        words.append(f"named {', '.join(text.get_text() for text in legend.get_texts())}")
    words += [f"{direction}: {label}" for direction, label in labels.items() if label]
    return ", ".join(unique(names)), 0, ", ".join(unique(words))


def things(axis):
    """How many of each kind of thing a panel without pictures holds, such as "2 curves"."""
    kinds = {
        "curve": sum(len(line.get_xdata()) > 2 for line in axis.lines),
        "bar": sum(len(container) for container in axis.containers if isinstance(container, BarContainer)),
    }
    return [counted(number, kind) for kind, number in kinds.items() if number]


def joined(panels):
    """One text for each panel; pictures without a name of their own count with those before them."""
    groups = []
    for name, pictures, words in panels:
        if pictures and not name and groups and groups[-1][1]:
            groups[-1][1] += pictures
        else:
            groups.append([name, pictures, words])
    return [described(*group) for group in groups]


def described(name, pictures, words):
    """A panel in words, or nothing where it is empty."""
    if name and pictures == 1:
        return name
    held = counted(pictures, "picture") if pictures else words
    return ": ".join(part for part in (name, held) if part)


def legends(figure):
    """What the legends that belong to the whole figure say, one text for each."""
    for legend in figure.legends:
        yield f"Legend: {', '.join(text.get_text() for text in legend.get_texts())}"


def counted(number, kind):
    return f"{number} {kind}" if number == 1 else f"{number} {kind}s"


def unique(texts):
    """Texts that say something, each once, in their order."""
    return list(dict.fromkeys(text for text in texts if text))


def plain(text):
    """Text on one line, without the marks of matplotlib's formulas."""
    return re.sub(r"\s+", " ", re.sub(r"\$|\\mathrm|\\mathbf|[{}\\]", "", text)).strip()
