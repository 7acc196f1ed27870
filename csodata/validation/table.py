"""Check one table against one Table Schema, and nothing else: no repair, no text rule, no rule across tables."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from csodata.errors import BadSchemaError, CsodataError
from csodata.reading import Limits, opened
from csodata.report import Report, report
from csodata.schema import read
from csodata.validation.records import Origin, make_problem
from csodata.validation.strict import StrictTable

Source = str | PathLike[str] | bytes | BinaryIO


def validate_table(
    schema: Path | str | Mapping[str, Any],
    source: Source,
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    *,
    limits: Limits = Limits(),
    name: str | None = None,
) -> Report:
    """Return the report on one table held against one schema.

    The table is CSV (UTF-8, with commas), Parquet, or a workbook, of which the first sheet counts.
    `schema` is a path or a mapping, `source` a path, bytes or a binary file, `name` what it is called in the report.
    `tables` has the rows that foreign keys point to, by table; a foreign key to a table that is not there is a warning.
    Rows count as frictionless counts them: the header is 1, blank lines count, a record with line breaks counts once.
    Of the problems of one code the first are shown (`limits.problems`), and all are counted. A schema that cannot be
    used is a report with one `bad-schema` problem. Raises UnreadableError where the source cannot be read, or is larger
    than `limits` allow.
    """
    name = name or (str(source) if isinstance(source, (str, PathLike)) else "the table")
    try:
        model = read(schema)
        above = {table: _as_mappings(table, rows) for table, rows in (tables or {}).items()}
        with _stream(source, limits) as stream:
            checked = StrictTable(model, name, parents=above, limits=limits)
            checked.check(stream)
    except BadSchemaError as error:
        origin = Origin(str(schema) if isinstance(schema, (str, Path)) else None)
        return report([make_problem(origin, "bad-schema", detail=str(error).rstrip("."))], files=1, rows=0)
    return report(checked.tally.problems, files=1, rows=checked.rows, beyond=checked.tally.beyond)


def _as_mappings(table: str, rows: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a list of mappings or row models, or of an Arrow or polars table, as mappings."""
    for convert in ("to_pylist", "to_dicts"):
        if hasattr(rows, convert):
            return list(getattr(rows, convert)())
    found = [row.model_dump() if hasattr(row, "model_dump") else row for row in rows]
    if not all(isinstance(row, Mapping) for row in found):
        raise CsodataError(f"The rows of '{table}' must be mappings, or an Arrow table such as csodata.load gives.")
    return found


def _stream(source: Any, limits: Limits) -> Any:
    if isinstance(source, (str, PathLike)):
        return opened(Path(source), limits.file_bytes)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return BytesIO(source)
    if hasattr(source, "read") and isinstance(source.read(0), bytes):
        return nullcontext(source)
    raise CsodataError("The source must be a path, bytes, or a file opened in binary mode ('rb').")
