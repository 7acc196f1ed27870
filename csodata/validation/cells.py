"""Check the cells of records, column by column, and tell in words what is wrong with each."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from csodata.messages import did_you_mean, suggestion
from csodata.report import Problem
from csodata.schema import Field, faults, to_text
from csodata.validation.judge import Judge, type_name
from csodata.validation.records import Record, problem_in

Values = dict[str, Any]


def typed_values(record: Record, judges: dict[str, Judge]) -> Values:
    """Return what the cells of a record stand for; None for the empty ones and for those that are not of the type."""
    return {column: judges[column](cell).value for column, cell in record.cells.items() if column in judges}


def cell_problems(record: Record, judges: dict[str, Judge], columns: Sequence[str]) -> Iterator[Problem]:
    """Yield the problems in the cells of some columns of a record."""
    for column in columns:
        judge = judges[column]
        cell = record.cells.get(column)
        for code in judge(cell).faults:
            yield problem_in(record, code, column, cell or "", **_details(code, cell or "", judge.field))


def _details(code: str, cell: str, field: Field) -> dict[str, Any]:
    constraints = field.constraints
    needed = {
        "wrong-type": type_name(field),
        "not-in-list": ", ".join(_allowed(field)),
        "too-short": constraints.min_length,
        "too-long": constraints.max_length,
        "too-small": constraints.minimum,
        "too-large": constraints.maximum,
    }
    return {
        "description": field.description or "",
        "example": to_text(field.example),
        "detail": needed.get(code),
        "suggestion": _suggestion(code, cell, field),
    }


def _allowed(field: Field) -> list[str]:
    return [to_text(value) for value in field.constraints.enum or []]


def _suggestion(code: str, cell: str, field: Field) -> str | None:
    """Return what helps more than the rule's own advice, or None."""
    if code == "not-in-list":
        return did_you_mean(cell, _allowed(field))
    if code == "missing-value" and field.constraints.enum:
        return suggestion("one-of", ", ".join(_allowed(field)))
    if code == "missing-value" and not field.description:
        return suggestion("fill-in")
    if code == "wrong-type" and field.type == "boolean":
        return suggestion("true-or-false")
    if code == "wrong-pattern":
        for proposal in (slug(cell), f"https://{cell}"):
            if not faults(field, proposal):
                return suggestion("did-you-mean", value=proposal)
        if field.name.endswith("_date"):
            return suggestion("date-forms")
    if field.example is None and code == "wrong-type":
        return suggestion("type", type_name(field))
    if field.example is None and code == "wrong-pattern":
        return suggestion("pattern", field.constraints.pattern or "")
    return None


def slug(text: str) -> str:
    """Return a text as an id is written: ASCII small letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def is_blank(values: Values, record: Record, judges: dict[str, Judge]) -> bool:
    """Tell whether every cell of a record is empty (a wrong one is not)."""
    return all(
        values.get(column) is None and "wrong-type" not in judges[column](cell).faults
        for column, cell in record.cells.items()
        if column in judges
    )
