"""pandera on pandas: every cell read as text, the columns converted once, a column of checks each, all of them run.

pandera's own coercion gives up on a column's other checks at its first wrong cell and takes `2019` for a date, so types
are custom checks. Its `unique` on several columns takes empty cells for equal, so the combination is one too.
"""

from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pa
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


def checks(rows: pd.DataFrame) -> dict[str, list[pa.Check]]:
    """Return the checks of cells, by column."""
    numbers = {name: pd.to_numeric(rows[name], errors="coerce") for name in ("register_number", "progress", "budget")}
    days = {name: pd.to_datetime(rows[name], format="%Y-%m-%d", errors="coerce") for name in ("made_date", "due_date")}
    for name in ("register_number", "progress"):
        numbers[name] = numbers[name].where(numbers[name] % 1 == 0)

    def typed(values: pd.Series) -> pa.Check:
        return pa.Check(lambda cells: cells.isna() | values.notna(), error="wrong-type", ignore_na=False)

    def bounds(values: pd.Series, low: object, high: object) -> list[pa.Check]:
        return [
            pa.Check(lambda cells: ~(values < low), error="too-small", ignore_na=False),
            pa.Check(lambda cells: ~(values > high), error="too-large", ignore_na=False),
        ]

    return {
        KEY: [
            pa.Check.str_matches(f"^{ID}$", error="wrong-pattern"),
            pa.Check.str_length(max_value=80, error="too-long"),
        ],
        "register_number": [typed(numbers["register_number"]), *bounds(numbers["register_number"], *NUMBERS)],
        "speech_act": [pa.Check.isin(SPEECH_ACTS, error="not-in-list")],
        "binding": [pa.Check.isin(BINDING, error="not-in-list")],
        "content_given": [pa.Check.isin(TRUE_OR_FALSE, error="wrong-type")],
        "made_date": [
            typed(days["made_date"]),
            *bounds(days["made_date"], pd.Timestamp(FIRST_DAY), pd.Timestamp(LAST_DAY)),
        ],
        "due_date": [typed(days["due_date"])],
        "progress": [typed(numbers["progress"]), *bounds(numbers["progress"], *PERCENT)],
        "title": [
            pa.Check.str_length(min_value=TITLE_LENGTH[0], error="too-short"),
            pa.Check.str_length(max_value=TITLE_LENGTH[1], error="too-long"),
        ],
        "summary": [pa.Check.str_length(max_value=SUMMARY_LENGTH, error="too-long")],
        "budget": [typed(numbers["budget"])],
        "source_url": [pa.Check.str_matches(f"^{URI}$", error="wrong-type")],
    }


def check(case: Case) -> pd.DataFrame | None:
    """Return the failure cases, None where there is none."""
    rows = pd.read_csv(case.table, dtype=str, keep_default_na=False, na_values=[""])
    rules = checks(rows)
    if case.keys:
        for table, key in PARENTS.items():
            known = pd.read_csv(case.parent(table), usecols=[key], dtype=str)[key]
            rules.setdefault(key, []).append(pa.Check.isin(known.tolist(), error="unknown-reference"))
        numbers = pd.to_numeric(rows[COMBINATION[1]], errors="coerce")
        repeated = rows[[COMBINATION[0]]].assign(number=numbers).duplicated()
        again = pa.Check(lambda cells: ~(repeated & numbers.notna()), error="duplicate-combination", ignore_na=False)
        rules[COMBINATION[1]].append(again)
    columns = {
        name: pa.Column(
            str,
            rules.get(name, []),
            nullable=name not in REQUIRED,
            unique=case.keys and name == KEY,
            report_duplicates="exclude_first",
        )
        for name in rows.columns
    }
    try:
        pa.DataFrameSchema(columns).validate(rows, lazy=True)
    except SchemaErrors as errors:
        return errors.failure_cases
    return None


def found(failures: pd.DataFrame | None) -> Iterator[Finding]:
    """Yield what it says."""
    if failures is None:
        return
    for column, name, index in failures[["column", "check", "index"]].itertuples(index=False):
        code = CODES.get(name, name)
        yield Finding(
            code, -1 if pd.isna(index) else int(index) + 2, None, column if "combination" not in code else None
        )
