"""A Jupyter kernel provisioner that starts the kernel inside the sandbox."""

import subprocess
import sys
from pathlib import Path

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from course_utils.grading import sandbox

KERNEL = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
LARGEST_MESSAGE = 8 * 2**20
MESSAGES_IN_LINE = 64


class SandboxProvisioner(LocalProvisioner):
    """Wraps the kernel's command in `prlimit` and the sandbox; its manager must talk over `ipc`.

    A network of its own is what the sandbox has none of, so the sockets are files in the folder of the connection file.
    """

    async def pre_launch(self, **kwargs):
        if self.parent.transport != "ipc":
            raise ValueError(f"A sandboxed kernel has no network. Received: transport={self.parent.transport!r}.")
        kwargs = await super().pre_launch(**kwargs)
        limits, folder = self.parent.limits, Path(self.parent.connection_file).parent
        # A resource limit holds for all that a process starts, and no process can raise its own again.
        inner = [
            "prlimit",
            f"--data={int(limits.memory)}",
            f"--fsize={int(limits.file)}",
            f"--cpu={int(limits.cpu_seconds)}",
            f"--nproc={int(limits.processes)}",
            "--core=0",
            "--",
            *kwargs["cmd"],
        ]
        kwargs["cmd"] = sandbox.command(inner, limits.folder, folder)
        return quiet(kwargs)


class UnsafeProvisioner(LocalProvisioner):
    """The kernel as the instructor's own process, for `--unsafe-no-sandbox`."""

    async def pre_launch(self, **kwargs):
        return quiet(await super().pre_launch(**kwargs))


def quiet(kwargs):
    """Launch options with nothing of the instructor's environment, and with the kernel's own output thrown away."""
    kwargs["env"] = {}
    # Code that writes past Jupyter, straight to the terminal, writes to nobody.
    return kwargs | {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Manager(AsyncKernelManager):
    """Manager of one kernel for one notebook, over sockets in a folder.

    Args:
        folder: an empty real folder for the connection file and the sockets; its path must be short (a socket's path
            has at most 107 characters).
        limits: a `Limits`.
        sandboxed: False runs the kernel unprotected.
    """

    def __init__(self, folder, limits, sandboxed=True):
        context = zmq.asyncio.Context()
        # Options set here hold for the sockets made later: one message may not fill this process's memory, nor many.
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        context.setsockopt(zmq.RCVHWM, MESSAGES_IN_LINE)
        super().__init__(
            transport="ipc",
            ip=f"{folder}/s",
            connection_file=f"{folder}/kernel.json",
            context=context,
            autorestart=False,
        )
        self.limits, self.sandboxed = limits, sandboxed

    @property
    def kernel_spec(self):
        # An interrupt as a signal would meet the sandbox's outer process, which it ends.
        return KernelSpec(argv=KERNEL, display_name="Python 3", language="python", interrupt_mode="message")

    async def _async_pre_start_kernel(self, **kwargs):
        chosen = SandboxProvisioner if self.sandboxed else UnsafeProvisioner
        # Given here and not by an entry point, so that no kernel specification installed by anybody can name another.
        self.provisioner = chosen(kernel_id="grading", kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kwargs)
