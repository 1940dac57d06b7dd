"""What the command line may say."""

import subprocess
import sys

import pytest

from course_utils.train.options import parse
from course_utils.train.recipes import RECIPES


def test_what_is_left_out_is_the_lessons(tmp_path):
    settings, out, precision = parse(["dcgan", "--out", str(tmp_path / "run")])
    recipe = RECIPES["dcgan"]
    assert (settings.dataset, settings.epochs, settings.batch_size) == ("digits", recipe.epochs, recipe.batch_size)
    assert (settings.width, settings.latent_dim, settings.size, settings.devices) == (32, 64, None, 1)
    assert settings.share_fakes is False
    assert (out, precision) == (tmp_path / "run", None)


def test_what_is_given_counts(tmp_path):
    given = "--dataset mnist --epochs 3 --seed 4 --latent-dim 5 --every 6 --measure-every 0 --precision float32"
    settings, _, precision = parse(["cgan", "--share-fakes", "--out", str(tmp_path), *given.split()])
    assert (settings.dataset, settings.epochs, settings.seed, settings.latent_dim) == ("mnist", 3, 4, 5)
    assert (settings.every, settings.measure_every, precision) == (6, 0, "float32")
    assert settings.share_fakes is True


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("dcgna", "unknown. Received: 'dcgna'. Did you mean 'dcgan'? Known: vanilla, dcgan, cgan"),
        ("dcgan --dataset mnits", "Unknown data set. Received: 'mnits'. Did you mean 'mnist'? For this game: digits,"),
        ("cgan --dataset tissue", "tissue holds pairs of images, and this game needs labelled images: choose one of"),
        ("pix2pix --dataset digits", "needs pairs of images: choose one of tissue, facades"),
        ("cyclegan --latent-dim 3", "cyclegan starts from images and has no latent vectors: leave --latent-dim out"),
        ("dcgan --epochs 0", "--epochs: must be a whole number of at least 1. Received: '0'."),
        ("dcgan --epochs many", "--epochs: must be a whole number of at least 1. Received: 'many'."),
        ("dcgan --measure-every -1", "--measure-every: must be a whole number of at least 0. Received: '-1'."),
        ("dcgan --seed 2147483648", "--seed: must be a whole number from 0 to 2147483647. Received: '2147483648'."),
        ("dcgan --precision float8", "--precision: invalid choice: 'float8'"),
        ("dcgan --size 4", "--size: must be a whole number of at least 8. Received: '4'."),
        ("dcgan --speed 4", "unrecognized arguments: --speed 4"),
    ],
)
def test_bad_input_is_one_line_and_status_2(given, said, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        parse([*given.split(), "--out", str(tmp_path)])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "run").write_text("")
    with pytest.raises(SystemExit):
        parse(["dcgan", "--out", str(tmp_path / "run")])
    assert "is a file, and a run needs a folder" in capsys.readouterr().err


def test_options_are_read_before_any_backend_starts():
    code = "import sys, course_utils.train.__main__; print([m for m in ('keras', 'matplotlib') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
