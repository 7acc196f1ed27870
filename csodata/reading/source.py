"""A path → sheets: look at what it is before opening, tell the format by content, refuse what is no table."""

import codecs
import stat
from pathlib import Path
from typing import BinaryIO

from csodata.errors import UnreadableError
from csodata.messages import visible
from csodata.reading.archive import encrypted
from csodata.reading.delimited import read_text, read_text_strictly
from csodata.reading.model import Limits, Note, Sheet

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_TABLES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich text document",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"PK\x05\x06": "an empty zip archive",
    b"SQLite format 3": "an SQLite database",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<?xml": "an XML file",
}


def read(path: Path, *, limits: Limits = Limits()) -> list[Sheet]:
    """Read a contributed file kindly: CSV, TSV, text with semicolons, XLSX, ODS.

    Args:
        path: the file; its content decides what it is, not its name.
        limits: how much is read before the file is refused.

    Returns:
        One sheet for a text file, one for each worksheet of a workbook.

    Raises:
        UnreadableError: the file cannot be read as a table at all.
    """
    data, file = read_bytes(path, limits.file_bytes), visible(str(path))
    if data.startswith(ZIP):
        from csodata.reading.workbook import read_workbook  # calamine and the XML parser, for workbooks only

        return read_workbook(data, file, limits)
    _refuse_other_formats(data, file)
    sheet = read_text(data, file, limits)
    if data.startswith(codecs.BOM_UTF8) and sheet.rows:
        sheet.notes.append(Note("text-tidied", detail="the byte order mark at the start of the file was left out"))
    return [sheet]


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
    file = visible(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError(f"{file}: this is a folder. Name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            # Asked before opening: a pipe that nobody writes to would block for ever.
            raise UnreadableError(f"{file}: this is not a regular file but a pipe or a device. Name a file on disk.")
        if most is None:
            return path.read_bytes()
        with path.open("rb") as stream:
            data = stream.read(most + 1) if status.st_size <= most else b""
    except FileNotFoundError as error:
        raise UnreadableError(f"{file}: there is no such file. Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{file}: the file cannot be opened: {reason}.") from error
    if status.st_size > most or len(data) > most:
        raise UnreadableError(
            f"{file}: the file has {status.st_size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read. "
            "Send it in several files."
        )
    return data


def _refuse_other_formats(data: bytes, file: str) -> None:
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise encrypted(file)
        raise UnreadableError(f"{file}: this is a workbook of the old kind (.xls). Open it and save it as .xlsx.")
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what in NOT_TABLES.items():
        if start.startswith(magic.lower()):
            raise UnreadableError(
                f"{file}: this is {what}, not a table. Save the table as .xlsx or as CSV (UTF-8) and send that."
            )
