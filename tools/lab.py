"""Opens JupyterLab on the page where the course starts, with what the machine at hand asks for.

Usage: python tools/lab.py [arguments for JupyterLab]
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A path inside ROOT: JupyterLab's list of files shows the folder of the page that it opens.
FIRST_PAGE = "notebooks/00_start_here.ipynb"
# Without these, JupyterLab's first words to a student are a question about its news, and it calls home for updates.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
# nbgrader's lists of courses and assignments need its exchange, a folder that all students of one server share. Here
# students get files, and those lists would show nothing but an error.
PAGE = {"disabledExtensions": {"@jupyter/nbgrader:assignment-list": True, "@jupyter/nbgrader:course-list": True}}


def has_display(platform, environ):
    """Tell whether a browser window would be seen: not over SSH, and on Linux only with a display server."""
    if "SSH_CONNECTION" in environ:
        return False
    return not platform.startswith("linux") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def options(platform, environ, is_root, given=()):
    """Return JupyterLab's options; where a port is taken it tries the next by itself.

    An option that is `given` too is left to that: JupyterLab takes none twice.
    """
    chosen = [
        # Assignments and texts lie beside the lessons, and nbgrader wants the course's folder within the root.
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_PAGE}",
        "--log-level=WARN",
        # Without it every kernel warns on the terminal that its messages could be read by others on this machine.
        "--KernelManager.transport_encryption=auto",
        # The server's own default is longer than what Tornado allows, and every start would warn of that.
        "--ServerApp.tornado_settings={'ws_ping_timeout': 30000}",
    ]
    if is_root:
        chosen.append("--allow-root")
    if not has_display(platform, environ):
        chosen.append("--no-browser")
    names = {option.partition("=")[0] for option in given}
    return [option for option in chosen if option.partition("=")[0] not in names]


def write_settings(environment):
    """Write the course's defaults where JupyterLab looks for an environment's own."""
    folder = environment / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(SETTINGS))
    (folder / "page_config.json").write_text(json.dumps(PAGE))


def main(arguments):
    """Become JupyterLab."""
    environment = Path(sys.prefix)
    write_settings(environment)
    # Terminals opened in JupyterLab find the environment's programs first.
    os.environ["PATH"] = os.pathsep.join([str(environment / "bin"), os.environ["PATH"]])
    os.environ["VIRTUAL_ENV"] = str(environment)
    print("Starting JupyterLab: its address follows. Ctrl-C here ends it.", flush=True)
    chosen = options(sys.platform, os.environ, is_root=os.geteuid() == 0, given=arguments)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *chosen, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
