"""Blocks of delimited text → batches of columns, each row with its place; rows of another width beside them."""

from array import array
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from csodata.reading.blocks import closed_until, count_breaks, end_of_records
from csodata.reading.decode import LINE_BREAK, decode_strictly
from csodata.reading.delimited import parse

if TYPE_CHECKING:
    import pyarrow as pa


class Place(NamedTuple):
    """Where a row stands: its number, and the physical line on which it starts (None in a workbook)."""

    row: int
    line: int | None


@dataclass(slots=True)
class Places:
    """The places of a batch's rows, in some bytes a row at most."""

    first: Place
    """Where the block's first record stands; set when the records before it are counted."""
    offsets: Sequence[int]
    """Record of each row, counted from the block's first."""
    lines: Sequence[int] | None = None
    """Line of each record of the block, counted from its first; None where every record has one line."""

    def __getitem__(self, index: int) -> Place:
        """Return the place of a row."""
        offset = self.offsets[index]
        row, line = self.first
        return Place(row + offset, None if line is None else line + (self.lines[offset] if self.lines else offset))


@dataclass(slots=True)
class Batch:
    """Rows as columns of text; a null is a cell that is not there, because the row ends before it."""

    cells: "pa.RecordBatch"
    places: Places
    ragged: list[list[str]] = field(default_factory=list)
    """The cells of each row as they stand, where not all rows have as many as there are columns."""


@dataclass(slots=True)
class Block:
    """What a block of text gave."""

    batches: list[Batch]
    records: int
    lines: int
    stray: tuple[str, int] | None = None
    """The first byte that is not UTF-8, in hexadecimal, and the line breaks before it; nothing from its row on."""
    opened: int | None = None
    """Line breaks before the quotation mark that is open where the block ends."""

    def place(self, first: Place) -> Place:
        """Tell the rows where the block begins; return where the next one does."""
        for batch in self.batches:
            batch.places.first = first
        return Place(first.row + self.records, None if first.line is None else first.line + self.lines)


class _Without(Sequence[int]):
    """The numbers from 0 up without some of them."""

    def __init__(self, length: int, left_out: Sequence[int]) -> None:
        self._length = length
        self._shifts = [number - index for index, number in enumerate(left_out)]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        return index + bisect_right(self._shifts, index)


class _Ragged(NamedTuple):
    """A record that has not as many cells as there are columns."""

    offset: int
    cells: list[str]
    breaks: int


def parse_block(data: bytes, names: Sequence[str], delimiter: str, *, empty_lines: bool = False) -> Block:
    """Parse whole records, with quotes as Python's csv module has them.

    Args:
        data: UTF-8 text from `blocks`.
        names: a name for each column; a row is ragged if it has not as many cells.
        delimiter: one character.
        empty_lines: an empty line is a row without cells, and not, as Arrow has it, one with an empty text in each.

    Returns:
        One batch of the rows that fit and one of those that do not, each in order.
    """
    stray = None
    if not _is_utf8(data):
        decoded = decode_strictly(data)
        before = len(decoded.text.encode())
        stray = (decoded.stray or "", count_breaks(data[:before]))
        data = data[: end_of_records(data[:before], delimiter)]
    if not data:
        return Block([], 0, 0, stray)
    # Arrow would also take what looks like a byte order mark from the start of any block.
    parse_it = _parse_plainly if empty_lines or data.startswith(BOM_UTF8) else _parse
    table, ragged = parse_it(data, names, delimiter)
    records = table.num_rows + len(ragged)
    lines = _lines(table, ragged) if _has_breaks(table, ragged) else None
    nowhere, offsets = Place(0, 0), [record.offset for record in ragged]
    whole = Places(nowhere, _Without(table.num_rows, offsets) if ragged else range(table.num_rows), lines)
    batches = [Batch(table, whole)] if table.num_rows else []
    if ragged:
        rows = [record.cells for record in ragged]
        batches.append(Batch(columns(rows, names), Places(nowhere, offsets, lines), rows))
    opened = None
    if not stray and _may_be_open(data, table, ragged):
        closed = closed_until(data, delimiter, len(data))
        opened = count_breaks(data[:closed]) if closed < len(data) else None
    return Block(batches, records, lines.pop() if lines else records, stray, opened)


