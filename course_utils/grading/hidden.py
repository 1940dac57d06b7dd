"""The marks around hidden tests in a source, as nbgrader knows them."""

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def visible(source):
    """A test's source without its hidden regions."""
    lines, hidden = [], False
    for line in source.split("\n"):
        hidden = hidden or BEGIN in line
        if not hidden:
            lines.append(line)
        hidden = hidden and END not in line
    return "\n".join(lines)
