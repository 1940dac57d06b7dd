"""The browser that drives the tests of pages.

Usage: python tools/chromium.py     ends with a sentence on what to install where there is none.
"""

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    f"There is no browser: none of {', '.join(NAMES)} is on the PATH. Install one, on Debian and Ubuntu by "
    "`sudo apt-get install chromium`, then run this again."
)


def executable():
    """Return the browser's path, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(None if executable() else MISSING)
