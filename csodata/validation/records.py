"""What the checks pass to each other: records with their places, and the problems that are found in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from csodata.messages import LONGEST_SHOWN, rule, shown, visible
from csodata.reading import column_letter
from csodata.report import Problem


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from, and in which of its columns each field stands (0-based)."""

    file: str | None
    sheet: str | None = None
    columns: Mapping[str, int] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)  # what the sender calls a field, where it is not its name


@dataclass(slots=True)
class Record:
    """One row of a table: its cells as text (None: the row ends before it), and its place."""

    table: str
    cells: dict[str, str | None]
    row: int | None
    line: int | None
    origin: Origin

    def __getitem__(self, column: str) -> str:
        """Return the text of a cell, "" where there is none."""
        return self.cells.get(column) or ""


def problem_in(record: Record, code: str, column: str | None = None, value: Any = None, **details: Any) -> Problem:
    """Return a problem in a record, or in one of its cells; `suggestion` among the details replaces the advice."""
    index = record.origin.columns.get(column or "")
    if column and column in record.origin.headings:
        details.setdefault("field", record.origin.headings[column])
    return make_problem(
        record.origin,
        code,
        row=record.row,
        line=record.line,
        index=index,
        column=column,
        value=value if value is not None else (record.cells.get(column) if column else None),
        table=record.table,
        **details,
    )


def make_problem(
    origin: Origin,
    code: str,
    *,
    row: int | None = None,
    line: int | None = None,
    index: int | None = None,
    column: str | None = None,
    value: Any = None,
    table: str | None = None,
    suggestion: str | None = None,
    **details: Any,
) -> Problem:
    """Return a problem at a place.

    Args:
        origin: the file or sheet.
        code: the rule.
        row: the row as the sender sees it.
        line: the physical line.
        index: the cell's 0-based column.
        column: the name of its field.
        value: what stands there.
        table: the table, "" where it has no name.
        suggestion: what to do, in English, where more is known than the rule's own advice.
        details: what fills the gaps of the rule's words, in English; `name_fr` has `name` in French, where
            catalogue/words.toml cannot tell it.
    """
    named = f"the table '{table}'" if table else "this table"  # a table that is checked by its schema has no name
    kept = "" if value is None else str(value)[: LONGEST_SHOWN + 1]  # a report should not hold on to whole cells
    return Problem(
        code=code,
        severity=rule(code).severity,
        file=None if origin.file is None else visible(origin.file),  # names of files may hold anything, even no text
        sheet=None if origin.sheet is None else visible(origin.sheet),
        row=row,
        line=line,
        column=column_letter(index) if index is not None else None,
        field=column,
        table=table,
        value=None if value is None else shown(value),
        details={"field": column, "table": named, "row": row, "value": kept, **details},
        suggestion=suggestion,
    )


# Of two codes at one cell the second says the same again, in words that help less.
ECHOES = {
    ("ambiguous-name", "unknown-reference"),
    ("ambiguous-name", "unknown-record"),
    ("ambiguous-name", "wrong-pattern"),
    ("ambiguous-day", "wrong-pattern"),
    ("mojibake", "unknown-reference"),
    ("mojibake", "unknown-record"),
    ("mojibake", "not-in-list"),
    ("mojibake", "wrong-pattern"),
    ("missing-value", "missing-key"),
    ("unknown-reference", "wrong-pattern"),
    ("repeated-fact", "duplicate-combination"),
}


def without_echoes(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems without those that only repeat what another says of the same cell."""
    found = list(problems)
    told = {(problem.file, problem.sheet, problem.row, problem.field, problem.code) for problem in found}
    echoes = {(*place, second) for *place, code in told for first, second in ECHOES if code == first}
    return [p for p in found if (p.file, p.sheet, p.row, p.field, p.code) not in echoes]
