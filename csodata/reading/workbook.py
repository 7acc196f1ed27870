"""A workbook → sheets of text: calamine gives the values, the XML what calamine does not tell."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from csodata.messages import unreadable
from csodata.reading.archive import damaged, encrypted, pack, unpack
from csodata.reading.facts import Facts, Place
from csodata.reading.model import Limits, Note, Row, Sheet, column_letter, cut_long_cells
from csodata.reading.ods import CONTENT, read_ods_facts
from csodata.reading.xlsx import WORKBOOK, read_xlsx_facts

ODS = b"application/vnd.oasis.opendocument.spreadsheet"
Value = str | bool | int | float | date | datetime | time | timedelta
Found = tuple[str, str, str, str]
"""A cell's text; and code, value and detail of the note on it, empty where there is nothing to note."""
ONE_A_COLUMN = ("native-number", "native-boolean")
"""One note tells of all such cells of a column."""
MACROS = {
    "[Content_Types].xml": re.compile(rb"vbaProject|macrosheet"),
    "META-INF/manifest.xml": re.compile(rb"=.Basic/"),
}
"""Where a workbook tells what is in it, and what it calls macros there."""
MOST_RANGES = 10
"""More hidden rows or columns than these are not named one by one."""


def read_workbook(data: bytes, file: str, limits: Limits) -> list[Sheet]:
    """Read every worksheet of an XLSX or ODS workbook.

    Args:
        data: the bytes of the workbook.
        file: its name.
        limits: how much is read.

    Returns:
        One sheet for each worksheet, the hidden ones too, with true row numbers and columns.

    Raises:
        UnreadableError: no workbook, damaged, encrypted, too large, or with a document type.
    """
    parts = unpack(data, file, limits)
    if WORKBOOK in parts:
        facts = read_xlsx_facts(parts, file, limits)
    elif CONTENT in parts and parts.get("mimetype", b"").startswith(ODS):
        facts = read_ods_facts(parts, file, limits)
    else:
        raise unreadable(file, "no-workbook")
    if not facts or any(each.values is None for each in facts.values()):
        facts = _calamine(parts, facts, file)
    sheets = [_read_sheet(file, name, each) for name, each in facts.items()]
    for sheet in sheets:
        cut_long_cells(sheet, limits)
    if not sheets:
        raise unreadable(file, "no-sheet")
    if any(words.search(parts.get(part, b"")) for part, words in MACROS.items()):
        sheets[0].notes.append(Note("macros-ignored"))
    if all(row.is_blank() for sheet in sheets for row in sheet.rows):
        sheets[0].notes.append(Note("empty-file"))
    return sheets


