"""What reading gives: sheets of rows of cells, and notes about them; and how much it is willing to read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from csodata.errors import CsodataError

VALUE_LENGTH = 200
"""A note quotes no more characters of a cell than this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be before it is refused."""

    file_bytes: int = 1_000_000_000
    """Size of a file that is checked block by block: CSV against a schema alone."""
    held_bytes: int = 25_000_000
    """Size of a file that is held in memory whole: a contribution, a workbook, Parquet."""
    cell_chars: int = 100_000
    """Length of one cell; a longer one is cut and noted."""
    columns: int = 2_000
    """Columns of one sheet."""
    rows: int = 2_000_000
    """Rows of one sheet."""
    cells: int = 10_000_000
    """Cells of a worksheet, rows times columns: a workbook can place one cell in the farthest corner."""
    unpacked_bytes: int = 500_000_000
    """Size of a workbook after unpacking, and of its text with repetitions written out."""
    unpacked_ratio: int = 200
    """How many times larger a workbook may become by unpacking."""
    problems: int = 1_000
    """Problems of one code that a report shows; the totals count all."""


def limits_with(changes: Mapping[str, str]) -> Limits:
    """Return the limits with some of them changed.

    Args:
        changes: new values by name, as digits.

    Raises:
        CsodataError: no limit has that name, or the value is no number.
    """
    names = [limit.name for limit in fields(Limits)]
    for name, value in changes.items():
        if name not in names:
            raise CsodataError(f"There is no limit '{name}'. The limits are: {', '.join(names)}.")
        if not (value.isascii() and value.isdigit()):
            raise CsodataError(
                f"The limit '{name}' is a whole number, such as {getattr(Limits(), name)}; not '{value}'."
            )
    return replace(Limits(), **{name: int(value) for name, value in changes.items()})


@dataclass(frozen=True, slots=True)
class Row:
    """One record, as the sender sees it."""

    number: int
    """Row of the sheet; in a text file the record's number: from 1, blank lines counted, line breaks in cells not."""
    line: int | None
    """Physical line, from 1, on which the record starts; None in a workbook."""
    cells: list[str]
    """Text as read, not trimmed."""

    def is_blank(self) -> bool:
        """Tell whether no cell holds text."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Note:
    """A repair that was made, or a cell, row or file that cannot be taken as it is."""

    code: str
    """What it is, for example `semicolons-read` or `formula-cell`."""
    row: int | None = None
    """Row number, as in `Row.number`."""
    column: int | None = None
    """Index of the cell in its row, from 0."""
    value: str | None = None
    """What stood there, cut to `VALUE_LENGTH` characters."""
    detail: str = ""
    """What the message needs besides: the encoding, the text a date was read as, a range, a number of rows."""
    line: int | None = None
    """Physical line, from 1, where the fault itself lies, if that is not where the row starts."""

    def __post_init__(self) -> None:
        if self.value is not None:
            object.__setattr__(self, "value", self.value[:VALUE_LENGTH])


@dataclass(slots=True)
class Sheet:
    """A text file, or one worksheet of a workbook."""

    file: str
    """Name of the file, as the sender named it."""
    name: str | None
    """Name of the worksheet; None for a text file."""
    rows: list[Row]
    """All rows in order, heading and blank rows included."""
    notes: list[Note]
    """Repairs and problems."""


def column_letter(index: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def cut_long_cells(sheet: Sheet, limits: Limits) -> None:
    """Cut every cell that is longer than the limit, and note it."""
    for row in sheet.rows:
        if max(map(len, row.cells), default=0) <= limits.cell_chars:
            continue
        for column, cell in enumerate(row.cells):
            if len(cell) > limits.cell_chars:
                sheet.notes.append(Note("cell-too-long", row.number, column, cell, detail=str(len(cell))))
                row.cells[column] = cell[: limits.cell_chars]