def columns(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> "pa.RecordBatch":
    """Return rows as columns of text: a short row ends in nulls, what a long one has besides is left out."""
    import pyarrow as pa

    width = len(names)
    padded = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    cells = zip(*padded, strict=True) if rows else [()] * width
    return pa.RecordBatch.from_arrays([pa.array(list(column), pa.string()) for column in cells], names=list(names))


def _is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:
        pa.BinaryArray.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(data)]).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _parse(data: bytes, names: Sequence[str], delimiter: str) -> "tuple[pa.RecordBatch, list[_Ragged]]":
    """Return the rows that have as many cells as there are names, and the others."""
    import pyarrow as pa
    from pyarrow import csv

    ragged: list[_Ragged] = []

    def leave_out(row: csv.InvalidRow) -> str:
        cells = next(parse(row.text, delimiter, [])).cells
        ragged.append(_Ragged(row.number - 1, cells, len(LINE_BREAK.findall(row.text))))
        return "skip"

    numbered = [str(index) for index in range(len(names))]  # a heading may say the same twice
    table = csv.read_csv(
        pa.BufferReader(data),
        # Row numbers come without threads only; the blocks themselves are what runs side by side.
        csv.ReadOptions(use_threads=False, column_names=numbered, block_size=len(data) + 1),
        csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=leave_out
        ),
        csv.ConvertOptions(column_types=dict.fromkeys(numbered, pa.string()), check_utf8=False),
    )
    cells = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(cells, names=list(names)), ragged


def _parse_plainly(data: bytes, names: Sequence[str], delimiter: str) -> "tuple[pa.RecordBatch, list[_Ragged]]":
    """Return what `_parse` does, at the pace of Python."""
    text = data.decode()
    rows = list(parse(text, delimiter, []))
    starts = [row.line or 0 for row in rows] + [count_breaks(data) + 1]
    ragged = [
        _Ragged(offset, row.cells, starts[offset + 1] - starts[offset] - 1)
        for offset, row in enumerate(rows)
        if len(row.cells) != len(names)
    ]
    return columns([row.cells for row in rows if len(row.cells) == len(names)], names), ragged


def _may_be_open(data: bytes, table: "pa.RecordBatch", ragged: Sequence[_Ragged]) -> bool:
    """Tell whether the end of the data may stand within quotes: then the last cell ends as the data do."""
    if ragged and ragged[-1].offset == table.num_rows + len(ragged) - 1:
        return True  # the text of such a row comes without its line break
    last: str = table.columns[-1][-1].as_py()
    return last.endswith(("\n", "\r")) or not data.endswith((b"\n", b"\r"))


def _has_breaks(table: "pa.RecordBatch", ragged: Sequence[_Ragged]) -> bool:
    """Tell whether a line break stands in a cell."""
    buffers = [texts.to_pybytes() for column in table.columns if (texts := column.buffers()[2]) is not None]
    return any(b"\n" in texts or b"\r" in texts for texts in buffers) or any(record.breaks for record in ragged)


def _lines(table: "pa.RecordBatch", ragged: Sequence[_Ragged]) -> "array[int]":
    """Return the line on which each record starts, counted from the first, and the one on which a next would."""
    import pyarrow.compute as pc

    inside = [0] * table.num_rows
    for column in table.columns:
        if pc.any(pc.match_substring_regex(column, "[\n\r]")).as_py():
            found = pc.count_substring_regex(column, LINE_BREAK.pattern).to_pylist()
            inside = [sum(pair) for pair in zip(inside, found, strict=True)]
    for record in ragged:
        inside.insert(record.offset, record.breaks)
    return array("L", accumulate((1 + breaks for breaks in inside), initial=0))