def _calamine(parts: dict[str, bytes], facts: dict[str, Facts], file: str) -> dict[str, Facts]:
    """Add the values to the facts of each worksheet that has none yet; return the worksheets in order."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    found = {}
    try:
        with CalamineWorkbook.from_filelike(pack(parts)) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet:
                    found[sheet.name] = each = facts.get(sheet.name) or Facts()
                    each.is_hidden = sheet.visible != SheetVisibleEnum.Visible
                    if each.values is None:
                        each.values = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise encrypted(file) from error
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in calamine derives from BaseException
        raise damaged(file) from error
    return found


def _read_sheet(file: str, name: str, facts: Facts) -> Sheet:
    sheet = Sheet(file, name, [], [])
    if facts.is_hidden:
        sheet.notes.append(Note("hidden-sheet", detail=name))
    if hidden := _name_hidden(facts):
        sheet.notes.append(Note("hidden-rows-or-columns", detail=hidden))
    for start, end in facts.merged:
        area = f"{column_letter(start.column)}{start.row + 1}:{column_letter(end.column)}{end.row + 1}"
        sheet.notes.append(Note("merged-cells", start.row + 1, start.column, detail=area))
    marked: dict[int, set[int]] = {}
    for row, column in [*facts.formulas, *facts.errors, *facts.iso_dates]:
        marked.setdefault(row, set()).add(column)
    counts: dict[tuple[str, int], int] = {}
    values = facts.values or []
    # A formula without a computed value lies outside what calamine sees, and still has its place.
    for index in range(max(len(values), facts.height)):
        cells = values[index] if index < len(values) else []
        cells += [""] * (facts.width - len(cells))
        odd = {column for column, value in enumerate(cells) if type(value) is not str}
        for column in sorted(odd | marked[index] if index in marked else odd):
            is_marked = index in marked and column in marked[index]
            read_cell = _read_marked if is_marked else _read_native
            cells[column], code, was, detail = read_cell(cells[column], index, column, facts)
            if code in ONE_A_COLUMN:
                counts[code, column] = counts.get((code, column), 0) + 1
                if counts[code, column] > 1:
                    continue
            if code:
                sheet.notes.append(Note(code, index + 1, column, was, detail))
        sheet.rows.append(Row(index + 1, None, cells))
    once = [note for note in sheet.notes if note.code in ONE_A_COLUMN]
    others = [note for note in sheet.notes if note.code not in ONE_A_COLUMN]
    sheet.notes = others + [replace(note, detail=str(counts[note.code, note.column or 0])) for note in once]
    return sheet


def _read_marked(value: Value, row: int, column: int, facts: Facts) -> Found:
    """Read a cell that the XML tells something of."""
    place = Place(row, column)
    # LibreOffice writes a plain TRUE as this formula when it saves as .ods.
    if isinstance(value, bool) and facts.formulas.get(place) in ("=TRUE()", "=FALSE()"):
        del facts.formulas[place]
    if place in facts.formulas:
        return "", "formula-cell", facts.formulas[place], ""
    if place in facts.errors:
        return "", "error-cell", facts.errors[place], ""
    if place in facts.iso_dates and isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value).replace(tzinfo=None)
    return _read_native(value, row, column, facts)


def _read_native(value: Value, row: int, column: int, facts: Facts) -> Found:
    if isinstance(value, str):
        return value, "", "", ""
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text, "native-boolean", text, ""
    if isinstance(value, int | float):
        text = _number_text(value)
        return text, "native-number", text, ""
    if isinstance(value, date):
        text, doubt = _date_text(value, facts.shown.get(Place(row, column), ""))
        return text, "ambiguous-date" if doubt else "native-date", value.isoformat(), doubt or text
    if isinstance(value, time):
        text = value.isoformat()
    else:
        seconds = round(value.total_seconds())
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text, "native-date", text, text


def _number_text(value: float) -> str:
    if float(value).is_integer():
        return str(int(value))
    # Fifteen digits are what a spreadsheet shows: 0.1 + 0.2 is 0.3 there.
    return repr(float(f"{value:.15g}"))


def _date_text(value: date, shown: str) -> tuple[str, str]:
    """Write a date at the precision that its cell shows, and tell what is in doubt about it, if anything."""
    day = value.isoformat()[:10]
    if shown in ("y", "ym"):
        return day[: 4 if shown == "y" else 7], ""
    full = value.isoformat() if isinstance(value, datetime) and value.time() != time() else day
    if shown == "ymd":
        return full, ""
    if shown == "md":
        # The spreadsheet has most likely made the year up: typing "Oct-19" can give 19 October.
        return full, "its format hides the year"
    unsure = "whether that day is meant, or its month or year alone, cannot be known"
    return full, unsure if shown or value.day == 1 else ""


def _name_hidden(facts: Facts) -> str:
    rows = _ranges(facts.hidden_rows, lambda row: str(row + 1))
    columns = _ranges(facts.hidden_columns, column_letter)
    return "; ".join(f"{what} {named}" for what, named in (("rows", rows), ("columns", columns)) if named)


def _ranges(indexes: Iterable[int], name: Callable[[int], str]) -> str:
    runs = [[i for _, i in run] for _, run in groupby(enumerate(sorted(set(indexes))), lambda pair: pair[1] - pair[0])]
    named = [name(run[0]) + (f"-{name(run[-1])}" if len(run) > 1 else "") for run in runs[:MOST_RANGES]]
    return ", ".join(named) + (" …" if len(runs) > MOST_RANGES else "")
