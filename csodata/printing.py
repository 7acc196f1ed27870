"""Data on a terminal, in a pipe or in a file: rows as text, CSV or JSON, and one record with its links and evidence."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.values import to_text

WIDE = 100_000  # columns of a table that goes into a pipe: a line a row
Rows = Sequence[Mapping[str, Any]]
Records = Mapping[tuple[str, str], Mapping[str, Any]]  # by table and key


def print_rows(rows: Rows, form: str, names: Iterable[str] | None = None) -> None:
    """Write rows to stdout as "text", "csv" or "json"."""
    columns = list(names or (rows[0] if rows else []))
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([to_text(row[name]) for name in columns] for row in rows)
    else:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in columns:
            table.add_column(name, overflow="fold", no_wrap=name == columns[0])  # a key is there to be copied
        for row in rows:
            table.add_row(*(Text(to_text(row[name])) for name in columns))  # Text: data is never markup
        console = Console()
        if not console.is_terminal:
            console.width = WIDE
        console.print(table)


def values_of(column: Iterable[Any], most: int = 30) -> str:
    """Return the different values of a column in one line."""
    values = sorted({to_text(value) for value in column if value is not None})
    return ", ".join(values[:most]) + (f" and {len(values) - most} more" if len(values) > most else "")


def card(dataset: Dataset, table: str, key: str) -> str:
    """Return one record in words: its cells, what is linked to it, and the evidence for it.

    Raises CsodataError where there is no such record.
    """
    from csodata.arrow import load

    rows = {name: load(dataset, name, "rows") for name in dataset.tables}
    by_key = {(name, _key(row)): row for name, each in rows.items() for row in each}
    if (table, key) not in by_key:
        raise CsodataError(f"{table} has no row '{key}'. csodata show {table} lists them.")
    references = {name: _references(dataset, name) for name in dataset.tables}
    cells = [f"{name}: {text}" for name, text in _named(by_key[table, key], references[table], by_key).items()]
    linked = _linked(rows, references, by_key, table, key)
    return "\n".join([*cells, "", "Linked:", *linked, "", "Evidence:", *_evidence(rows, table, key)])


def _key(row: Mapping[str, Any]) -> str:
    return str(next(iter(row.values())))


def _references(dataset: Dataset, table: str) -> dict[str, str]:
    """Return the table that each foreign key of a table points to, by column."""
    keys = dataset.schema_descriptor(table).get("foreignKeys", [])
    return {key["fields"][0]: key["reference"]["resource"] or table for key in keys}


def _named(record: Mapping[str, Any], references: Mapping[str, str], by_key: Records) -> dict[str, str]:
    """Return the filled cells of a record as text; an id has the name of what it stands for before it."""
    told = {}
    for column, value in record.items():
        if value is not None:
            text = to_text(value)
            name = _name(by_key.get((references.get(column, ""), text), {}))
            told[column] = f"{name} ({text})" if name else text
    return told


def _name(record: Mapping[str, Any]) -> str | None:
    return record.get("name") or record.get("title")


def _linked(
    rows: Mapping[str, Rows], references: Mapping[str, Mapping[str, str]], by_key: Records, table: str, key: str
) -> Iterator[str]:
    """Yield a line for each row that points to a record."""
    for other, each in rows.items():
        columns = [column for column, target in references[other].items() if target == table]
        for row in each:
            if any(row[column] == key for column in columns):
                told = list(_named(row, references[other], by_key).items())[1:]  # without the key
                rest = [text for column, text in told if row[column] != key and column != "note"]
                name = _name(row)
                yield f"  {other}: {f'{name} ({_key(row)})' if name else ', '.join(rest)}"


def _evidence(rows: Mapping[str, Rows], table: str, key: str) -> Iterator[str]:
    """Yield two lines for each citation of a record: its place, and the source with its address."""
    sources = {source["source_id"]: source for source in rows["sources"]}
    for citation in rows["citations"]:
        if (citation["table_name"], citation["record_id"]) == (table, key):
            source = sources[citation["source_id"]]
            what = citation["column_name"] or "the row as a whole"
            place = citation["locator"] or "no place given"
            yield f"  {what}: {citation['stance']}, {citation['citation_basis']}, {place}"
            yield f"      {source['title']}. {source['canonical_url'] or source['observed_url'] or ''}"
