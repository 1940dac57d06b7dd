"""A summary as an aligned text, and as a table of a notebook."""

from html import escape

HEADERS = ("layer", "kind", "output", "parameters", "activations", "multiply-adds", "receptive field", "memory (KiB)")
TEXT_COLUMNS = 3
DEFINITIONS = (
    "All numbers are for one image; memory is that of parameters and activations in float32.",
    "Multiply-adds: products of a weight with an input, in convolutions and dense layers only.",
    "Receptive field: '-' where it is no smaller than the image, or not known.",
)


def text(summary):
    """The table as lines of text, columns aligned."""
    lines = [HEADERS, *map(_cells, summary.rows), _total(summary)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines = ["  ".join(map(_aligned, range(len(widths)), line, widths)).rstrip() for line in lines]
    rule = "-" * max(map(len, lines))
    return "\n".join([summary.name, lines[0], rule, *lines[1:-1], rule, lines[-1], *notes(summary)])


def html(summary):
    """The table as HTML, numbers to the right."""
    head, *body = (
        "<tr>" + "".join(map(_cell, range(len(line)), line, [tag] * len(line))) + "</tr>"
        for tag, line in _tagged(summary)
    )
    caption = f"<caption>{escape(summary.name)}</caption>"
    below = "".join(f"<p>{escape(note)}</p>" for note in notes(summary))
    return f"<table>{caption}<thead>{head}</thead><tbody>{''.join(body)}</tbody></table>{below}"


def notes(summary):
    """Sentences beneath the table: what is counted, and what is not."""
    lines = [*DEFINITIONS]
    unknown = [f"{row.name} ({row.kind})" for row in summary.rows if row.multiply_adds is None]
    if unknown:
        known = sum(row.multiply_adds for row in summary.rows if row.multiply_adds is not None)
        lines.append(f"?: the multiply-adds of {', '.join(unknown)} are not known. All other layers take {known:,}.")
    if summary.outside:
        lines.append(f"{summary.outside:,} parameters of the model belong to no layer of its graph.")
    return lines


def _tagged(summary):
    yield "th", HEADERS
    for row in summary.rows:
        yield "td", _cells(row)
    yield "th", _total(summary)


def _cells(row):
    return (
        row.name,
        row.kind,
        _shape(row.output_shape),
        *_numbers(row),
        "-" if row.receptive_field is None else _shape(row.receptive_field),
        _kibibytes(row),
    )


def _total(summary):
    return ("total", "", "", *_numbers(summary), "", _kibibytes(summary))


def _numbers(counted):
    unknown = counted.multiply_adds is None
    return f"{counted.parameters:,}", f"{counted.activations:,}", "?" if unknown else f"{counted.multiply_adds:,}"


def _kibibytes(counted):
    return f"{counted.memory_bytes / 1024:,.1f}"


def _shape(shape):
    if shape and isinstance(shape[0], tuple):
        return ", ".join(map(_shape, shape))
    return "x".join(map(str, shape)) or "1"


def _aligned(column, cell, width):
    return cell.ljust(width) if column < TEXT_COLUMNS else cell.rjust(width)


def _cell(column, cell, tag):
    side = "left" if column < TEXT_COLUMNS else "right"
    return f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>'
