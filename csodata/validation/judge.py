"""Decide on each distinct cell of a column: frictionless's own field reader, and the standard's stricter forms.

What is plain needs no reader: a cell that is not of the type's form is wrong whatever frictionless says of it, and a
text, a plain number or a date is held against its constraints here.

Never laxer than frictionless; stricter only where the standard is and frictionless accepts a wrong value in silence
(docs/strictness.md lists each of these).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from csodata.errors import BadSchemaError
from csodata.schema import LEXICAL, Field, TableSchema, faults, has_uri_form

CODES = {
    "type": "wrong-type",
    "required": "missing-value",
    "enum": "not-in-list",
    "pattern": "wrong-pattern",
    "minLength": "too-short",
    "maxLength": "too-long",
    "minimum": "too-small",
    "maximum": "too-large",
}
# Texts of which nobody doubts what they stand for, by type.
PLAIN = {
    "string": re.compile(r".*", re.DOTALL),
    "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    "number": re.compile(r"0|-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?"),
    "date": LEXICAL["date"],
}
VALUES: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "date": date.fromisoformat,
}
TYPE_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2019-10-09",
    "uri": "an address that begins with https:// or the like",
    "email": "an e-mail address",
    "uuid": "a UUID",
    "string": "a text",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value that a cell stands for (None: empty, or not of the type), and the codes of what is wrong with it."""

    value: Any
    faults: tuple[str, ...] = ()


class Judge:
    """Decides on the cells of one column; each distinct cell is judged once.

    frictionless is imported at the first cell that is not plain: half a second, for which nobody waits without need.
    """

    REMEMBERED = 50_000

    def __init__(self, field: Field, missing_values: list[str]) -> None:
        self.field = field
        self._missing_values = missing_values
        self._verdicts: dict[Any, Verdict] = {}

    @cached_property
    def _read(self) -> Any:
        return _reader(self.field, self._missing_values)

    def __call__(self, cell: Any) -> Verdict:
        """Return the verdict on a cell: its text, None where the row ends before it, or a typed value.

        Raises BadSchemaError where frictionless cannot use the column.
        """
        key = (type(cell), cell)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) >= self.REMEMBERED:
                self._verdicts.clear()
            verdict = plain_verdict(self.field, self._missing_values, cell) or self._decide(cell)
            self._verdicts[key] = verdict
        return verdict

    def _decide(self, cell: Any) -> Verdict:
        read = self._read
        try:
            value, notes = read(cell)
        except Exception:  # a surprise in one cell (a signalling NaN against a bound) is a fault of that cell
            return Verdict(None, ("wrong-type",))
        faults = tuple(CODES[note] for note in notes or {})
        if value is None or not isinstance(cell, str):
            return Verdict(value, faults)
        if not _lexically_right(self.field, cell):
            return Verdict(None, ("wrong-type",))
        pattern = self.field.constraints.pattern
        if pattern is not None and "wrong-pattern" not in faults and not re.fullmatch(pattern, cell):
            faults += ("wrong-pattern",)
        return Verdict(value, faults)


def plain_verdict(field: Field, missing_values: list[str], cell: Any) -> Verdict | None:
    """Return the verdict on a cell where the standard leaves no two readings, and None where frictionless is to decide.

    That it says what frictionless says is tested on drawn columns and cells.
    """
    if cell is None or cell in missing_values:
        return Verdict(None, ("missing-value",) if field.constraints.required else ())
    if not isinstance(cell, str) or cell == "":
        return None
    found = faults(field, cell)
    if "wrong-type" in found:
        return Verdict(None, ("wrong-type",))
    kind = field.type if field.format == "default" else field.format
    plain = kind in PLAIN and PLAIN[kind].fullmatch(cell)
    if not plain or (field.constraints.enum and kind not in ("string", "date")):
        return None
    if field.constraints.pattern is not None and "wrong-pattern" not in found:
        return None  # frictionless anchors patterns in its own way
    return Verdict(VALUES[kind](cell), tuple(found))


def _reader(field: Field, missing_values: list[str]) -> Any:
    import frictionless

    descriptor = field.model_dump(by_alias=True, exclude_unset=True, include={"name", "type", "format", "constraints"})
    try:
        reading_field = frictionless.Field.from_descriptor(descriptor)
        reading_field.missing_values = missing_values
        return reading_field.create_cell_reader()
    except Exception as error:  # whatever frictionless cannot use is a schema that cannot be used
        raise BadSchemaError(f"the column '{field.name}': {str(error).splitlines()[0]}") from None


def _lexically_right(field: Field, cell: str) -> bool:
    if field.type in ("integer", "number"):
        return bool(LEXICAL[field.type].fullmatch(cell.strip()))
    if field.type == "date":
        return bool(LEXICAL["date"].fullmatch(cell))
    if field.format == "uri":
        return has_uri_form(cell)
    return True


def judges(schema: TableSchema) -> dict[str, Judge]:
    """Return a judge for each column."""
    return {field.name: Judge(field, schema.missing_values) for field in schema.fields}


def type_name(field: Field) -> str:
    """Return the type of a column in words."""
    return TYPE_NAMES.get(field.format, TYPE_NAMES[field.type])
