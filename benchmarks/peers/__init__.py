"""The peers: each a module with `check(case)`, which the clock runs over, and `found(result)`, which it does not.

`check` does all that the peer needs from the file on disk to its own list of faults; `found` restates that list as
findings. A module's imports stand at its top, since imports are measured apart.
"""

from typing import NamedTuple


class Finding(NamedTuple):
    """What a peer says of one cell or row: the class (a code of csodata's), and as much of the place as it gives."""

    code: str
    row: int
    line: int | None = None
    column: str | None = None


class Peer(NamedTuple):
    """One peer: what it is called, and what it cannot do."""

    title: str
    module: str
    needs: str
    """The distribution it comes in; "" for what is always there."""
    validates: bool = True
    blind: frozenset[str] = frozenset()
    """Classes of faults that it has no rule for."""
    remark: str = ""
    in_full: int = 100_000_000
    """Rows up to which it is measured in full, unless told otherwise; above, it is measured at so many and scaled."""


NO_LINES = "no physical lines"
PEERS = {
    "csodata": Peer("csodata", "csodata_table", "csodata"),
    "frictionless": Peer(
        "frictionless",
        "frictionless_package",
        "frictionless",
        blind=frozenset({"duplicate-combination", "unclosed-quote"}),
        remark=f"no unique keys, no column of a key, {NO_LINES}",
        in_full=100_000,
    ),
    "pydantic": Peer(
        "pydantic, row by row", "pydantic_rows", "pydantic", remark=f"keys by hand, {NO_LINES}", in_full=1_000_000
    ),
    "pandera-pandas": Peer(
        "pandera on pandas", "pandera_pandas", "pandera", remark=f"types and parents by custom checks, {NO_LINES}"
    ),
    "pandera-polars": Peer(
        "pandera on polars", "pandera_polars", "pandera", remark=f"types and parents by custom checks, {NO_LINES}"
    ),
    "dataframely": Peer(
        "dataframely",
        "dataframely_schema",
        "dataframely",
        remark=f"types and parents by custom rules, both rows of a repeated key, {NO_LINES}",
    ),
    "polars": Peer("polars expressions, by hand", "polars_expressions", "polars", remark=NO_LINES),
    "duckdb": Peer("DuckDB SQL, by hand", "duckdb_sql", "duckdb", remark=NO_LINES),
    "pyarrow": Peer("bare pyarrow parse", "pyarrow_parse", "pyarrow", validates=False, remark="checks nothing"),
    "wc": Peer("wc -l", "count_lines", "", validates=False, remark="checks nothing"),
}
