"""polars by hand: every cell read as text, one expression a rule; only rows with a fault leave the query."""

from collections.abc import Iterator
from datetime import date

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

from peers import Finding


def integer(column: str) -> pl.Expr:
    """Return a column as whole numbers; null where it is none."""
    return pl.col(column).cast(pl.Int64, strict=False)


def day(column: str) -> pl.Expr:
    """Return a column as dates; null where it is none."""
    return pl.col(column).str.to_date("%Y-%m-%d", strict=False)


def number(column: str) -> pl.Expr:
    """Return a column as numbers; null where it is none."""
    return pl.col(column).cast(pl.Float64, strict=False)


def untyped(column: str, typed: pl.Expr) -> pl.Expr:
    """Tell where a cell is not of its type."""
    return pl.col(column).is_not_null() & typed.is_null()


def cell_rules() -> dict[tuple[str, str], pl.Expr]:
    """Return what tells where a cell is wrong, by class and column."""
    rules = {("missing-value", column): pl.col(column).is_null() for column in REQUIRED}
    for column in ("register_number", "progress"):
        low, high = NUMBERS if column == "register_number" else PERCENT
        rules["wrong-type", column] = untyped(column, integer(column))
        rules["too-small", column] = integer(column) < low
        rules["too-large", column] = integer(column) > high
    for column in ("made_date", "due_date"):
        rules["wrong-type", column] = untyped(column, day(column))
    length = pl.col("title").str.len_chars()
    return rules | {
        ("too-small", "made_date"): day("made_date") < date.fromisoformat(FIRST_DAY),
        ("too-large", "made_date"): day("made_date") > date.fromisoformat(LAST_DAY),
        ("wrong-type", "budget"): untyped("budget", number("budget")),
        ("wrong-type", "content_given"): ~pl.col("content_given").is_in(TRUE_OR_FALSE),
        ("wrong-type", "source_url"): ~pl.col("source_url").str.contains(f"^{URI}$"),
        ("not-in-list", "speech_act"): ~pl.col("speech_act").is_in(SPEECH_ACTS),
        ("not-in-list", "binding"): ~pl.col("binding").is_in(BINDING),
        ("wrong-pattern", "commitment_id"): ~pl.col("commitment_id").str.contains(f"^{ID}$"),
        ("too-long", "commitment_id"): pl.col("commitment_id").str.len_chars() > 80,
        ("too-short", "title"): length < TITLE_LENGTH[0],
        ("too-long", "title"): length > TITLE_LENGTH[1],
        ("too-long", "summary"): pl.col("summary").str.len_chars() > SUMMARY_LENGTH,
    }


def key_rules(case: Case) -> dict[tuple[str, str], pl.Expr]:
    """Return what tells where a key is repeated or unknown."""
    combination = pl.struct(COMBINATION[0], integer(COMBINATION[1]))
    rules = {
        ("duplicate-key", KEY): ~pl.col(KEY).is_first_distinct() & pl.col(KEY).is_not_null(),
        ("duplicate-combination", ""): ~combination.is_first_distinct()
        & pl.all_horizontal(pl.col(COMBINATION[0]).is_not_null(), integer(COMBINATION[1]).is_not_null()),
    }
    for table, key in PARENTS.items():
        known = pl.read_csv(case.parent(table), columns=[key], infer_schema=False)[key]
        rules["unknown-reference", key] = ~pl.col(key).is_in(known.implode())
    return rules


def check(case: Case) -> pl.DataFrame:
    """Return the rows that have a fault, each with the rules that it breaks."""
    rules = cell_rules() | (key_rules(case) if case.keys else {})
    named = {f"{code} {column}": rule.fill_null(False) for (code, column), rule in rules.items()}
    rows = pl.scan_csv(case.table, infer_schema=False, row_index_name="row", row_index_offset=2)
    return rows.select("row", **named).filter(pl.any_horizontal(*named)).collect(engine="streaming")


def found(broken: pl.DataFrame) -> Iterator[Finding]:
    """Yield what it says."""
    for name in broken.columns[1:]:
        code, _, column = name.partition(" ")
        for row in broken.filter(pl.col(name))["row"]:
            yield Finding(code, row, None, column or None)
