"""A stream → one table as Table Schema sees it, block by block: strict CSV (UTF-8), a worksheet, a Parquet file."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, TypeVar

from csodata.messages import unreadable
from csodata.reading.batches import Batch, Block, Place, Places, columns, parse_block
from csodata.reading.blocks import (
    BLOCK_BYTES,
    blocks,
    closed_until,
    count_breaks,
    end_of_record,
    end_of_records,
    fill,
    refuse_endless,
)
from csodata.reading.decode import decode_strictly
from csodata.reading.delimited import parse
from csodata.reading.model import Limits, Note
from csodata.reading.source import PARQUET, ZIP, held
from csodata.reading.threads import in_order

DELIMITER = ","
SHEET_ROWS = 20_000
Result = TypeVar("Result")


@dataclass(slots=True)
class Table:
    """A table that is about to be read."""

    labels: list[str] | None
    """The cells of the first row; None where there is no row."""
    notes: list[Note]
    """What is wrong with the file itself."""
    first: Place
    """Where the rows beneath begin."""
    found: Iterator[bytes | Block]
    """What stands beneath: text to be parsed, or rows."""
    file: str

    def blocks(
        self, work: Callable[[Block], Result], names: Sequence[str], *, empty_lines: bool = False
    ) -> Iterator[tuple[Block, Result]]:
        """Parse the rows, do some work on each block in two threads, and yield both in order.

        Args:
            work: what is done with a block.
            names: a name for each column.
            empty_lines: as in `parse_block`.

        Raises:
            UnreadableError: a row does not end.
        """

        def both(item: bytes | Block) -> tuple[Block, Result]:
            block = item if isinstance(item, Block) else parse_block(item, names, DELIMITER, empty_lines=empty_lines)
            return block, work(block)

        def beside(item: bytes | Block) -> tuple[bytes | Block, tuple[Block, Result]]:
            return item, both(item)

        rest = b""
        for item, (block, result) in in_order(beside, self.found):
            if isinstance(item, Block) or (not rest and block.opened is None):
                yield block, result
                continue
            # The block ended within quotes: it is cut anew, and its end goes before the next.
            data = rest + item
            cut = end_of_records(data, DELIMITER)
            rest = data[cut:]
            refuse_endless(rest, self.file)
            if cut:
                yield both(data[:cut])
        if rest:
            yield both(rest)


def read_table(stream: BinaryIO, file: str, limits: Limits) -> Table:
    """Read the heading of a table.

    Args:
        stream: the bytes: CSV in UTF-8 with commas and double quotes, a workbook, of which the first sheet counts, or
            Parquet. A byte order mark is passed over.
        file: the file's name.
        limits: how much is read.

    Raises:
        UnreadableError: more columns or bytes than the limits allow, a row that does not end, a damaged file.
    """
    start = fill(stream, len(ZIP))
    if start == ZIP:
        return _read_sheet(start + held(stream, file, limits.held_bytes), file, limits)
    if start == PARQUET:
        whole = stream if stream.seekable() else BytesIO(start + held(stream, file, limits.held_bytes))
        return _read_parquet(whole, file, limits)
    return _read_text(start, stream, file, limits)


def _read_text(start: bytes, stream: BinaryIO, file: str, limits: Limits) -> Table:
    data = (start + fill(stream, BLOCK_BYTES)).removeprefix(codecs.BOM_UTF8)
    while not (end := end_of_record(data, DELIMITER)) and (more := fill(stream, len(data) or 1)):
        data += more
        refuse_endless(data, file)
    if not data.strip() and not stream.read(1):
        return Table([] if data else None, [Note("empty-file")], Place(2, 2), iter(()), file)
    end = end or len(data)
    decoded = decode_strictly(data[:end])
    if decoded.stray:
        note = Note("bad-encoding", detail=decoded.stray, line=count_breaks(decoded.text.encode()) + 1)
        return Table(None, [note], Place(2, 2), iter(()), file)
    labels = next(parse(decoded.text, DELIMITER, [])).cells
    if len(labels) > limits.columns:
        raise unreadable(file, "row-too-wide", row=1, columns=len(labels), most=limits.columns)
    closed = closed_until(data[:end], DELIMITER)
    notes = [Note("unclosed-quote", 1, line=count_breaks(data[:closed]) + 1)] if closed < end else []
    found: Iterator[bytes | Block] = blocks(stream, DELIMITER, len(labels), file, data[end:])
    return Table(labels, notes, Place(2, 1 + count_breaks(data[:end])), found, file)


def _read_sheet(data: bytes, file: str, limits: Limits) -> Table:
    from csodata.reading.workbook import read_workbook

    sheet = read_workbook(data, file, limits)[0]
    if not sheet.rows:
        return Table(None, sheet.notes, Place(2, None), iter(()), file)
    heading, *rows = sheet.rows
    width = len(heading.cells)
    names = list(map(str, range(width)))

    def found() -> Iterator[bytes | Block]:
        for index in range(0, len(rows), SHEET_ROWS):
            some = rows[index : index + SHEET_ROWS]
            batch = Batch(columns([row.cells for row in some], names), Places(Place(0, None), range(len(some))))
            yield Block([batch], len(some), 0)

    return Table(heading.cells, sheet.notes, Place(heading.number + 1, None), found(), file)


def _read_parquet(stream: BinaryIO, file: str, limits: Limits) -> Table:
    from csodata.reading.parquet import parquet_batches

    batches = parquet_batches(stream, file, limits)
    empty = next(batches)

    def found() -> Iterator[bytes | Block]:
        for batch in batches:
            yield Block([Batch(batch, Places(Place(0, None), range(batch.num_rows)))], batch.num_rows, 0)

    return Table(list(empty.schema.names), [], Place(2, None), found(), file)
