"""What a workbook loses when openpyxl reads and writes it: counted in its parts, before and after."""

import io
import re
import zipfile

from csodata.messages import Language, phrase

# By the end of its phrase's name: the parts of the archive where a thing stands, and its mark in them; without a mark,
# the parts themselves are counted.
KINDS: dict[str, tuple[str, bytes | None]] = {
    "pictures": (r"xl/media/.+", None),
    "charts": (r"xl/charts/chart[^/]*\.xml", None),
    "shapes": (r"xl/drawings/[^/]*\.xml", rb"<xdr:(?:sp|cxnSp|grpSp)[\s>]"),
    "diagrams": (r"xl/diagrams/data[^/]*", None),
    "macros": (r"xl/vbaProject\.bin", None),
    "controls": (r"xl/(?:ctrlProps|activeX)/[^/]+\.xml", None),
    "embedded": (r"xl/embeddings/.+", None),
    "threads": (r"xl/threadedComments/.+", None),
    "pivots": (r"xl/pivotTables/[^/]+\.xml", None),
    "slicers": (r"xl/(?:slicers|timelines)/[^/]+\.xml", None),
    "queries": (r"xl/(?:queryTables/[^/]+|connections)\.xml", None),
    "links": (r"xl/externalLinks/[^/]+\.xml", None),
    "validations": (r"xl/worksheets/[^/]+\.xml", rb"<(?:\w+:)?dataValidation\s"),
    "conditional": (r"xl/worksheets/[^/]+\.xml", rb"<(?:\w+:)?cfRule\s"),
    "sparklines": (r"xl/worksheets/[^/]+\.xml", rb"<\w+:sparkline>"),
}


def lost(before: bytes, after: bytes, language: Language) -> list[str]:
    """Return what a workbook has less of than it had, in words.

    `before` is a workbook that the reader has read, so that its size unpacked is within limits.
    """
    old, new = _counts(before), _counts(after)
    return [phrase(f"lost-{kind}", language, count=old[kind] - new[kind]) for kind in KINDS if new[kind] < old[kind]]


def _counts(data: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {kind: _count(archive, path, mark) for kind, (path, mark) in KINDS.items()}


def _count(archive: zipfile.ZipFile, path: str, mark: bytes | None) -> int:
    parts = [name for name in archive.namelist() if re.fullmatch(path, name, re.IGNORECASE)]
    return sum(len(re.findall(mark, archive.read(part))) for part in parts) if mark else len(parts)
