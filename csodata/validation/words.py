"""Tell in words what was found in cells and keys, and what was probably meant."""

import re
import unicodedata
from typing import Any

from csodata.dataset import REFERENCE_TABLES
from csodata.messages import LANGUAGES, Guesses, Language, did_you_mean, phrase, suggestion
from csodata.report import Problem
from csodata.schema import Field, ForeignKey, TableSchema, faults, to_text
from csodata.validation.cells import Parents
from csodata.validation.judge import type_name
from csodata.validation.keys import Repeated
from csodata.validation.records import Origin, Record, problem_in

REMEMBERED = 10_000


class Words:
    """Makes problems of what was found in the rows of one table."""

    def __init__(self, schema: TableSchema, parents: Parents) -> None:
        """Take the rows that foreign keys point to, by table, for the offers of what was probably meant."""
        self._schema, self._parents = schema, parents
        self._guesses: dict[tuple[str, str], Guesses] = {}
        self._details: dict[tuple[str, str, str], dict[str, Any]] = {}

    def in_cell(self, record: Record, code: str, field: str, cell: str) -> Problem:
        """Return the problem of a cell that is not as its field asks."""
        key = (code, field, cell)
        if key not in self._details:
            if len(self._details) >= REMEMBERED:
                self._details.clear()
            self._details[key] = _details(code, cell, self._schema.by_name[field])
        return problem_in(record, code, field, cell, **self._details[key])

    def of_reference(self, record: Record, key: ForeignKey, value: str) -> Problem:
        """Return the problem of a key that leads nowhere."""
        table = key.reference.resource
        near = self._guess(key)(value) if len(key.fields) == 1 else None
        # A code of a reference table is not for the sender to make.
        otherwise = suggestion("code", table) if table in REFERENCE_TABLES else None
        return problem_in(
            record,
            "unknown-reference",
            key.fields[0],
            value,
            detail=table or record.table or "this one",
            suggestion=near or otherwise,
        )

    def _guess(self, key: ForeignKey) -> Guesses:
        table, column = key.reference.resource, key.reference.fields[0]
        if (table, column) not in self._guesses:
            # What may be written for an id: the id itself, but also the name of what it stands for.
            self._guesses[table, column] = Guesses(
                {
                    str(row[spelled]): str(row[column])
                    for spelled in ("name", "name_fr", "title", column)
                    for row in self._parents.get(table, ())
                    if row.get(spelled) and row.get(column)
                }
            )
        return self._guesses[table, column]

    def of_repeated(self, repeated: Repeated) -> Problem:
        """Return the problem of a key that stood before."""
        record, first = repeated.at.record(), repeated.earlier.record()
        told = repeated.fields[0] if len(repeated.fields) == 1 else None
        details: dict[str, Any] = {} if told else {"field": ", ".join(repeated.fields)}
        details["detail"], details["detail_fr"] = (
            f"{first.row}{_elsewhere(first.origin, record.origin, language)}" for language in LANGUAGES
        )
        return problem_in(record, repeated.code, told, repeated.value, **details)


def _elsewhere(first: Origin, second: Origin, language: Language) -> str:
    """Return in which sheet and file something stands, where that is another than the second's."""
    told = ""
    if first.sheet and (first.file, first.sheet) != (second.file, second.sheet):
        told += phrase("of-sheet", language, sheet=first.sheet)
    return told + (phrase("of-file", language, file=first.file) if first.file != second.file else "")


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
        "description_fr": field.description_fr,
        "example": to_text(field.example),
        "detail": needed.get(code),
        "detail_fr": _labelled(field) if code == "not-in-list" else None,
        "suggestion": _suggestion(code, cell, field),
    }


def _allowed(field: Field) -> list[str]:
    return [to_text(value) for value in field.constraints.enum or []]


def _labelled(field: Field) -> str:
    """Return the values of a list, each with what it means in French."""
    labels = {category.value: f" ({category.label_fr})" for category in field.categories or [] if category.label_fr}
    return ", ".join(f"{value}{labels.get(value, '')}" for value in _allowed(field))


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
