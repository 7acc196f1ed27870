"""A path → sheets: look at what it is before opening, tell the format by content, refuse what is no table."""

import codecs
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from csodata.errors import UnreadableError
from csodata.messages import unreadable, visible
from csodata.reading.archive import encrypted
from csodata.reading.delimited import read_text, read_text_strictly
from csodata.reading.model import Limits, Note, Row, Sheet
from csodata.reading.stream import opened

ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"
STANDARD_INPUT = "standard input"
IN_MEMORY = 10_000_000
PIECE = 1_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_TABLES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich text document",
    b"PAR1": "a Parquet file that was cut short",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"PK\x05\x06": "an empty zip archive",
    b"SQLite format 3": "an SQLite database",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<?xml": "an XML file",
}


def read(source: Path | BinaryIO, *, name: str | None = None, limits: Limits = Limits()) -> list[Sheet]:
    """Read a contributed file kindly: CSV, TSV, text with semicolons, XLSX, ODS, Parquet.

    Args:
        source: the file, or an open one; its content decides what it is, not its name.
        name: what it is called, if not by its path.
        limits: how much is read before the file is refused.

    Returns:
        One sheet for a text or Parquet file, one for each worksheet of a workbook.

    Raises:
        UnreadableError: the file cannot be read as a table at all.
    """
    file = visible(name or (str(source) if isinstance(source, Path) else STANDARD_INPUT))
    sheets = _read_kindly(source, file, limits)
    if isinstance(source, Path) and source.is_symlink():
        sheets[0].notes.append(Note("link-followed", detail=str(source.resolve())))
    return sheets


def _read_kindly(source: Path | BinaryIO, file: str, limits: Limits) -> list[Sheet]:
    most = limits.held_bytes
    data = read_bytes(source, most) if isinstance(source, Path) else held(source, file, most)
    if data.startswith(ZIP):
        from csodata.reading.workbook import read_workbook  # calamine and the XML parser, for workbooks only

        return read_workbook(data, file, limits)
    if data.startswith(PARQUET) and data.endswith(PARQUET) and len(data) > 2 * len(PARQUET):
        from csodata.reading.parquet import read_parquet

        return [read_parquet(io.BytesIO(data), file, limits)]
    _refuse_other_formats(data, file)
    sheet = read_text(data, file, limits)
    if data.startswith(codecs.BOM_UTF8) and sheet.rows:
        sheet.notes.append(Note("text-tidied", detail="the byte order mark at the start of the file was left out"))
    return [sheet]


def read_rows(path: Path, *, limits: Limits = Limits()) -> list[dict[str, str]]:
    """Read the first sheet of a file as rows by the names in its first row.

    Args:
        path: the file.
        limits: how much is read.

    Raises:
        UnreadableError: the file cannot be read as a table at all.
    """
    heading, *rows = read(path, limits=limits)[0].rows or [Row(1, None, [])]
    return [dict(zip(heading.cells, row.cells, strict=False)) for row in rows if not row.is_blank()]


def read_strict(source: Path | bytes | BinaryIO, name: str) -> Sheet:
    """Read a CSV file as Table Schema says and nothing else: UTF-8, comma, double quote, no repair, no trimming.

    Args:
        source: a path, the bytes, or a binary stream.
        name: the file's name for the sheet.

    Returns:
        The rows that frictionless sees, with its numbers.

    Raises:
        UnreadableError: the path is no regular file or cannot be opened.
    """
    if isinstance(source, Path):
        source = read_bytes(source)
    return read_text_strictly(source if isinstance(source, bytes) else source.read(), name)


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """Read a regular file whole.

    Args:
        path: the file.
        most: the greatest size, in bytes, that is read.

    Raises:
        UnreadableError: no such file, not a regular file, larger than `most`, or not to be opened.
    """
    file = str(path)
    with opened(path, sys.maxsize if most is None else most) as stream:
        if most is None:
            return _read(stream, file)
        data = _read(stream, file, most + 1)
    if len(data) > most:  # it has grown since
        raise _too_large(file, most)
    return data


@contextmanager
def spooled(stream: BinaryIO, file: str, most: int) -> Iterator[BinaryIO]:
    """Keep what a stream gives, standard input for example, as a file that can seek: on disk where it is large.

    Args:
        stream: the bytes.
        file: the stream's name, for errors.
        most: how many bytes are read.

    Raises:
        UnreadableError: there are more bytes, or they cannot be read.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        for piece in _pieces(stream, file, most):
            kept.write(piece)
        kept.seek(0)
        yield cast(BinaryIO, kept)


def held(stream: BinaryIO, file: str, most: int) -> bytes:
    """Read all that a stream gives.

    Args:
        stream: the bytes.
        file: the stream's name, for errors.
        most: how many bytes are read.

    Raises:
        UnreadableError: there are more bytes, or they cannot be read.
    """
    return b"".join(_pieces(stream, file, most))


def _pieces(stream: BinaryIO, file: str, most: int) -> Iterator[bytes]:
    size = 0
    while piece := _read(stream, file, min(PIECE, most + 1 - size)):
        size += len(piece)
        if size > most:
            raise _too_large(file, most)
        yield piece


def _too_large(file: str, most: int) -> UnreadableError:
    return unreadable(file, "stream-too-large", most=round(most / 1e6))


def _read(stream: BinaryIO, file: str, size: int = -1) -> bytes:
    try:
        return stream.read(size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(file, "not-readable", reason=reason) from error


def _refuse_other_formats(data: bytes, file: str) -> None:
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise encrypted(file)
        raise unreadable(file, "old-workbook")
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what in NOT_TABLES.items():
        if start.startswith(magic.lower()):
            raise unreadable(file, "no-table", what=what)
