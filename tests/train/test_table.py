"""One row an epoch."""

from course_utils.train.table import Table

COLUMNS = ["epoch", "loss", "kid"]


def test_rows_come_in_the_order_of_the_columns_and_may_lack_some(tmp_path):
    table = Table(tmp_path / "metrics.csv", COLUMNS)
    table.add({"epoch": 1, "loss": 0.1})
    table.add({"loss": 1 / 3, "kid": 2.0, "epoch": 2})
    assert (tmp_path / "metrics.csv").read_text() == "epoch,loss,kid\n1,0.1,\n2,0.3333333333333333,2.0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.csv"]


def test_rows_of_later_epochs_are_forgotten(tmp_path):
    first = Table(tmp_path / "metrics.csv", COLUMNS)
    for epoch in range(1, 12):
        first.add({"epoch": epoch, "loss": 0.5})
    second = Table(tmp_path / "metrics.csv", COLUMNS)
    second.keep(9)
    second.add({"epoch": 10, "loss": 0.25})
    lines = (tmp_path / "metrics.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", *map(str, range(1, 11))]
    assert lines[-1] == "10,0.25,"
