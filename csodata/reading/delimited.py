"""Text → records, as Python's csv module parses quotes, each with the physical line on which it starts."""

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice

from csodata.messages import unreadable
from csodata.reading.decode import count_breaks, decode, decode_strictly
from csodata.reading.model import Limits, Note, Row, Sheet, cut_long_cells

DELIMITERS = {",": None, ";": "semicolons-read", "\t": "tabs-read"}
HEADING_ROWS = 20
LONGEST_FIELD = 2**31 - 2
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def read_text(data: bytes, file: str, limits: Limits) -> Sheet:
    """Read a text table kindly: three encodings, three delimiters.

    Args:
        data: the bytes of the file.
        file: the file's name.
        limits: how much is read.

    Returns:
        A sheet with a note for each repair; without rows where a byte fits no encoding.

    Raises:
        UnreadableError: no text, or too many rows or columns.
    """
    decoded = decode(data, file)
    text = decoded.text.removeprefix("\ufeff")
    delimiter = find_delimiter(text)
    if decoded.stray:
        return Sheet(file, None, [], [_place_stray_byte(text, delimiter, decoded.stray)])
    sheet = Sheet(file, None, [], decoded.notes)
    if code := DELIMITERS[delimiter]:
        sheet.notes.append(Note(code, detail=delimiter))
    for row in parse(text, delimiter, sheet.notes):
        if row.number > limits.rows:
            raise unreadable(file, "too-many-rows", most=limits.rows)
        if len(row.cells) > limits.columns:
            raise unreadable(file, "row-too-wide", row=row.number, columns=len(row.cells), most=limits.columns)
        sheet.rows.append(row)
    if all(row.is_blank() for row in sheet.rows):
        sheet.notes.append(Note("empty-file"))
    cut_long_cells(sheet, limits)
    return sheet


def read_text_strictly(data: bytes, file: str) -> Sheet:
    """Read UTF-8 with commas and double quotes and repair nothing; rows and numbers are those of frictionless.

    Args:
        data: the bytes of the file.
        file: the file's name.

    Returns:
        A sheet; with the single note `bad-encoding` and no rows where a byte is not UTF-8.
    """
    decoded = decode_strictly(data)
    if decoded.stray:
        line = count_breaks(decoded.text) + 1
        return Sheet(file, None, [], [Note("bad-encoding", detail=decoded.stray, line=line)])
    # An unclosed quote is no error to frictionless: the note that `parse` writes about it is not taken over.
    rows = list(parse(decoded.text, ",", []))
    return Sheet(file, None, rows, [Note("empty-file")] if all(row.is_blank() for row in rows) else [])


def parse(text: str, delimiter: str, notes: list[Note]) -> Iterator[Row]:
    """Parse delimited text.

    Args:
        text: the text, its line breaks untouched.
        delimiter: one character.
        notes: takes `unclosed-quote`, where the last record is still inside quotes when the text ends.

    Yields:
        Every record, the blank ones too.
    """
    # The module's limit of 131 072 characters is the process's and breaks off the whole file; it is only ever raised.
    if csv.field_size_limit() < LONGEST_FIELD:
        csv.field_size_limit(LONGEST_FIELD)
    # The empty line at the end shows whether a quote is open: it is a blank record of its own, or part of the last one.
    reader = csv.reader(chain((match[0] for match in LINE.finditer(text)), [""]), delimiter=delimiter)
    last, line = Row(0, 0, []), 1
    for number, cells in enumerate(reader, start=1):
        if last.number:
            yield last
        last, line = Row(number, line, cells), reader.line_num + 1
    if last.line != reader.line_num:
        yield last
        opened = (last.line or 1) + sum(count_breaks(cell) for cell in last.cells[:-1])
        notes.append(Note("unclosed-quote", last.number, len(last.cells) - 1, last.cells[-1], line=opened))


def find_delimiter(text: str) -> str:
    """Decide on comma, semicolon or tab, from the heading row.

    That is the first row which a delimiter cuts into several cells, and the row under it into as many: a title
    with a comma in it is no heading row. The delimiter that gives most columns wins, the comma on a tie.
    """
    candidates: list[tuple[bool, int, int, int]] = []
    for rank, delimiter in enumerate(DELIMITERS):
        rows = list(islice((row for row in parse(text, delimiter, []) if not row.is_blank()), HEADING_ROWS + 1))
        for row, following in zip(rows[:HEADING_ROWS], [*rows[1:], None], strict=False):
            alone = following is not None and len(following.cells) != len(row.cells)
            if len(row.cells) > 1:
                candidates.append((alone, row.line or 0, -len(row.cells), rank))
    return list(DELIMITERS)[min(candidates)[-1]] if candidates else ","


def _place_stray_byte(text: str, delimiter: str, byte: str) -> Note:
    # The mark keeps a byte at the start of a row or cell from being counted to the row before.
    *_, row = parse(text + "?", delimiter, [])
    return Note("stray-byte", row.number, len(row.cells) - 1, detail=byte, line=count_breaks(text) + 1)
