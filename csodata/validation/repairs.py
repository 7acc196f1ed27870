"""Sent cells in words → what the table holds: ids for names, values for labels, codes for countries, days for dates.

Only a cell that is not what its column holds is looked at. What is put in its place is told once for each text of a
column; what can be read in several ways is an error.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from csodata.folding import folded
from csodata.report import Problem
from csodata.schema import Field, TableSchema, to_text
from csodata.validation.naming import Names, in_words
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.evidence import POINTERS
from csodata.validation.sheets import Taken

TRUTH = {"yes": "true", "oui": "true", "vrai": "true", "no": "false", "non": "false", "faux": "false"}
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")


class Answer(NamedTuple):
    """What a cell means: a code, and the text for the cell; or, where there is none, what it may mean."""

    code: str
    value: str | None
    detail: str


def label_rows(sheets: Iterable[Taken], schemas: Mapping[str, TableSchema], known: Iterable[Record]) -> None:
    """Give each row without an id a label that no other row has, as if the sender had; its citation goes along."""
    used = {(record.table, record[schemas[record.table].names[0]]) for record in known}
    for sheet in sheets:
        proofs = {proof.row: proof for proof in sheet.evidence}
        for record in sheet.rows:
            key = schemas[record.table].names[0]
            if record.cells.get(key, "") != "" or not key.endswith("_id"):
                continue  # None: a cell that could not be read, and was told; a code is not for the sender to make
            label = f"new-{schemas[record.table].noun}-{record.row}"
            while (record.table, label) in used:
                label += "-2"
            used.add((record.table, label))
            record.cells[key] = label
            if proof := proofs.get(record.row):
                proof.cells["record_id"] = label


def repair(schemas: Mapping[str, TableSchema], known: Iterable[Record], sent: Iterable[Record]) -> Iterator[Problem]:
    """Put ids and values into the cells that were sent in words; yield what was done, and what has several readings.

    Args:
        schemas: the schemas by table.
        known: all rows that a cell may name, the sent ones too.
        sent: the rows whose cells are looked at.
    """
    sheets: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for record in sent:
        sheets[record.table, id(record.origin)].append(record)
    for (table, _), records in sheets.items():
        for field in schemas[table].fields:
            if answer := _values(field):
                yield from _read(records, field.name, answer)
    known = list(known)
    new = {id(record) for (table, _), records in sheets.items() if table == "names" for record in records}
    names = Names(schemas, (record for record in known if id(record) not in new))
    # Whose names those are that were sent is settled before anything is found by them.
    for (table, _), records in sorted(sheets.items(), key=lambda sheet: sheet[0][0] != "names"):
        if new and table != "names":
            names, new = Names(schemas, known), set()
        yield from _name(schemas, names, records)


def _name(schemas: Mapping[str, TableSchema], names: Names, records: list[Record]) -> Iterator[Problem]:
    table = records[0].table
    for column, target in schemas[table].references.items():
        yield from _read(records, column, _rows(names, target or table))
    if "table_name" in schemas[table].by_name:
        for column in POINTERS:
            yield from _read(records, column, _rows(names))


def _read(records: Sequence[Record], column: str, answer: Callable[[Record, str], Answer | None]) -> Iterator[Problem]:
    """Read a column of a sheet."""
    told = set()
    for record in records if column in records[0].origin.columns else ():
        text = record.cells.get(column)
        if not text or not (found := answer(record, text)):
            continue
        if found.value is None:
            yield problem_in(record, found.code, column, text, detail=found.detail)
        else:
            if (text, found.value) not in told:
                told.add((text, found.value))
                yield problem_in(record, found.code, column, text, detail=found.detail)
            record.cells[column] = found.value


def _rows(names: Names, table: str | None = None) -> Callable[[Record, str], Answer | None]:
    """Return what reads the cells of a key: to one table, or to the one that stands in the row's `table_name`."""

    @cache
    def named(target: str, text: str) -> Answer | None:
        found = names.find(target, text)
        if len(found) > 1:
            return Answer("ambiguous-name", None, ", ".join(f"{key} ({name})" for key, name in found.items()))
        return Answer("name-resolved", *found, *found) if found else None

    def answer(record: Record, text: str) -> Answer | None:
        target = table or record["table_name"]
        return None if text in names.ids.get(target, ()) else named(target, text)

    return answer


def _values(field: Field) -> Callable[[Record, str], Answer | None] | None:
    """Return what reads the cells of a column with values of its own: a list, truth values, dates; else None."""
    if field.name.endswith("_date") and field.type == "string":
        return lambda record, text: None if text[2:5].isdigit() else _day(text)
    if field.type != "boolean" and field.constraints.enum is None:
        return None
    values = {to_text(value) for value in field.constraints.enum or (True, False)}
    words = TRUTH if field.type == "boolean" else _words(field, values)

    @cache
    def worded(text: str) -> Answer | None:
        value = words.get(folded(text)) if in_words(text) else None
        return Answer("label-resolved", value, value) if value else None

    return lambda record, text: None if text in values else worded(text)


def _words(field: Field, values: Iterable[str]) -> dict[str, str]:
    """Return the value for each word that stands for one alone: its label in either language, or itself."""
    claims: dict[str, set[str]] = defaultdict(set)
    for category in field.categories or ():
        for label in (category.label, category.label_fr):
            claims[folded(label or "")].add(category.value)
    return {word: min(found) for word, found in claims.items() if len(found) == 1} | {folded(v): v for v in values}


@cache
def _day(text: str) -> Answer | None:
    """Read a day that is written with its year behind: 25/06/2022; 05/06/2022 may be two."""
    parts = DAY_MONTH_YEAR.fullmatch(text)
    if not parts:
        return None
    first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
    days: dict[str, None] = {}
    for month, day in ((second, first), (first, second)):
        try:
            days[date(year, month, day).isoformat()] = None
        except ValueError:
            continue
    if len(days) == 2:
        return Answer("ambiguous-day", None, ", ".join(days))
    return Answer("day-resolved", *days, *days) if days else None
