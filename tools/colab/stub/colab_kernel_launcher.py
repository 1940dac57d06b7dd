"""Starts a kernel as Colab's launcher of this name does: with `google.colab` loaded.

What COURSE_REPOSITORY names cannot be read in it, except for the environment itself: on Colab there is no repository.
"""

import os
import sys

import google.colab  # noqa: F401
from ipykernel.kernelapp import launch_new_instance

READING = {"open", "os.listdir", "os.scandir"}
REPOSITORY = os.path.join(os.environ["COURSE_REPOSITORY"], "")
ENVIRONMENT = os.path.join(os.environ["COURSE_ENVIRONMENT"], "")


def refuse_repository(event, arguments):
    """Audit hook (PEP 578): raise where a path inside the repository is opened or listed."""
    if event in READING and isinstance(arguments[0], str):
        path = os.path.join(os.path.abspath(arguments[0]), "")
        if path.startswith(REPOSITORY) and not path.startswith(ENVIRONMENT):
            raise PermissionError(f"Colab has no repository, but this was read from it: {arguments[0]}")


if __name__ == "__main__":
    sys.addaudithook(refuse_repository)
    launch_new_instance()
