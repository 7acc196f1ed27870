"""Check one table against one Table Schema, and nothing else: no repair, no text rule, no rule across tables."""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from csodata.errors import BadSchemaError, CsodataError
from csodata.reading import Row, Sheet, read_strict
from csodata.report import Problem, Report, report
from csodata.schema import Field, TableSchema, read
from csodata.validation.cells import Values, cell_problems, is_blank, typed_values
from csodata.validation.judge import Judge, judges
from csodata.validation.keys import key_problems
from csodata.validation.records import Origin, Record, make_problem, problem_in

Source = str | PathLike[str] | bytes | BinaryIO


def validate_table(
    schema: Path | str | Mapping[str, Any],
    source: Source,
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> Report:
    """Return the report on one CSV table (UTF-8, comma) held against one schema.

    `schema` is a path or a mapping, `source` a path, bytes or a binary file. `tables` has the rows that foreign keys
    point to, by table; a foreign key to a table that is not there is a warning. Rows count as frictionless counts
    them: the header is 1, blank lines count, a record with line breaks counts once. A schema that cannot be used is a
    report with one `bad-schema` problem. Raises UnreadableError where the source cannot be read.
    """
    try:
        model = read(schema)
        column_judges = judges(model)
    except BadSchemaError as error:
        origin = Origin(str(schema) if isinstance(schema, (str, Path)) else None)
        return report([make_problem(origin, "bad-schema", detail=str(error).rstrip("."))], files=1, rows=0)
    name = str(source) if isinstance(source, (str, PathLike)) else "the table"
    sheet = read_strict(_content(source), name)
    checked = StrictTable(model, column_judges, sheet, table="")
    parents = {"": checked.values, **_parents(model, column_judges, tables or {})}
    return report([*checked.problems(), *checked.key_problems(parents)], files=1, rows=len(checked.records))


def _parents(
    schema: TableSchema, judges: Mapping[str, Judge], tables: Mapping[str, Iterable[Mapping[str, Any]]]
) -> dict[str, list[Values]]:
    """Return the rows of other tables, each value read as the columns that point to it are read."""
    parents: dict[str, list[Values]] = {}
    for key in schema.foreign_keys:
        table = key.reference.resource
        if table in tables:
            rows = _as_mappings(table, tables[table])
            read_as = list(zip(key.reference.fields, key.fields, strict=True))
            values = parents.setdefault(table, [{} for _ in rows])
            for row, typed in zip(rows, values, strict=True):
                typed |= {target: _read_as(judges[column], row.get(target)) for target, column in read_as}
    return parents


def _read_as(judge: Judge, cell: Any) -> Any:
    """Return what a cell stands for; a wrong one stays as it is, since None would equal another wrong one."""
    verdict = judge(cell)
    return cell if "wrong-type" in verdict.faults else verdict.value


def _as_mappings(table: str, rows: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a list of mappings or row models, or of an Arrow or polars table, as mappings."""
    for convert in ("to_pylist", "to_dicts"):
        if hasattr(rows, convert):
            return list(getattr(rows, convert)())
    found = [row.model_dump() if hasattr(row, "model_dump") else row for row in rows]
    if not all(isinstance(row, Mapping) for row in found):
        raise CsodataError(f"The rows of '{table}' must be mappings, or an Arrow table such as csodata.load gives.")
    return found


def _content(source: Any) -> Path | bytes:
    if isinstance(source, (str, PathLike)):
        return Path(source)
    content = source.read() if hasattr(source, "read") else source
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    raise CsodataError("The source must be a path, bytes, or a file opened in binary mode ('rb').")


class StrictTable:
    """A sheet read by its schema alone: columns by position, as the standard has it."""

    def __init__(self, schema: TableSchema, judges: dict[str, Judge], sheet: Sheet, table: str) -> None:
        self.schema, self.judges, self.sheet, self.table = schema, judges, sheet, table
        self.heading = sheet.rows[0] if sheet.rows else None
        self.labels = [label.strip() for label in self.heading.cells] if self.heading else []
        self.fields = schema.fields[: len(self.labels)]
        self.columns = [field.name for field in self.fields]
        self.origin = Origin(sheet.file, sheet.name, {name: index for index, name in enumerate(schema.names)})
        self.rows = sheet.rows[1:] if self.labels else []
        self.records = [self._record(row) for row in self.rows]
        self.values = [typed_values(record, judges) for record in self.records]

    def _record(self, row: Row) -> Record:
        cells = dict.fromkeys(self.columns) | dict(zip(self.columns, row.cells, strict=False))
        return Record(self.table, cells, row.number, row.line, self.origin)

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of the file, its heading, its rows and its cells."""
        for note in self.sheet.notes:
            yield make_problem(
                self.origin, note.code, row=note.row, index=note.column, value=note.value, detail=note.detail
            )
        if self.heading is None:
            return
        if not self.labels:
            yield make_problem(
                self.origin, "missing-heading", row=1, line=1, table=self.table, detail=", ".join(self.schema.names[:5])
            )
        yield from self._heading_problems()
        for row, record, values in zip(self.rows, self.records, self.values, strict=True):
            yield from self._row_problems(row, record, values)

    def key_problems(self, parents: Mapping[str, Iterable[Values]]) -> Iterator[Problem]:
        """Yield the problems with keys."""
        yield from key_problems(self.schema, self.records, self.values, self.columns, parents)

    def _heading_problems(self) -> Iterator[Problem]:
        for index, (label, field) in enumerate(zip(self.labels, self.fields, strict=False)):
            if not label:
                yield self._at_heading("blank-column", index, field)
            elif label in self.labels[:index]:
                yield self._at_heading("duplicate-column", index, field)
            elif label != field.name:
                yield self._at_heading("wrong-column", index, field)
        if not self.labels:
            return
        for index in range(len(self.schema.fields), len(self.labels)):
            yield self._at_heading("unknown-column", index, None)
        for index in range(len(self.labels), len(self.schema.fields)):
            yield self._at_heading("missing-column", index, self.schema.fields[index])

    def _at_heading(self, code: str, index: int, field: Field | None) -> Problem:
        return make_problem(
            self.origin,
            code,
            row=1,
            line=1,
            index=index,
            column=field.name if field else None,
            value=self.labels[index] if index < len(self.labels) else None,
            table=self.table,
            detail=", ".join(self.schema.names),
        )

    def _row_problems(self, row: Row, record: Record, values: Values) -> Iterator[Problem]:
        unnamed = row.cells[len(self.columns) : len(self.labels)]
        if is_blank(values, record, self.judges) and not any(unnamed):
            yield problem_in(record, "blank-row")
            return
        yield from cell_problems(record, self.judges, self.columns)
        for column in self.columns[len(row.cells) :]:
            yield problem_in(record, "short-row", column)
        for index in range(len(row.cells), len(self.labels)):
            if index >= len(self.columns):
                yield self._beside(record, "short-row", index, None, field=self.labels[index])
        for index, cell in enumerate(row.cells[len(self.labels) :], len(self.labels)):
            yield self._beside(record, "long-row", index, cell)

    def _beside(self, record: Record, code: str, index: int, value: str | None, **details: Any) -> Problem:
        return make_problem(
            self.origin, code, row=record.row, line=record.line, index=index, value=value, table=self.table, **details
        )
