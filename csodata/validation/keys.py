"""Primary keys, unique keys and foreign keys, over the rows of a file and those that are published already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from csodata.messages import Guesses, suggestion
from csodata.report import Problem
from csodata.schema import ForeignKey, TableSchema
from csodata.validation.cells import Values
from csodata.validation.records import REFERENCE_TABLES, Origin, Record, problem_in

Key = tuple[Any, ...]
Rows = Iterable[tuple[Record, Values]]
Parents = Mapping[str, Iterable[Values]]  # the rows that foreign keys point to, by table; "" is the table itself


def key_problems(
    schema: TableSchema,
    records: Sequence[Record],
    values: Sequence[Values],
    columns: Sequence[str],
    parents: Parents,
    standing: Rows = (),
) -> Iterator[Problem]:
    """Yield the problems with keys; `columns` are those that the file has, and a key that lacks one is passed over.

    `standing` are rows that nothing is said of, but whose unique combinations are taken.
    """
    present = set(columns)
    rows = list(zip(records, values, strict=True))
    for field in schema.fields:
        if field.constraints.unique and field.name in present:
            yield from _repeated(rows, [field.name], "duplicate-value")
    if schema.primary_key and present.issuperset(schema.primary_key):
        yield from _missing(rows, schema.primary_key)
        yield from _repeated(rows, schema.primary_key, "duplicate-key")
    for key in schema.unique_keys:
        if present.issuperset(key):
            yield from _repeated(rows, key, "duplicate-combination", standing, nulls_differ=True)
    for foreign_key in schema.foreign_keys:
        if present.issuperset(foreign_key.fields):
            yield from _unknown(rows, foreign_key, parents)


def _missing(rows: Rows, key: Sequence[str]) -> Iterator[Problem]:
    """By the standard no part of a primary key may be null; frictionless minds only a key that is null in all parts."""
    for record, values in rows:
        empty = [column for column in key if values.get(column) is None]
        if empty:
            yield problem_in(record, "missing-key", empty[0])


def _repeated(
    rows: Rows, key: Sequence[str], code: str, standing: Rows = (), *, nulls_differ: bool = False
) -> Iterator[Problem]:
    seen: dict[Key, Record] = {tuple(values.get(column) for column in key): record for record, values in standing}
    for record, values in rows:
        cells = tuple(values.get(column) for column in key)
        if all(cell is None for cell in cells) or (nulls_differ and None in cells):
            continue
        first = seen.get(cells)
        if first is not None:
            told = key[0] if len(key) == 1 else None
            yield problem_in(
                record,
                code,
                told,
                ", ".join(map(str, cells)),
                detail=f"{first.row}{_elsewhere(first.origin, record.origin)}",
                **({} if told else {"field": ", ".join(key)}),
            )
        seen[cells] = record


def _elsewhere(first: Origin, second: Origin) -> str:
    sheet = (
        f" of the sheet {first.sheet}"
        if first.sheet and (first.file, first.sheet) != (second.file, second.sheet)
        else ""
    )
    return sheet + (f" of {first.file}" if first.file != second.file else "")


def _unknown(rows: Rows, foreign_key: ForeignKey, parents: Parents) -> Iterator[Problem]:
    table, columns = foreign_key.reference.resource, foreign_key.reference.fields
    if table not in parents:
        for record, _ in list(rows)[:1]:
            yield problem_in(record, "unchecked-reference", foreign_key.fields[0], "", detail=table)
        return
    above = list(parents[table])
    known = {tuple(row.get(column) for column in columns) for row in above}
    # What may be written for an id: the id itself, but also the name of what it stands for.
    spellings = {
        str(row[spelled]): str(row[columns[0]])
        for spelled in ("name", "name_fr", "title", columns[0])
        for row in above
        if row.get(spelled) is not None and row.get(columns[0]) is not None
    }
    guess = Guesses(spellings)
    # A code of a reference table is not for the sender to make.
    otherwise = suggestion("code", table) if table in REFERENCE_TABLES else None
    for record, values in rows:
        cells = tuple(values.get(column) for column in foreign_key.fields)
        if any(cell is not None for cell in cells) and cells not in known:
            near = guess(str(cells[0])) if len(cells) == 1 else None
            yield problem_in(
                record,
                "unknown-reference",
                foreign_key.fields[0],
                ", ".join(map(str, cells)),
                detail=table or record.table or "this one",
                suggestion=near or otherwise,
            )
