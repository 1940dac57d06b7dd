"""What is written down of every epoch."""

from course_utils.train.watch import line

ROW = {
    "epoch": 7,
    "seconds": 1.25,
    "images_per_second": 740.4,
    "generator_loss": 0.123456,
    "classifier": "digits-100.0",
}


def test_an_epoch_is_one_line():
    said = "epoch   7/120  1.2 s  740 images/s  generator_loss 0.1235  classifier digits-100.0"
    assert line(ROW, 120) == said
