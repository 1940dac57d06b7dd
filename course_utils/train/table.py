"""`metrics.csv`: one row an epoch, whatever happens to the run."""

import csv

from course_utils.train.folder import whole


class Table:
    """Rows by epoch in a file that is replaced as a whole, so that it never ends in half a row.

    Args:
        path: of the file; rows that stand in it are kept.
        columns: names, `epoch` first. A row may lack some of them.
    """

    def __init__(self, path, columns):
        self.path, self.columns, self.rows = path, columns, []
        if path.exists():
            with path.open(newline="") as file:
                self.rows = list(csv.DictReader(file))

    def keep(self, epochs):
        """Forget what stands there of later epochs: they will be run again."""
        self.rows = [row for row in self.rows if int(row["epoch"]) <= epochs]

    def add(self, row):
        """Add one epoch's row, a dict from names of columns to values, and write the file."""
        self.rows.append(row)
        with whole(self.path) as draft, draft.open("w", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
