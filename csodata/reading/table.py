"""A stream of strict CSV → its heading and the blocks beneath, as Table Schema sees them: UTF-8, nothing repaired."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from csodata.errors import UnreadableError
from csodata.reading.blocks import blocks, closed_until, count_breaks
from csodata.reading.decode import decode_strictly
from csodata.reading.delimited import parse
from csodata.reading.model import Limits, Note

DELIMITER = ","
BREAK = re.compile(rb"\r\n|\r|\n")


@dataclass(slots=True)
class Text:
    """A text table that is about to be read."""

    labels: list[str] | None
    """The cells of the first row; None where the text has no row."""
    lines: int
    """Physical lines of the first row."""
    blocks: Iterator[bytes]
    """What stands beneath, as whole records."""
    notes: list[Note]
    """What is wrong with the file itself."""


def read_table(stream: BinaryIO, file: str, limits: Limits) -> Text:
    """Read the heading of a CSV file: UTF-8, commas, double quotes; a byte order mark is passed over.

    Args:
        stream: the bytes.
        file: the file's name, for errors.
        limits: how many columns are read.

    Returns:
        The heading, and the blocks beneath it for `parse_block`.

    Raises:
        UnreadableError: more columns than the limits allow, or a row that does not end.
    """
    found = blocks(stream, DELIMITER, file)
    data = next(found, b"").removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        notes = [Note("empty-file")]
        return Text(None if not data else [], 1, iter(()), notes)
    end = _end_of_first(data)
    decoded = decode_strictly(data[:end])
    if decoded.stray:
        line = count_breaks(decoded.text.encode()) + 1
        return Text(None, 1, iter(()), [Note("bad-encoding", detail=decoded.stray, line=line)])
    labels = next(parse(decoded.text, DELIMITER, [])).cells
    if len(labels) > limits.columns:
        raise UnreadableError(
            f"{file}: the first row has {len(labels):,} columns; at most {limits.columns:,} are read. "
            "Check that the file is a table, with one record a line."
        )
    rest = [data[end:]] if end < len(data) else []
    return Text(labels, count_breaks(data[:end]), chain(rest, found), [])


def _end_of_first(data: bytes) -> int:
    """Return where the first record ends."""
    end = 0
    while match := BREAK.search(data, end):
        end = match.end()
        if closed_until(data, DELIMITER, match.start()) == match.start():
            return end
    return len(data)
