"""csodata: `validate_table`, the parents as Arrow tables."""

from collections.abc import Iterator

import pyarrow.csv
from commitments import PARENTS
from generate import Case

from csodata.reading import Limits
from csodata.report import Report
from csodata.validation import validate_table
from peers import Finding


def check(case: Case) -> Report:
    """Validate the table, every problem listed; of a column that is all wrong, the first problems and the totals."""
    listed = {} if case.name == "column" else {"problems": 10**9}
    limits = Limits(file_bytes=10**12, held_bytes=10**12, rows=10**10, **listed)
    parents = {table: pyarrow.csv.read_csv(case.parent(table)) for table in PARENTS} if case.keys else {}
    return validate_table(case.schema, case.table, parents, limits=limits)


def found(report: Report) -> Iterator[Finding]:
    """Yield what it says."""
    for problem in report.problems:
        if problem.severity == "error":
            yield Finding(problem.code, problem.row or 0, problem.line, problem.field)


def totals(report: Report) -> dict[str, int]:
    """Return how often it found each class; not every one of them need be listed."""
    return report.counts.by_code
