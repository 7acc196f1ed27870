"""Check the cells of records, column by column, and tell in words what is wrong with each."""

from collections.abc import Iterator, Sequence
from typing import Any

from csodata.report import Problem
from csodata.schema import Field, to_text
from csodata.validation.judge import Judge, type_name
from csodata.validation.records import Record, about, problem_in

Values = dict[str, Any]
LIKE = 70  # of 100: where a word is probably meant for another


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
    details: dict[str, Any] = dict(about(field))
    if not details["description"] and code == "missing-value":
        details["suggestion"] = "Fill it in."
    elif not details["example"] and code in ("wrong-type", "wrong-pattern"):
        needed = f"in the form {constraints.pattern}" if code == "wrong-pattern" else f"as {type_name(field)}"
        details["suggestion"] = f"Write it {needed}."
    if code == "wrong-type":
        details["detail"] = type_name(field)
    elif code == "not-in-list":
        allowed = [to_text(value) for value in constraints.enum or []]
        details["detail"] = ", ".join(allowed)
        details["suggestion"] = did_you_mean(cell, allowed)
    elif code in ("too-short", "too-long", "too-small", "too-large"):
        bounds = (constraints.min_length, constraints.max_length, constraints.minimum, constraints.maximum)
        details["detail"] = dict(zip(("too-short", "too-long", "too-small", "too-large"), bounds, strict=True))[code]
    return details


def did_you_mean(word: str, choices: Sequence[str]) -> str | None:
    """Return the question that offers the choice which was probably meant, if there is one."""
    if len(word) <= 2:
        return None  # two letters are like too many others
    from rapidfuzz import fuzz, process  # difflib, which messages.nearest uses, takes 0.4 s a word for 3 000 choices

    folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    for joint in "_-":
        sought = word.strip().casefold().replace(" ", joint)
        if near := process.extractOne(sought, folded.keys(), scorer=fuzz.ratio, score_cutoff=LIKE):
            return f"Did you mean '{folded[near[0]]}'?"
    return None


def is_blank(values: Values, record: Record, judges: dict[str, Judge]) -> bool:
    """Tell whether every cell of a record is empty (a wrong one is not)."""
    return all(
        values.get(column) is None and "wrong-type" not in judges[column](cell).faults
        for column, cell in record.cells.items()
        if column in judges
    )
