"""The tables → files for the tools that people have: CSV, Parquet, a workbook, SQLite, Stata."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from csodata.canonical import read_rows
from csodata.dataset import Dataset
from csodata.errors import CsodataError, MissingPackageError
from csodata.schema import Field, TableSchema, read, to_text
from csodata.values import escaped

FORMATS = ("csv", "parquet", "xlsx", "sqlite", "dta")
ONE_FILE = ("xlsx", "sqlite")  # of all tables; the others write a file a table


def export(dataset: Dataset, tables: Sequence[str], form: str, output: Path, *, excel_safe: bool = False) -> list[Path]:
    """Write some tables, or all where none is named, in another form.

    Args:
        dataset: where they stand.
        tables: their names.
        form: one of `FORMATS`.
        output: a new file for a workbook or SQLite, or for one table; else a folder.
        excel_safe: CSV of which a spreadsheet runs nothing: an apostrophe goes before a cell that it would run, and a
            byte order mark before all, for the letters. Reading a contribution undoes both. 2019-10 is taken for a day
            all the same; in a workbook it is not.

    Returns:
        The paths of what was written.

    Raises:
        CsodataError: the output is there already, or a table is not, or a text is longer than a cell of a workbook
            holds; MissingPackageError for Stata without pyreadstat.
    """
    schemas = {table: read(dataset.schema_path(table)) for table in tables or dataset.tables}
    if form in ONE_FILE or (len(tables) == 1 and output.suffix):
        targets = {output: schemas}
    else:
        targets = {output / f"{table}.{form}": {table: schema} for table, schema in schemas.items()}
    if output.suffix == f".{form}" and output not in targets:
        raise CsodataError(f"{len(schemas)} tables do not go into one {form} file. Name a folder, or one table.")
    for path in targets:
        if path.exists() or path.is_symlink():
            raise CsodataError(f"{path} is there already. Name another output, or remove it.")
    write = _csv_writer(excel_safe=excel_safe) if form == "csv" else WRITERS[form]
    for path, some in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        try:
            write(dataset, some, beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return list(targets)


def _csv_writer(*, excel_safe: bool) -> "Writer":
    def write(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
        [(table, schema)] = schemas.items()
        if not excel_safe:
            shutil.copyfile(dataset.csv_path(table), path)
            return
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(schema.names)
        for row in read_rows(dataset.csv_path(table), schema):
            writer.writerow([escaped(row[name]) for name in schema.names])
        path.write_bytes(text.getvalue().encode("utf-8-sig"))

    return write


def _write_parquet(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
    [table] = schemas
    shutil.copyfile(dataset.parquet_path(table), path)


def _write_sqlite(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
    from csodata.releases.sqlite import write_sqlite

    write_sqlite(dataset, schemas, path)


def _write_workbook(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
    """Write a sheet a table; text stays text, whatever it looks like."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        heading, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for table, schema in schemas.items():
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 1)
            for column, field in enumerate(schema.fields):
                sheet.set_column(column, column, 24, text if field.type in ("string", "date") else None)
                sheet.write_string(0, column, field.name, heading)
                sheet.write_comment(0, column, field.description or field.name)
            for row, cells in enumerate(read_rows(dataset.csv_path(table), schema), 1):
                for column, field in enumerate(schema.fields):
                    _write_cell(sheet, row, column, field, cells[field.name])


def _write_cell(sheet: Any, row: int, column: int, field: Field, text: str) -> None:
    if text == "":
        return
    if field.type in ("integer", "number"):
        sheet.write_number(row, column, float(text))
    elif field.type == "boolean":
        sheet.write_boolean(row, column, text == "true")
    elif sheet.write_string(row, column, text):  # which leaves a longer text out, and says so only here
        raise CsodataError(
            f"{sheet.name}: the text of '{field.name}' in row {row} has {len(text):,} characters; a workbook holds "
            "32,767 in a cell. Export this table as CSV."
        )


def _write_stata(dataset: Dataset, schemas: Mapping[str, TableSchema], path: Path) -> None:
    """Write one table: titles are variable labels; a list's values are numbers with value labels."""
    try:
        import pandas as pd
        import pyreadstat
    except ImportError:
        raise MissingPackageError("Stata files need pyreadstat: pip install 'csodata[stata]'.") from None
    [(table, schema)] = schemas.items()
    rows = read_rows(dataset.csv_path(table), schema)
    columns = {}
    labels: dict[str, dict[int | float, str]] = {}
    for field in schema.fields:
        texts = [row[field.name] for row in rows]
        if field.constraints.enum or field.type == "boolean":
            codes = _codes(field)
            labels[field.name] = {code: label for code, label in codes.values()}
            columns[field.name] = pd.Series([codes[text][0] if text else None for text in texts], dtype="float64")
        elif field.type in ("integer", "number"):
            columns[field.name] = pd.Series([float(text) if text else None for text in texts], dtype="float64")
        else:
            columns[field.name] = pd.Series(texts, dtype="object")
    pyreadstat.write_dta(
        pd.DataFrame(columns),
        str(path),
        file_label=f"csodata {dataset.version}: {table}"[:80],
        column_labels={field.name: (field.title or field.name)[:80] for field in schema.fields},
        variable_value_labels=labels,
        version=15,
    )


def _codes(field: Field) -> dict[str, tuple[int, str]]:
    """Return number and label of each value of a list, by the value."""
    if field.type == "boolean":
        return {"false": (0, "false"), "true": (1, "true")}
    words = {category.value: category.label for category in field.categories or []}
    values = [to_text(value) for value in field.constraints.enum or []]
    return {value: (number, words.get(value, value)) for number, value in enumerate(values, 1)}


Writer = Callable[[Dataset, Mapping[str, TableSchema], Path], None]
WRITERS: Mapping[str, Writer] = {
    "parquet": _write_parquet,
    "xlsx": _write_workbook,
    "sqlite": _write_sqlite,
    "dta": _write_stata,
}
