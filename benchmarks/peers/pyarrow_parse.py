"""pyarrow: the file parsed and its columns' types inferred, as it does by itself; nothing is checked."""

import pyarrow
import pyarrow.csv
from generate import Case


def check(case: Case) -> pyarrow.Table:
    """Parse the file; it has line breaks in cells, which must be said."""
    pyarrow.set_cpu_count(2)
    return pyarrow.csv.read_csv(case.table, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
