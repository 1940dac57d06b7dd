"""Machines that look like one of Google Colab's, each as empty as a new one of theirs.

Colab's packages come from an environment made beforehand; a machine lays an empty one over it, which takes what a
notebook installs. The published repository is answered from a copy on this disk, and there is no network: pip finds
only the wheels that lie ready.
"""

import os
import shutil
import subprocess
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from tools.badges import GITHUB, repository

ROOT = Path(__file__).resolve().parents[2]
STUB = Path(__file__).resolve().parent / "stub"
SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"
# The discard port of this machine: nobody answers there.
NOBODY = "http://127.0.0.1:9"


def output(*command, **options):
    """Run a command and return what it printed, without the line's end; raise where it fails."""
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True, **options)
    return done.stdout.strip()


def publish(folder):
    """Make a git repository in `folder` that holds this working tree, without what git ignores."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    work = ["git", f"--git-dir={folder}", f"--work-tree={ROOT}"]
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    for command in (
        ["git", "init", "--quiet", "--bare", folder],
        [*work, "config", "core.bare", "false"],
        [*work, "config", "uploadpack.allowFilter", "true"],
        [*work, "add", "--all"],
        [*work, *identity, "commit", "--quiet", "--no-verify", "--message=Working tree"],
    ):
        output(*command, cwd=ROOT, env=environ)


def lay_over(environment, folder):
    """Make an empty environment in `folder` that sees the packages of another one; return its site-packages."""
    below = output(environment / "bin" / "python", "-c", SITE_PACKAGES)
    output(environment / "bin" / "python", "-m", "venv", "--without-pip", folder)
    above = Path(output(folder / "bin" / "python", "-c", SITE_PACKAGES))
    # A plain path: what a line of code adds, pip would not leave out of the environments that it builds in.
    (above / "below.pth").write_text(f"{below}\n")
    return above


class Machine:
    """A new machine in an empty folder: `content` is where a notebook runs, as on Colab."""

    def __init__(self, folder, environment, published):
        """Make the machine.

        Args:
            folder: an empty folder.
            environment: virtual environment with Colab's packages, and in `wheels` what pip would fetch there.
            published: git repository that answers for the course's address.
        """
        self.content = folder / "content"
        self.content.mkdir()
        (folder / "home").mkdir()
        self._python = folder / "machine" / "bin" / "python"
        self.site_packages = lay_over(environment, folder / "machine")
        shutil.copytree(STUB, self.site_packages, dirs_exist_ok=True)
        self.environ = {
            "PATH": f"{self._python.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "MPLCONFIGDIR": str(environment / "matplotlib"),
            "http_proxy": NOBODY,
            "https_proxy": NOBODY,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(environment / "wheels"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": f"{GITHUB}{repository()}",
            "COURSE_REPOSITORY": str(ROOT),
            "COURSE_ENVIRONMENT": str(environment),
        }

    def kernels(self):
        """Return the class of kernel managers that start kernels on this machine."""
        command = [str(self._python), "-m", "colab_kernel_launcher", "-f", "{connection_file}"]

        class Kernels(AsyncKernelManager):
            kernel_spec = KernelSpec(argv=command, display_name="Colab", language="python")

        return Kernels

    def installed(self):
        """Return the names of the packages that were installed on this machine."""
        return sorted(path.name.split("-")[0] for path in self.site_packages.glob("*.dist-info"))

    def prepare(self):
        """Let matplotlib list the fonts, as on Colab it has: else the first lesson would warn that this takes long."""
        output(self._python, "-c", "import matplotlib.font_manager", env=self.environ)
