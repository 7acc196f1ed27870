"""pandera on polars: every cell read as text, a column of checks each, all of them run.

As on pandas, types, parents and the combination are custom checks; a repeated key is reported with both its rows.
"""

from collections.abc import Callable, Iterator
from datetime import date

import pandera.polars as pa
import polars as pl
from commitments import (
    BINDING,
    COMBINATION,
    FIRST_DAY,
    ID,
    KEY,
    LAST_DAY,
    NUMBERS,
    PARENTS,
    PERCENT,
    REQUIRED,
    SPEECH_ACTS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    TRUE_OR_FALSE,
    URI,
)
from generate import Case
from pandera.errors import SchemaErrors

from peers import Finding

CODES = {"not_nullable": "missing-value", "field_uniqueness": "duplicate-key"}
Typed = Callable[[str], pl.Expr]


def integer(column: str) -> pl.Expr:
    """Return a column as whole numbers; null where it is none."""
    return pl.col(column).cast(pl.Int64, strict=False)


def day(column: str) -> pl.Expr:
    """Return a column as dates; null where it is none."""
    return pl.col(column).str.to_date("%Y-%m-%d", strict=False)


def number(column: str) -> pl.Expr:
    """Return a column as numbers; null where it is none."""
    return pl.col(column).cast(pl.Float64, strict=False)


def custom(name: str, rule: Callable[[str], pl.Expr]) -> pa.Check:
    """Return a check from an expression on a column; null passes."""
    return pa.Check(lambda data: data.lazyframe.select(rule(data.key).fill_null(True)), error=name)


def typed(values: Typed) -> pa.Check:
    """Return the check for a type."""
    return custom("wrong-type", lambda column: pl.col(column).is_null() | values(column).is_not_null())


def bounds(values: Typed, low: int | date, high: int | date) -> list[pa.Check]:
    """Return the checks for a least and a greatest value."""
    return [
        custom("too-small", lambda column: values(column) >= low),
        custom("too-large", lambda column: values(column) <= high),
    ]


def checks() -> dict[str, list[pa.Check]]:
    """Return the checks of cells, by column."""
    first, last = date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY)
    return {
        KEY: [
            pa.Check.str_matches(f"^{ID}$", error="wrong-pattern"),
            pa.Check.str_length(max_value=80, error="too-long"),
        ],
        "register_number": [typed(integer), *bounds(integer, *NUMBERS)],
        "speech_act": [pa.Check.isin(SPEECH_ACTS, error="not-in-list")],
        "binding": [pa.Check.isin(BINDING, error="not-in-list")],
        "content_given": [pa.Check.isin(TRUE_OR_FALSE, error="wrong-type")],
        "made_date": [typed(day), *bounds(day, first, last)],
        "due_date": [typed(day)],
        "progress": [typed(integer), *bounds(integer, *PERCENT)],
        "title": [
            pa.Check.str_length(min_value=TITLE_LENGTH[0], error="too-short"),
            pa.Check.str_length(max_value=TITLE_LENGTH[1], error="too-long"),
        ],
        "summary": [pa.Check.str_length(max_value=SUMMARY_LENGTH, error="too-long")],
        "budget": [typed(number)],
        "source_url": [pa.Check.str_matches(f"^{URI}$", error="wrong-type")],
    }


def _again(column: str) -> pl.Expr:
    combination = pl.struct(COMBINATION[0], integer(column))
    return combination.is_first_distinct() | integer(column).is_null() | pl.col(COMBINATION[0]).is_null()


def check(case: Case) -> pl.DataFrame | None:
    """Return the failure cases, None where there is none."""
    rows = pl.read_csv(case.table, infer_schema=False)
    rules = checks()
    if case.keys:
        for table, key in PARENTS.items():
            known = pl.read_csv(case.parent(table), columns=[key], infer_schema=False)[key]
            rules.setdefault(key, []).append(pa.Check.isin(known.to_list(), error="unknown-reference"))
        rules[COMBINATION[1]].append(custom("duplicate-combination", _again))
    columns = {
        name: pa.Column(pl.String, rules.get(name, []), nullable=name not in REQUIRED, unique=case.keys and name == KEY)
        for name in rows.columns
    }
    try:
        pa.DataFrameSchema(columns).validate(rows, lazy=True)
    except SchemaErrors as errors:
        failures: pl.DataFrame = errors.failure_cases
        return failures
    return None


def found(failures: pl.DataFrame | None) -> Iterator[Finding]:
    """Yield what it says."""
    if failures is None:
        return
    for column, name, index in failures.select("column", "check", "index").iter_rows():
        code = CODES.get(name, name)
        yield Finding(code, -1 if index is None else index + 2, None, column if "combination" not in code else None)
