"""A stream of delimited text → blocks of bytes that end where a record ends, without parsing them."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import BinaryIO, NamedTuple

from csodata.messages import unreadable

BLOCK_BYTES = 2_500_000  # larger blocks leave the processor's cache, smaller ones pay more for each call
BLOCK_LINES = 200_000
"""Lines of a block, about: what is found in a row takes far more room than an empty row."""
SAMPLES, SAMPLE = 10, 1_000
LONGEST_RECORD = 50_000_000
LINES_TRIED = 20
BREAK = re.compile(rb"\r\n|\r|\n")


def blocks(stream: BinaryIO, delimiter: str, columns: int, file: str, rest: bytes = b"") -> Iterator[bytes]:
    """Cut a stream where a record is likely to end.

    To be sure would take a look at every quotation mark. Whoever parses a block sees whether it ends within quotes.

    Args:
        stream: UTF-8 text; its line ends may be LF, CRLF or CR.
        delimiter: one character of ASCII.
        columns: cells of a record.
        file: the file's name, for errors.
        rest: what was read of the stream already.

    Yields:
        Blocks that end with a line break; the last one has what is left.

    Raises:
        UnreadableError: a line is so long that the file is no table.
    """
    chunks = chain.from_iterable(
        map(_pieces, chain([rest] if rest else [], iter(lambda: fill(stream, BLOCK_BYTES), b"")))
    )
    rest = b""
    for chunk in chunks:
        cut = _likely_end(chunk, delimiter.encode(), columns)
        if cut:
            yield b"".join((rest, memoryview(chunk)[:cut])) if rest or cut < len(chunk) else chunk
            rest = chunk[cut:]
        else:
            rest += chunk
            refuse_endless(rest, file)
    if rest:
        yield rest


def _pieces(chunk: bytes) -> Iterator[bytes]:
    """Cut a chunk of very short lines, such as blank ones, as samples of it let expect: to count all takes too long."""
    samples = [chunk[at : at + SAMPLE] for at in range(0, len(chunk), max(SAMPLE, len(chunk) // SAMPLES))]
    lines = sum(map(count_breaks, samples)) * len(chunk) // (sum(map(len, samples)) or 1)
    size = -(-len(chunk) // (lines // BLOCK_LINES + 1))
    return (chunk[at : at + size] for at in range(0, len(chunk), size))


def fill(stream: BinaryIO, size: int) -> bytes:
    """Read as many bytes as are asked for, or all that are left: a pipe may give fewer at a time."""
    data = stream.read(size)
    while data and len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def refuse_endless(data: bytes, file: str) -> None:
    """Raise UnreadableError if what has no end yet is too long for a record."""
    if len(data) > LONGEST_RECORD:
        raise unreadable(file, "endless-row", most=LONGEST_RECORD // 1_000_000)


def _likely_end(data: bytes, delimiter: bytes, columns: int) -> int:
    """Return the end of the last line that has a delimiter for each column; of the last line if none has."""
    last = end = _last_break(data, len(data))
    for _ in range(LINES_TRIED):
        start = _last_break(data, end - (2 if data.endswith(b"\r\n", 0, end) else 1)) if end else 0
        if data.count(delimiter, start, end) >= columns - 1:
            return end
        end = start
    return last


def end_of_record(data: bytes, delimiter: str) -> int:
    """Return where the first record ends; 0 where it does not."""
    match = _patterns(delimiter).record.match(data)
    return match.end() if match else 0


def end_of_records(data: bytes, delimiter: str) -> int:
    """Return where the last whole record ends; 0 where none does."""
    return _patterns(delimiter).records.match(data).end()  # type: ignore[union-attr]  # it matches even nothing


def closed_until(data: bytes, delimiter: str) -> int:
    """Return the length of data, or where the quotation mark stands that is open at its end."""
    return _patterns(delimiter).closed.match(data).end()  # type: ignore[union-attr]


def count_breaks(data: bytes) -> int:
    """Count the line breaks: LF, CRLF and CR alike."""
    returns = data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else 0
    return data.count(b"\n") + returns


def _last_break(data: bytes, end: int) -> int:
    """Return where the text behind the last line break before `end` begins; 0 where there is no break."""
    after = data.rfind(b"\n", 0, end) + 1
    # A CR at the very end may be the first half of a CRLF.
    return max(after, data.rfind(b"\r", 0, min(end, len(data) - 1)) + 1) if b"\r" in data else after


class _Patterns(NamedTuple):
    record: re.Pattern[bytes]
    records: re.Pattern[bytes]
    closed: re.Pattern[bytes]


@cache
def _patterns(delimiter: str) -> _Patterns:
    # As Python's csv module has it: a quotation mark opens where a cell begins, is doubled inside, and is a character
    # like any other elsewhere. A CR at the very end may be the first half of a CRLF.
    inside = rf'[^{re.escape(delimiter)}\r\n]"'
    quoted = rf'"(?<!{inside})[^"]*+(?:""[^"]*+)*+"'
    stray = rf'"(?<={inside})'
    record = rf'(?:[^"\r\n]++|{quoted}|{stray})*+(?:\r\n|\n|\r(?!\Z))'
    closed = rf'[^"]*+(?:(?:{quoted}|{stray})[^"]*+)*+'
    return _Patterns(*(re.compile(pattern.encode()) for pattern in (record, f"(?:{record})*+", closed)))
