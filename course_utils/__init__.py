"""Keras 3 models, data, metrics and pictures for the course on CNNs and GANs.

Importing this package imports no backend: call `course_utils.runtime.start()` first, then import what a lesson needs.
"""

__version__ = "0.1.0"
