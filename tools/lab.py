"""Opens JupyterLab on the lessons, with what the machine at hand asks for.

Usage: python tools/lab.py [arguments for JupyterLab]
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Without these, JupyterLab's first words to a student are a question about its news, and it calls home for updates.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def has_display(platform, environ):
    """Tell whether a browser window would be seen: not over SSH, and on Linux only with a display server."""
    if "SSH_CONNECTION" in environ:
        return False
    return not platform.startswith("linux") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def options(platform, environ, is_root):
    """Return JupyterLab's options; where a port is taken it tries the next by itself."""
    chosen = [
        f"--ServerApp.root_dir={ROOT / 'notebooks'}",
        "--log-level=WARN",
        # Without it every kernel warns on the terminal that its messages could be read by others on this machine.
        "--KernelManager.transport_encryption=auto",
    ]
    if is_root:
        chosen.append("--allow-root")
    if not has_display(platform, environ):
        chosen.append("--no-browser")
    return chosen


def write_settings(environment):
    """Write the course's defaults where JupyterLab looks for an environment's own."""
    folder = environment / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(SETTINGS))


def main(arguments):
    """Become JupyterLab."""
    environment = Path(sys.prefix)
    write_settings(environment)
    # Terminals opened in JupyterLab find the environment's programs first.
    os.environ["PATH"] = os.pathsep.join([str(environment / "bin"), os.environ["PATH"]])
    os.environ["VIRTUAL_ENV"] = str(environment)
    print("Starting JupyterLab: its address follows. Ctrl-C here ends it.", flush=True)
    chosen = options(sys.platform, os.environ, is_root=os.geteuid() == 0)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *chosen, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
