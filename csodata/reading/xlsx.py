"""The facts of an XLSX workbook, straight from its XML."""

import re
from dataclasses import dataclass
from functools import cache
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from csodata.reading.archive import attributes, damaged, elements, local
from csodata.reading.facts import Facts, Place
from csodata.reading.formats import BUILT_IN_FORMATS, Style, shown_parts, style_kind
from csodata.reading.model import Limits
from csodata.reading.plain import NotPlainError, Plain, shared_texts

WORKBOOK = "xl/workbook.xml"
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ON = ("1", "true")


@dataclass(frozen=True, slots=True)
class _Book:
    styles: list[Style]
    lengths: list[int]
    """The length of each shared text."""
    plain: Plain | None
    """Reads a sheet that is written plainly; None where that goes for none."""
    file: str
    limits: Limits


def read_xlsx_facts(parts: dict[str, bytes], file: str, limits: Limits) -> dict[str, Facts]:
    """Gather the facts of each worksheet.

    Args:
        parts: the parts of the workbook.
        file: its name, for errors.
        limits: how far a sheet may reach.

    Returns:
        The facts by the worksheet's name.

    Raises:
        UnreadableError: damaged, or a sheet is too large.
    """
    targets = {}
    for _, tag, element in elements(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), file, ("end",)):
        if tag == "Relationship" and element.get("Type", "").endswith("/worksheet"):
            targets[element.get("Id")] = normpath(join("/xl", element.get("Target", ""))).lstrip("/").lower()
    book: _Book | None = None
    facts = {}
    counts_from_1904 = False
    for _, tag, element in elements(parts[WORKBOOK], file, ("end",)):
        if tag == "workbookPr":
            counts_from_1904 = attributes(element).get("date1904") in ON
        elif tag == "sheet":
            book = book or _read_book(parts, file, limits, counts_from_1904)
            sheet = attributes(element)
            name, target = sheet.get("name", ""), targets.get(sheet.get("id"))
            if target is not None and name not in facts:  # charts and macros are sheets too
                facts[name] = _read_sheet(parts.get(target, b"<none/>"), book)
                facts[name].is_hidden = sheet.get("state", "visible") != "visible"
    return facts


def _read_book(parts: dict[str, bytes], file: str, limits: Limits, counts_from_1904: bool) -> _Book:
    styles = _read_styles(parts.get("xl/styles.xml", b"<none/>"), file)
    part = parts.get("xl/sharedstrings.xml", b"<none/>")
    try:
        texts = shared_texts(part) if part != b"<none/>" else {}
    except NotPlainError:
        return _Book(styles, _shared_lengths(part, file), None, file, limits)
    plain = None if counts_from_1904 else Plain(texts, styles, file, limits)
    return _Book(styles, [len(text) for text in texts.values()], plain, file, limits)


def _read_styles(part: bytes, file: str) -> list[Style]:
    codes: dict[int, str] = {}
    styles: list[Style] = []
    in_cells = False
    for event, tag, element in elements(part, file):
        if tag == "cellXfs":
            in_cells = event == "start"
        elif event == "end" and tag == "numFmt":
            codes[_whole(element.get("numFmtId"), file)] = element.get("formatCode", "")
        elif event == "end" and tag == "xf" and in_cells:
            number = _whole(element.get("numFmtId"), file)
            code = codes.get(number)
            shown = BUILT_IN_FORMATS.get(number, "") if code is None else shown_parts(code)
            styles.append(Style(shown, style_kind(number, code)))
    return styles


def _shared_lengths(part: bytes, file: str) -> list[int]:
    lengths = []
    for _, tag, element in elements(part, file, ("end",)):
        if tag == "si":
            lengths.append(sum(map(len, element.itertext())))
            element.clear()
    return lengths


def _read_sheet(part: bytes, book: _Book) -> Facts:
    facts = Facts()
    try:
        if book.plain:
            facts, part = book.plain.read(part)
    except NotPlainError:
        pass
    masters: dict[str | None, str] = {}
    hidden_columns: list[tuple[int, int]] = []
    row = -1
    for _, tag, element in elements(part, book.file, ("end",)):
        if tag == "row":
            row = _whole(element.get("r"), book.file, row + 2) - 1
            if element.get("hidden") in ON:
                facts.hidden_rows.append(row)
            _read_row(element, row, facts, masters, book)
            element.clear()
        elif tag == "col" and element.get("hidden") in ON:
            hidden_columns.append((_whole(element.get("min"), book.file), _whole(element.get("max"), book.file)))
        elif tag == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            facts.merged.append((_place(first, book.file), _place(last or first, book.file)))
    facts.hidden_rows = [row for row in facts.hidden_rows if row < facts.height]
    facts.hidden_columns = [
        column for first, last in hidden_columns for column in range(first - 1, min(last, facts.width))
    ]
    return facts


def _read_row(cells: Element, row: int, facts: Facts, masters: dict[str | None, str], book: _Book) -> None:
    column, width, characters = -1, 0, 0
    for cell in cells:
        reference = cell.get("r")
        place = _place(reference, book.file) if reference else Place(row, column + 1)
        if place.row != row:
            raise damaged(book.file)  # the extent below must not be less than what calamine will set memory aside for
        column = place.column
        if len(cell):
            width = max(width, column + 1)
            characters += _read_cell(cell, place, facts, masters, book)
    if width:
        facts.grow(row, width - 1, characters, book.file, book.limits)


def _read_cell(cell: Element, place: Place, facts: Facts, masters: dict[str | None, str], book: _Book) -> int:
    """Take in what is special about a cell; return the length of its text."""
    children = {local(child.tag): child for child in cell}
    kind = cell.get("t", "n")
    formula, value = children.get("f"), children.get("v")
    text = (value.text or "") if value is not None else "".join(children["is"].itertext()) if "is" in children else ""
    if formula is not None:
        if formula.text:
            masters[formula.get("si")] = formula.text
        facts.add_formula(place, "=" + (formula.text or masters.get(formula.get("si"), "")), book.file)
    elif kind == "e" and text:
        facts.errors[place] = text
    elif kind == "d":
        facts.iso_dates.add(place)
    if kind in ("n", "d"):
        style = _whole(cell.get("s"), book.file, 0)
        if style < len(book.styles) and book.styles[style].shown:
            facts.shown[place] = book.styles[style].shown
    if kind == "s" and text:
        index = _whole(text, book.file)
        return book.lengths[index] if index < len(book.lengths) else 0
    return len(text)


def _place(reference: str, file: str) -> Place:
    match = REFERENCE.fullmatch(reference.replace("$", ""))
    if not match:
        raise damaged(file)
    return Place(int(match[2]) - 1, _column(match[1]))


@cache
def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _whole(text: str | None, file: str, default: int | None = None) -> int:
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise damaged(file)
    return int(text)
