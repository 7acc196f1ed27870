"""The zip file of a workbook → its XML parts, unpacked within limits and free of document types."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, iterparse

from csodata.errors import UnreadableError
from csodata.messages import unreadable
from csodata.reading.model import Limits

Event = Literal["start", "end"]
SMALL = 10_000_000
"""Below this size unpacked, a high ratio of packing is no sign of a bomb."""


def unpack(data: bytes, file: str, limits: Limits) -> dict[str, bytes]:
    """Unpack the XML parts of a workbook.

    Args:
        data: the bytes of the workbook.
        file: its name, for errors.
        limits: size and ratio; both are judged before anything is unpacked.

    Returns:
        The content of each part by its path in the archive; those of XLSX in lower case.

    Raises:
        UnreadableError: damaged, too large, encrypted, or with a document type in a part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {_path(info.filename): info for info in archive.infolist()}
            size = sum(info.file_size for info in archive.infolist())
            if size > limits.unpacked_bytes or size > max(SMALL, len(data) * limits.unpacked_ratio):
                raise unreadable(
                    file,
                    "workbook-unpacks",
                    packed=round(len(data) / 1e6, 1),
                    size=round(size / 1e6),
                    most=round(limits.unpacked_bytes / 1e6),
                    ratio=limits.unpacked_ratio,
                )
            if any(info.flag_bits & 1 for info in infos.values()):
                raise encrypted(file)
            # A part is never read beyond the size that was judged, whatever the packed stream holds.
            parts = {
                name: _read(archive, info)
                for name, info in infos.items()
                if name == "mimetype" or name.endswith((".xml", ".rels"))
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise damaged(file) from error
    manifest = parts.get("META-INF/manifest.xml", b"<none/>")
    _refuse_document_type(manifest, file)
    if any(tag == "encryption-data" for _, tag, _ in elements(manifest, file)):
        raise encrypted(file)  # said before the parts, which then are no XML, are called damaged
    for name, part in parts.items():
        if name != "mimetype":
            _refuse_document_type(part, file)
    return parts


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as part:
        content = part.read(info.file_size + 1)  # `archive.read` would unpack all there is, and only then cut it
    if len(content) > info.file_size:
        raise zipfile.BadZipFile
    return content


def _refuse_document_type(part: bytes, file: str) -> None:
    if part.startswith((b"<", b"\xef\xbb\xbf<")) and b"<!DOCTYPE" not in part:
        return  # every encoding that can start so has ASCII for ASCII
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse as guarded_iterparse

    try:
        # A document type can stand only before the first element.
        next(iter(guarded_iterparse(io.BytesIO(part), events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException as error:
        raise unreadable(file, "document-type") from error
    except (ParseError, LookupError, ValueError) as error:
        raise damaged(file) from error


def _path(name: str) -> str:
    # The case of the names in an XLSX file does not count, and programmes differ in it; in an ODS file it does.
    return name.lower() if name.lower().startswith("xl/") else name


def pack(parts: dict[str, bytes]) -> io.BytesIO:
    """Pack parts again, so that calamine unpacks only what was measured and checked."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:  # packing takes longer than it saves
        for name, part in parts.items():
            archive.writestr(name, part)
    stream.seek(0)
    return stream


def elements(part: bytes, file: str, events: Sequence[Event] = ("start", "end")) -> Iterator[tuple[str, str, Element]]:
    """Walk through an XML part without holding it whole, if the caller clears what it has seen.

    The parser is the fast one of the standard library, which does not guard against entities: `unpack` has.

    Args:
        part: the XML, from `unpack`.
        file: the workbook's name, for errors.
        events: which of `start` and `end` are wanted.

    Yields:
        `start` or `end`, the element's name without namespace, the element.

    Raises:
        UnreadableError: not well-formed.
    """
    try:
        for event, element in iterparse(io.BytesIO(part), events=events):
            yield event, local(element.tag), element
    except (ParseError, LookupError, ValueError) as error:
        raise damaged(file) from error


def local(name: str) -> str:
    """Take the namespace from a name."""
    return name.rpartition("}")[2]


def attributes(element: Element) -> dict[str, str]:
    """Give the attributes of an element by their names without namespace."""
    return {local(name): value for name, value in element.attrib.items()}


def damaged(file: str) -> UnreadableError:
    """Make the error about a workbook that breaks off or contradicts itself."""
    return unreadable(file, "damaged-workbook")


def encrypted(file: str) -> UnreadableError:
    """Make the error about a workbook with a password."""
    return unreadable(file, "password")
