"""A copy of the sender's own file in which its problems are marked: what it is made of, and where it may be written."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

from csodata.contribution.losses import lost
from csodata.contribution.marking import WRITER, mark, without_marks
from csodata.contribution.workbook import as_bytes, put, with_cells
from csodata.errors import CsodataError
from csodata.messages import phrase
from csodata.reading import Limits, Row, Sheet, read
from csodata.reading.source import read_bytes
from csodata.report import Report
from csodata.validation.forms import MARKED_SHEETS


def check_target(source: Path, out: Path) -> None:
    """Raise CsodataError if a marked copy of `source` must not be written to `out`: nothing of the sender's is lost."""
    if out.suffix.lower() != ".xlsx":
        raise CsodataError(f"{out}: a marked copy is a workbook; give it a name that ends in .xlsx.")
    if not out.parent.is_dir():
        raise CsodataError(f"{out}: there is no folder {out.parent}.")
    if out.is_symlink() or out.exists():
        if source.exists() and out.exists() and out.samefile(source):
            raise CsodataError(f"{out}: this is the file that is checked; give the marked copy another name.")
        if not _is_untouched_copy(out):
            raise CsodataError(
                f"{out}: there is a file already, and it is no marked copy as csodata left it; it may hold somebody's "
                "corrections. Give the marked copy another name."
            )


def _is_untouched_copy(path: Path) -> bool:
    """Tell whether nobody has saved a marked copy since: Excel writes who did, LibreOffice its own name."""
    from openpyxl.packaging.extended import ExtendedProperties

    marks = {"docProps/core.xml": f">{WRITER}<", "docProps/app.xml": f">{ExtendedProperties().Application}<"}
    try:
        with zipfile.ZipFile(path) as archive:
            return all(mark.encode() in archive.read(part) for part, mark in marks.items())
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def write_marked_copy(
    source: Path, report: Report, out: Path, table: str | None = None, *, limits: Limits = Limits()
) -> None:
    """Write a copy of a contributed file in which the problems of its report are marked.

    Args:
        source: the file; what is no XLSX workbook becomes one that has the cells as they were read.
        report: what was found in this file; its language is that of the copy.
        out: the copy.
        table: the table that the file was checked against, if not by its name.
        limits: how much is read.

    Raises:
        CsodataError: `out` must not be written (see `check_target`), or the rows are more than a workbook holds.
        UnreadableError: the file cannot be read.
    """
    check_target(source, out)
    put(marked_copy(source, report, table, limits), out)


def marked_copy(source: Path, report: Report, table: str | None, limits: Limits) -> bytes:
    """Return the bytes of a marked copy, as `write_marked_copy` has it."""
    data, sheets = read_bytes(source, limits.held_bytes), read(source, limits=limits)
    if sheets[0].name is not None and (own := _of_own(data, sheets, report, limits)):
        return own
    book = with_cells((sheet for sheet in sheets if sheet.name not in MARKED_SHEETS.values()), table or source.stem)
    return as_bytes(mark(book, report, phrase("marked-cells", report.language)))


def _of_own(data: bytes, sheets: Sequence[Sheet], report: Report, limits: Limits) -> bytes | None:
    """Return the sender's own workbook, marked; None where it is no XLSX, or openpyxl would change its cells."""
    from openpyxl import load_workbook

    remarks: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not keep is told in the copy itself
        try:
            for _ in range(2):  # what is lost is known only when it is written
                book = load_workbook(io.BytesIO(data), rich_text=True)
                copy = as_bytes(mark(without_marks(book), report, *remarks))
                if remarks or not (told := lost(data, copy, report.language)):
                    break
                remarks = [phrase("marked-lost", report.language, lost=", ".join(told))]
            again = read(io.BytesIO(copy), limits=limits)
        except Exception:  # openpyxl meets what it does not understand with errors of any kind
            return None
    return copy if _cells(again) == _cells(sheets) else None


def _cells(sheets: Sequence[Sheet]) -> dict[str | None, list[tuple[int, list[str]]]]:
    """Return what stands in the sheets of a sender, without blank rows and the blank cells at the ends of rows."""
    return {
        sheet.name: [(row.number, _filled(row)) for row in sheet.rows if not row.is_blank()]
        for sheet in sheets
        if sheet.name not in MARKED_SHEETS.values()
    }


def _filled(row: Row) -> list[str]:
    width = max((index for index, cell in enumerate(row.cells, 1) if cell), default=0)
    return row.cells[:width]
