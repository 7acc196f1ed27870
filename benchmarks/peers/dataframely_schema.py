"""dataframely: a schema whose `filter` casts the columns and tells which rules each row breaks.

Its lengths are of bytes, and it casts no text to dates or truth values: these are checks of our own, as are parents.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import dataframely as dy
import polars as pl
from commitments import (
    BINDING,
    COMBINATION,
    FIRST_DAY,
    ID,
    LAST_DAY,
    NUMBERS,
    PARENTS,
    PERCENT,
    SPEECH_ACTS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    TRUE_OR_FALSE,
    URI,
)
from generate import Case

from peers import Finding

CODES = {
    "nullability": "missing-value",
    "dtype": "wrong-type",
    "check__type": "wrong-type",
    "check__enum": "not-in-list",
    "regex": "wrong-pattern",
    "check__shortest": "too-short",
    "check__longest": "too-long",
    "check__min": "too-small",
    "check__max": "too-large",
    "min": "too-small",
    "max": "too-large",
}
Check = Callable[[pl.Expr], pl.Expr]


def longest(characters: int) -> dict[str, Check]:
    """Return the rule for the most characters."""
    return {"longest": lambda column: column.str.len_chars() <= characters}


def shortest(characters: int) -> dict[str, Check]:
    """Return the rule for the least characters."""
    return {"shortest": lambda column: column.str.len_chars() >= characters}


def one_of(name: str, values: list[str]) -> dict[str, Check]:
    """Return the rule for a list of values."""
    return {name: lambda column: column.is_in(values)}


def day(column: pl.Expr) -> pl.Expr:
    """Return a column as dates; null where it is none."""
    return column.str.to_date("%Y-%m-%d", strict=False)


DATED: dict[str, Check] = {"type": lambda column: column.is_null() | day(column).is_not_null()}
BOUNDED: dict[str, Check] = {
    "min": lambda column: day(column) >= date.fromisoformat(FIRST_DAY),
    "max": lambda column: day(column) <= date.fromisoformat(LAST_DAY),
}


class Cells(dy.Schema):
    """The rules of single cells."""

    row = dy.UInt32()
    commitment_id = dy.String(regex=f"^{ID}$", check=longest(80))
    forum_id = dy.String()
    register_number = dy.Int64(nullable=True, min=NUMBERS[0], max=NUMBERS[1])
    actor_id = dy.String()
    instrument_id = dy.String(nullable=True)
    speech_act = dy.String(check=one_of("enum", SPEECH_ACTS))
    binding = dy.String(check=one_of("enum", BINDING))
    content_given = dy.String(check=one_of("type", TRUE_OR_FALSE))
    made_date = dy.String(check=DATED | BOUNDED)
    due_date = dy.String(nullable=True, check=DATED)
    progress = dy.Int64(nullable=True, min=PERCENT[0], max=PERCENT[1])
    title = dy.String(check=shortest(TITLE_LENGTH[0]) | longest(TITLE_LENGTH[1]))
    summary = dy.String(nullable=True, check=longest(SUMMARY_LENGTH))
    budget = dy.Float64(nullable=True)
    source_url = dy.String(nullable=True, check={"type": lambda column: column.str.contains(f"^{URI}$")})


def with_keys(case: Case) -> type[dy.Schema]:
    """Return the schema with its keys; the parents are known once they have been read."""
    known = {key: pl.read_csv(case.parent(table), infer_schema=False)[key].implode() for table, key in PARENTS.items()}

    class Commitments(Cells):
        commitment_id = dy.String(regex=f"^{ID}$", check=longest(80), unique=True)
        forum_id = dy.String(check={"known": lambda column: column.is_in(known["forum_id"])})
        actor_id = dy.String(check={"known": lambda column: column.is_in(known["actor_id"])})
        instrument_id = dy.String(nullable=True, check={"known": lambda column: column.is_in(known["instrument_id"])})

        @dy.rule()
        def combination(cls) -> pl.Expr:
            return pl.any_horizontal(pl.col(COMBINATION).is_null()) | pl.struct(COMBINATION).is_unique()

    return Commitments


def check(case: Case) -> Any:
    """Return what failed, as dataframely tells it."""
    rows = pl.read_csv(case.table, infer_schema=False, row_index_name="row", row_index_offset=2)
    return (with_keys(case) if case.keys else Cells).filter(rows, cast=True).failure.details()


def found(details: pl.DataFrame) -> Iterator[Finding]:
    """Yield what it says."""
    known = {"combination": ("duplicate-combination", None)}
    for name in details.columns:
        column, bar, rule = name.partition("|")
        if not bar and name not in known:
            continue
        code, place = known.get(name) or (CODES.get(rule, ""), column)
        code = {"unique": "duplicate-key", "check__known": "unknown-reference"}.get(rule, code)
        for row in details.filter(pl.col(name) == "invalid")["row"]:
            yield Finding(code, row, None, place)
