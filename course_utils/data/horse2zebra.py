"""Photographs of horses and of zebras from ImageNet, as Zhu et al. 2017 (arXiv:1703.10593) chose them."""

from course_utils.data.archive import read_images, unpacked

ADDRESS = "https://efrosgans.eecs.berkeley.edu/cyclegan/datasets/horse2zebra.zip"
# As TensorFlow Datasets publishes it in its checksums of cycle_gan; 116,867,962 bytes.
SHA256 = "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1"


def horse2zebra(split, size):
    """Returns horses and zebras of one split: `(a, b)`, each `(n, size, size, 3)`, float32 in [-1, 1].

    Raises:
        DownloadError: the archive could not be downloaded or read.
    """
    folder = unpacked("horse2zebra", "horse2zebra.zip", ADDRESS, "load_unpaired('ink')", SHA256) / "horse2zebra"
    return tuple(read_images(folder / f"{split}{side}", size) for side in "AB")
