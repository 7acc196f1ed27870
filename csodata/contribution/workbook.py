"""A workbook whose cells are text and stay text: made of sheets, and written as one."""

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from csodata.errors import CsodataError
from csodata.messages import visible
from csodata.reading import Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

LONGEST_TEXT = 32_767  # characters that a cell of a workbook can hold
LONGEST_AS_TEXT = 255  # some versions of Excel show #### for a longer text in a cell that is formatted as text
LONGEST_TITLE = 31
MOST_ROWS = 1_048_576
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))  # in the name of a sheet


def with_cells(sheets: Iterable[Sheet], name: str) -> "Workbook":
    """Return a workbook with the cells of some sheets as text; one that has no name gets `name`.

    Raises CsodataError where the rows are more than a workbook holds.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        if any(row.number > MOST_ROWS for row in sheet.rows[-1:]):
            raise CsodataError(f"{sheet.file}: a workbook holds {MOST_ROWS:,} rows at most. Send it in several files.")
        page = book.create_sheet(_title(sheet.name or name))
        for row in sheet.rows:
            for column, text in enumerate(row.cells, 1):
                if text:
                    write_text(page.cell(row.number, column), text)
        for column in range(1, page.max_column + 1):
            # What is typed into an empty cell stays as it is typed, too: 2019-10 is no day.
            page.column_dimensions[get_column_letter(column)].number_format = "@"
    if not book.worksheets:
        book.create_sheet(_title(name))
    return book


def _title(name: str) -> str:
    return visible(name).translate(FORBIDDEN).strip("'")[:LONGEST_TITLE] or "Sheet"


def write_text(cell: "Cell", text: str) -> None:
    """Write a text that stays a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub(lambda found: visible(found[0]), text)[:LONGEST_TEXT]
    cell.data_type = "s"
    cell.number_format = "@" if len(text) <= LONGEST_AS_TEXT else "General"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")


def as_bytes(book: "Workbook") -> bytes:
    """Return the file that a workbook makes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(data: bytes, path: Path) -> None:
    """Write a file whole, or not at all, in the place of what is there."""
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        staged.write_bytes(data)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
