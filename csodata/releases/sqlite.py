"""The tables → one SQLite file with keys, indexes and full-text search, as Datasette shows it at its best."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from csodata.canonical import read_rows
from csodata.dataset import Dataset
from csodata.schema import Field, TableSchema

TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
POINTER = ("table_name", "record_id")


def write_sqlite(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
    """Write some tables into a new SQLite file: empty cells are NULL, truth values 0 and 1.

    A foreign key to a table that is not among them is left out. Columns of prose can be searched (FTS5): the table
    `<table>_fts` stands beside each table that has some.
    """
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA page_size = 4096")
        for table, schema in schemas.items():
            connection.execute(_create(table, schema, schemas))
        for table, schema in schemas.items():
            rows = read_rows(dataset.csv_path(table), schema)
            values = [[_value(field, row[field.name]) for field in schema.fields] for row in rows]
            marks = ", ".join("?" * len(schema.fields))
            connection.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", values)
            for columns in _indexed(schema):
                name = _quoted(f"{table}_{'_'.join(columns)}")
                connection.execute(f"CREATE INDEX {name} ON {_quoted(table)} ({_listed(columns)})")
            _add_search(connection, table, schema)
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()


def _create(table: str, schema: TableSchema, present: Mapping[str, TableSchema]) -> str:
    lines = [_column(field) for field in schema.fields]
    lines += [f"PRIMARY KEY ({_listed(schema.primary_key)})"] if schema.primary_key else []
    lines += [f"UNIQUE ({_listed(key)})" for key in schema.unique_keys]
    for key in schema.foreign_keys:
        target = key.reference.resource or table
        if target in present:
            columns = _listed(key.reference.fields)
            lines.append(f"FOREIGN KEY ({_listed(key.fields)}) REFERENCES {_quoted(target)} ({columns})")
    return f"CREATE TABLE {_quoted(table)} (\n  {', '.join(lines)}\n)"


def _column(field: Field) -> str:
    needed = " NOT NULL" if field.constraints.required else ""
    return f"{_quoted(field.name)} {TYPES.get(field.type, 'TEXT')}{needed}"


def _indexed(schema: TableSchema) -> list[list[str]]:
    found = [list(key.fields) for key in schema.foreign_keys]
    return [*found, list(POINTER)] if set(POINTER) <= set(schema.names) else found


def _add_search(connection: sqlite3.Connection, table: str, schema: TableSchema) -> None:
    prose = [field.name for field in schema.fields if _is_prose(field, schema)]
    if prose:
        search = _quoted(f"{table}_fts")
        connection.execute(
            f"CREATE VIRTUAL TABLE {search} USING fts5({_listed(prose)}, content={_quoted(table)}, "
            "tokenize='unicode61 remove_diacritics 2')"
        )
        connection.execute(f"INSERT INTO {search} ({search}) VALUES ('rebuild')")


def _is_prose(field: Field, schema: TableSchema) -> bool:
    """Tell whether a column holds words: no key, no code, no date, no address."""
    coded = field.constraints.enum or field.constraints.pattern or field.name in schema.references
    return field.type == "string" and field.format == "default" and not coded and not field.name.endswith("_id")


def _value(field: Field, text: str) -> str | int | float | None:
    if text == "":
        return None
    if field.type == "boolean":
        return int(text == "true")
    if field.type == "integer":
        return int(text)
    return float(text) if field.type == "number" else text


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
