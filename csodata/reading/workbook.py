"""A workbook → sheets of text: calamine gives the values, the XML what calamine does not tell."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from csodata.errors import UnreadableError
from csodata.reading.archive import damaged, encrypted, pack, unpack
from csodata.reading.facts import Facts, Place
from csodata.reading.model import Limits, Note, Row, Sheet, column_letter, cut_long_cells
from csodata.reading.ods import CONTENT, read_ods_facts
from csodata.reading.xlsx import WORKBOOK, read_xlsx_facts

ODS = b"application/vnd.oasis.opendocument.spreadsheet"
Value = str | bool | int | float | date | datetime | time | timedelta
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
        raise UnreadableError(
            f"{file}: this is a zip archive, but no workbook that is read here (.xlsx, .ods). "
            "Save the table as .xlsx and send that."
        )
    sheets = [
        _read_sheet(file, name, hidden, values, facts.get(name) or Facts())
        for name, hidden, values in _calamine(parts, file)
    ]
    for sheet in sheets:
        cut_long_cells(sheet, limits)
    if sheets and all(row.is_blank() for sheet in sheets for row in sheet.rows):
        sheets[0].notes.append(Note("empty-file"))
    return sheets


def _calamine(parts: dict[str, bytes], file: str) -> list[tuple[str, bool, list[list[Value]]]]:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(pack(parts)) as book:
            return [
                (
                    sheet.name,
                    sheet.visible != SheetVisibleEnum.Visible,
                    list(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)),
                )
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise encrypted(file) from error
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in calamine derives from BaseException
        raise damaged(file) from error


def _read_sheet(file: str, name: str, is_hidden: bool, values: list[list[Value]], facts: Facts) -> Sheet:
    sheet = Sheet(file, name, [], [])
    if is_hidden:
        sheet.notes.append(Note("hidden-sheet", detail=name))
    if hidden := _name_hidden(facts):
        sheet.notes.append(Note("hidden-rows-or-columns", detail=hidden))
    for start, end in facts.merged:
        area = f"{column_letter(start.column)}{start.row + 1}:{column_letter(end.column)}{end.row + 1}"
        sheet.notes.append(Note("merged-cells", start.row + 1, start.column, detail=area))
    numbers: dict[tuple[str, int], tuple[Note, int]] = {}
    # A formula without a computed value lies outside what calamine sees, and still has its place.
    for index in range(max(len(values), facts.height)):
        found = values[index] if index < len(values) else []
        found = found + [""] * (facts.width - len(found))
        cells = []
        for column, value in enumerate(found):
            text, note = _read_cell(value, Place(index, column), facts)
            cells.append(text)
            if note and note.code in ("native-number", "native-boolean"):
                first, count = numbers.get((note.code, column), (note, 0))
                numbers[note.code, column] = first, count + 1
            elif note:
                sheet.notes.append(note)
        sheet.rows.append(Row(index + 1, None, cells))
    sheet.notes += [replace(first, detail=str(count)) for first, count in numbers.values()]
    return sheet


def _read_cell(value: Value, place: Place, facts: Facts) -> tuple[str, Note | None]:
    def note(code: str, was: str, detail: str = "") -> Note:
        return Note(code, place.row + 1, place.column, was, detail)

    # LibreOffice writes a plain TRUE as this formula when it saves as .ods.
    if isinstance(value, bool) and facts.formulas.get(place) in ("=TRUE()", "=FALSE()"):
        del facts.formulas[place]
    if place in facts.formulas:
        return "", note("formula-cell", facts.formulas[place])
    if place in facts.errors:
        return "", note("error-cell", facts.errors[place])
    if place in facts.iso_dates and isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value).replace(tzinfo=None)
    match value:
        case str():
            return value, None
        case bool():
            text = "true" if value else "false"
            return text, note("native-boolean", text)
        case int() | float():
            text = _number_text(value)
            return text, note("native-number", text)
        case date():
            text, doubt = _date_text(value, facts.shown.get(place, ""))
            return text, note("ambiguous-date" if doubt else "native-date", value.isoformat(), doubt or text)
        case time():
            return value.isoformat(), note("native-date", value.isoformat(), value.isoformat())
        case _:
            seconds = round(value.total_seconds())
            text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            return text, note("native-date", text, text)


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
