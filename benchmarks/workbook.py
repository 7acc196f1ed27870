"""The same rows as a workbook, with the dates, numbers and truth values that a spreadsheet has of its own."""

import csv
from datetime import date
from pathlib import Path

from commitments import FIELDS


def write_workbook(table: Path, workbook: Path) -> None:
    """Write the rows of a CSV file into a workbook; what cannot be a native value stands there as text."""
    from xlsxwriter import Workbook

    types = [field["type"] for field in FIELDS]
    with Workbook(workbook, {"constant_memory": True}) as book, table.open(encoding="utf-8", newline="") as file:
        sheet = book.add_worksheet("commitments")
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(csv.reader(file)):
            for column, (cell, type_) in enumerate(zip(cells, types, strict=True)):
                value = _native(cell, type_) if row else cell
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, dated)
                elif isinstance(value, bool):
                    sheet.write_boolean(row, column, value)
                elif isinstance(value, float):
                    sheet.write_number(row, column, value)
                elif value:
                    sheet.write_string(row, column, value)


def _native(cell: str, type_: str) -> str | bool | float | date:
    try:
        if type_ == "boolean":
            return {"true": True, "false": False}[cell.lower()]
        if type_ == "date":
            # A spreadsheet has no days before 1900: there they are text.
            return date.fromisoformat(cell) if len(cell) == 10 and cell >= "1900" else cell
        return float(cell) if type_ in ("integer", "number") and cell else cell
    except (KeyError, ValueError):
        return cell
