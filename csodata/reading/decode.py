"""Bytes → text, by a fixed order of encodings; nothing is guessed from statistics."""

import codecs
import re
from dataclasses import dataclass, field

from csodata.messages import unreadable
from csodata.reading.model import Note

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MULTIBYTE_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
LINE_BREAK = re.compile(r"\r\n|\r|\n")
PREVIEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and what was noticed on the way to it."""

    text: str
    """The text; where there is a stray byte, the text before it."""
    notes: list[Note] = field(default_factory=list)
    stray: str | None = None
    """The first byte that fits no encoding, in hexadecimal."""


def count_breaks(text: str) -> int:
    """Count the line breaks of a text: LF, CRLF and CR alike."""
    return sum(1 for _ in LINE_BREAK.finditer(text))


def decode_strictly(data: bytes) -> Decoded:
    """Decode UTF-8; a byte order mark at the start is dropped, the first bad byte is told."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Decoded(data[: error.start].decode("utf-8"), stray=f"{data[error.start]:02X}")


def decode(data: bytes, file: str) -> Decoded:
    """Decode UTF-8, UTF-16 with a byte order mark, or Windows-1252, in this order.

    Windows-1252 is tried only where no sequence of bytes is multi-byte UTF-8: a UTF-8 file with one bad byte would
    decode as well, and every accent in it would be wrong.

    Args:
        data: the bytes of the file.
        file: the file's name, for errors.

    Raises:
        UnreadableError: the bytes say that they are UTF-16 and are not, or they are no text.
    """
    is_utf16 = data.startswith(UTF16_MARKS)
    decoded = _decode_utf16(data, file) if is_utf16 else decode_strictly(data)
    if decoded.stray and not MULTIBYTE_UTF8.search(data):
        decoded = _decode_windows(data)
    if "\0" in decoded.text or (not is_utf16 and b"\0" in data):
        raise unreadable(file, "no-text")
    return decoded


def _decode_utf16(data: bytes, file: str) -> Decoded:
    try:
        return Decoded(data.decode("utf-16"), [Note("read-as-utf-16", detail="UTF-16")])
    except UnicodeDecodeError as error:
        raise unreadable(file, "broken-utf-16", byte=error.start + 1) from error


def _decode_windows(data: bytes) -> Decoded:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        return Decoded(data[: error.start].decode("cp1252"), stray=f"{data[error.start]:02X}")
    words = dict.fromkeys(word for word in re.findall(r"\w+", text) if not word.isascii())
    preview = list(words) or re.findall(r"\S*[^\x00-\x7f]\S*", text)
    return Decoded(text, [Note("read-as-windows-1252", detail=", ".join(preview[:PREVIEW_WORDS]))])
