"""The facts of an XLSX workbook, straight from its XML."""

import re
from dataclasses import dataclass
from functools import cache
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from csodata.reading.archive import attributes, damaged, elements, local
from csodata.reading.facts import Facts, Place
from csodata.reading.model import Limits

WORKBOOK = "xl/workbook.xml"
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BUILT_IN_FORMATS = {14: "ymd", 15: "ymd", 16: "md", 17: "ym", 22: "ymd"}
"""The formats of dates that have a number and no code; those whose look depends on the country are unclear."""
ON = ("1", "true")


@dataclass(frozen=True, slots=True)
class _Book:
    shown: list[str]
    """What the format of each style shows of a date."""
    lengths: list[int]
    """The length of each shared text."""
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
        if tag == "Relationship":
            targets[element.get("Id")] = normpath(join("/xl", element.get("Target", ""))).lstrip("/").lower()
    book = _Book(_shown_by_style(parts, file), _shared_lengths(parts, file), file, limits)
    facts = {}
    for _, tag, element in elements(parts[WORKBOOK], file, ("end",)):
        if tag == "sheet":
            sheet = attributes(element)
            part = parts.get(targets.get(sheet.get("id"), ""), b"<none/>")
            facts[sheet.get("name", "")] = _read_sheet(part, book)
    return facts


def shown_parts(code: str) -> str:
    """Tell which of year, month and day a number format shows.

    Args:
        code: a format code, for example `mmm\\-yy`.

    Returns:
        `ymd`, `ym`, `y`, `md` …, or nothing for a format without a date.
    """
    code = re.sub(r"\[[hms]+\]|am/pm|a/p", "h", code.lower())
    code = re.sub(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', "", code).partition(";")[0]
    if code == "general":
        return ""
    tokens = re.findall(r"y+|e+|m+|d+|h+|s+", code)
    parts = set()
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        is_minutes = len(token) < 3 and (before.startswith("h") or after.startswith("s"))
        if token[0] in "ye":
            parts.add("y")
        elif token[0] == "m" and not is_minutes:
            parts.add("m")
        elif token in ("d", "dd"):
            parts.add("d")
    return "".join(part for part in "ymd" if part in parts)


def _shown_by_style(parts: dict[str, bytes], file: str) -> list[str]:
    codes = dict(BUILT_IN_FORMATS)
    styles: list[str] = []
    in_cells = False
    for event, tag, element in elements(parts.get("xl/styles.xml", b"<none/>"), file):
        if tag == "cellXfs":
            in_cells = event == "start"
        elif event == "end" and tag == "numFmt":
            codes[_whole(element.get("numFmtId"), file)] = shown_parts(element.get("formatCode", ""))
        elif event == "end" and tag == "xf" and in_cells:
            styles.append(codes.get(_whole(element.get("numFmtId"), file), ""))
    return styles


def _shared_lengths(parts: dict[str, bytes], file: str) -> list[int]:
    lengths = []
    for _, tag, element in elements(parts.get("xl/sharedstrings.xml", b"<none/>"), file, ("end",)):
        if tag == "si":
            lengths.append(sum(map(len, element.itertext())))
            element.clear()
    return lengths


def _read_sheet(part: bytes, book: _Book) -> Facts:
    facts = Facts()
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
        if style < len(book.shown) and book.shown[style]:
            facts.shown[place] = book.shown[style]
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
