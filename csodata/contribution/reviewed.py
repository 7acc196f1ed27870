"""A copy of a contributed file, as a workbook, in which cells are written and rows appended."""

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from csodata.contribution.losses import lost
from csodata.contribution.workbook import as_bytes, put, with_cells, write_text
from csodata.folding import folded
from csodata.reading import Headings, Sheet, find_headings, read
from csodata.reading.source import read_bytes
from csodata.schema import Field
from csodata.validation.contribution import Contribution
from csodata.validation.records import Record
from csodata.validation.sheets import EVIDENCE_COLUMNS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Place = tuple[str | None, str]  # a sheet, and the table that it is read as


class Copy:
    """The sender's own workbook where there is one, else a workbook that has the cells as text, a sheet for each."""

    def __init__(self, file: Path, found: Contribution) -> None:
        """Take the file, and what is in it. Raises UnreadableError for what cannot be read."""
        self._schemas = found.schemas
        self._data = read_bytes(file)
        self._sheets = {sheet.name: sheet for sheet in read(file)}
        self._book = self._own() or with_cells(self._sheets.values(), found.sent[0].table)
        self._pages: dict[str | None, Worksheet] = dict(zip(self._sheets, self._book.worksheets, strict=False))
        self._headings: dict[Place, Headings] = {}
        self._next: dict[str | None, int] = {}

    def _own(self) -> "Workbook | None":
        """Return the sender's workbook; None where it is none, or openpyxl does not have the sheets that we read."""
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `lost` tells what openpyxl does not keep
            try:
                book = load_workbook(io.BytesIO(self._data), rich_text=True)
            except Exception:  # openpyxl meets what it does not understand with errors of any kind
                return None
        return book if [page.title for page in book.worksheets] == list(self._sheets) else None

    def write(self, record: Record, column: str, text: str) -> None:
        """Write the cell of a sent row; where its sheet lacks the column, it gets it."""
        if record.row is not None:
            index = record.origin.columns.get(column)
            if index is None:
                index = self._column((record.origin.sheet, record.table), column)
            self._put(record.origin.sheet, record.row, index, text)

    def append(self, table: str, cells: Mapping[str, str]) -> None:
        """Put a row under the others of a table, on a sheet of its own where there is none."""
        name = next((name for name in self._sheets if self._is_of(name, table)), table)
        if name not in self._pages:
            self._sheets[name] = Sheet("", name, [], [])
            self._pages[name] = self._book.create_sheet(table)
        filled = [row.number for row in self._sheets[name].rows if not row.is_blank()]
        row = self._next.get(name, max(filled, default=1) + 1)
        self._next[name] = row + 1
        for column, text in cells.items():
            self._put(name, row, self._column((name, table), column), text)

    def _is_of(self, name: str | None, table: str) -> bool:
        model = self._schemas[table]
        return name is not None and folded(name) in map(folded, filter(None, (table, model.title, model.title_fr)))

    def _column(self, place: Place, column: str) -> int:
        """Return the index of a column; it gets a heading where it has none."""
        sheet, table = self._sheets[place[0]], place[1]
        if place not in self._headings:
            self._headings[place] = find_headings(sheet, self._fields(table))
        headings = self._headings[place]
        if column not in headings.columns:
            row = headings.row.number if headings.row else 1
            used = [len(row.cells) for row in sheet.rows]
            index = max([*used, *(index + 1 for index in headings.columns.values())], default=0)
            headings.columns[column] = index
            self._put(place[0], row, index, column)
        return headings.columns[column]

    def _fields(self, table: str) -> list[Field]:
        citations = self._schemas["citations"].by_name
        evidence = [citations[name].model_copy(update={"name": column}) for column, name in EVIDENCE_COLUMNS.items()]
        return [*self._schemas[table].fields, *evidence]

    def _put(self, name: str | None, row: int, index: int, text: str) -> None:
        page = self._pages[name]
        coordinate = page.cell(row, index + 1).coordinate
        for merged in [merged for merged in page.merged_cells.ranges if coordinate in merged]:
            page.unmerge_cells(str(merged))  # only the first of them could be written
        write_text(page[coordinate], text)

    def save(self, out: Path) -> list[str]:
        """Write the workbook; return what of the sender's it does not have, in words."""
        data = as_bytes(self._book)
        put(data, out)
        return lost(self._data, data, "en") if self._data.startswith(b"PK") else []
