"""Blocks of delimited text → batches of columns, each row with its place; rows of another width beside them."""

from array import array
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from csodata.arrays import text_array
from csodata.reading.blocks import BREAK, closed_until, count_breaks, end_of_records
from csodata.reading.decode import LINE_BREAK
from csodata.reading.delimited import parse

if TYPE_CHECKING:
    import pyarrow as pa


class Place(NamedTuple):
    """Where a row stands: its number, and the physical line on which it starts (None in a workbook)."""

    row: int
    line: int | None


class Breaks:
    """How many line breaks stand in the cells of some records of a block."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        """Take the number of breaks by record, counted from the block's first."""
        self._records = array("L", sorted(counts))
        self._totals = array("L", accumulate((counts[record] for record in self._records), initial=0))
        self.total = self._totals[-1]

    def before(self, record: int) -> int:
        """Return the breaks in all records before one."""
        return self._totals[bisect_left(self._records, record)]


@dataclass(slots=True)
class Places:
    """The places of a batch's rows, in some bytes a row at most."""

    first: Place
    """Where the block's first record stands; set when the records before it are counted."""
    offsets: Sequence[int]
    """Record of each row, counted from the block's first."""
    breaks: "Breaks | None" = None
    """The line breaks in cells; None where every record has one line."""

    def __getitem__(self, index: int) -> Place:
        """Return the place of a row."""
        offset = self.offsets[index]
        row, line = self.first
        if line is not None:
            line += offset + (self.breaks.before(offset) if self.breaks else 0)
        return Place(row + offset, line)


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
        before = _first_stray(data)
        stray = (f"{data[before]:02X}", count_breaks(data[:before]))
        data = data[: end_of_records(data[: before + 1], delimiter)]
    if not data:
        return Block([], 0, 0, stray)
    # Arrow would also take what looks like a byte order mark from the start of any block.
    parse_it = _parse_plainly if empty_lines or data.startswith(BOM_UTF8) else _parse
    table, ragged = parse_it(data, names, delimiter)
    records = table.num_rows + len(ragged)
    offsets = [record.offset for record in ragged]
    whole = _Without(table.num_rows, offsets) if ragged else range(table.num_rows)
    breaks = _breaks(table, whole, ragged)
    batches = [Batch(table, Places(Place(0, 0), whole, breaks))] if table.num_rows else []
    if ragged:
        rows = [record.cells for record in ragged]
        batches.append(Batch(columns(rows, names), Places(Place(0, 0), offsets, breaks), rows))
    opened = None
    if not stray and _may_be_open(data, table, ragged):
        closed = closed_until(data, delimiter)
        opened = count_breaks(data[:closed]) if closed < len(data) else None
    return Block(batches, records, records + (breaks.total if breaks else 0), stray, opened)


def columns(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> "pa.RecordBatch":
    """Return rows as columns of text: a short row ends in nulls, what a long one has besides is left out."""
    import pyarrow as pa

    width = len(names)
    padded = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    cells = zip(*padded, strict=True) if rows else [()] * width
    return pa.RecordBatch.from_arrays([text_array(column) for column in cells], names=list(names))


def _first_stray(data: bytes) -> int:
    """Return where the first byte stands that is not UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    ends = pa.py_buffer(array("i", [0, len(data)]))
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
        _pool(),
    )
    cells = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(cells, names=list(names)), ragged


def _pool() -> "pa.MemoryPool":
    """Return where a block's cells are kept: jemalloc gives a million rows' peak 30 MB less than Arrow's own choice."""
    import pyarrow as pa

    try:
        return pa.jemalloc_memory_pool()
    except NotImplementedError:  # not in every build of Arrow
        return pa.default_memory_pool()


def _parse_plainly(data: bytes, names: Sequence[str], delimiter: str) -> "tuple[pa.RecordBatch, list[_Ragged]]":
    """Return what `_parse` does, at the pace of Python."""
    text = data.decode()
    rows = list(parse(text, delimiter, []))
    lines = count_breaks(data) + (not data.endswith((b"\n", b"\r")))
    starts = [row.line or 0 for row in rows] + [lines + 1]
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


def _breaks(table: "pa.RecordBatch", whole: Sequence[int], ragged: Sequence[_Ragged]) -> Breaks | None:
    counts = Counter({record.offset: record.breaks for record in ragged if record.breaks})
    for column in table.columns:
        _, ends, texts = column.buffers()
        content = b"" if texts is None else texts.to_pybytes()
        if b"\n" in content or b"\r" in content:
            starts = memoryview(ends).cast("i")[: len(column) + 1]
            counts.update(whole[bisect_right(starts, at) - 1] for at in _break_places(content))
    return Breaks(counts) if counts else None


def _break_places(content: bytes) -> Iterator[int]:
    """Yield where line breaks stand."""
    if b"\r" in content:
        yield from (match.start() for match in BREAK.finditer(content))
        return
    at = content.find(b"\n")
    while at >= 0:
        yield at
        at = content.find(b"\n", at + 1)
