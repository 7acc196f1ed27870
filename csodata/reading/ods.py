"""The facts of an ODS workbook, straight from its XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from csodata.reading.archive import attributes, damaged, elements, local
from csodata.reading.facts import Facts, Place
from csodata.reading.model import Limits

CONTENT = "content.xml"
PARTS_OF_DATES = {"year": "y", "month": "m", "day": "d"}
UNCLEAR_PARTS = {"quarter", "week-of-year"}
HIDDEN = ("collapse", "filter")


@dataclass(slots=True)
class _Styles:
    dates: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)

    def learn(self, tag: str, element: Element) -> None:
        """Take in a style or a format of dates."""
        given = attributes(element)
        if tag == "date-style":
            parts = {local(child.tag) for child in element}
            shown = "" if parts & UNCLEAR_PARTS else "".join(v for k, v in PARTS_OF_DATES.items() if k in parts)
            self.dates[given.get("name", "")] = shown
        elif tag == "style":
            self.cells[given.get("name", "")] = given.get("data-style-name", ""), given.get("parent-style-name", "")

    def shown(self, style: str) -> str:
        """Tell which parts of a date a style shows, its parents asked in turn."""
        seen = set()
        while style in self.cells and style not in seen:
            seen.add(style)
            date, style = self.cells[style]
            if date:
                return self.dates.get(date, "")
        return ""


def read_ods_facts(parts: dict[str, bytes], file: str, limits: Limits) -> dict[str, Facts]:
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
    styles = _Styles()
    for _, tag, element in elements(parts.get("styles.xml", b"<none/>"), file, ("end",)):
        styles.learn(tag, element)
    by_name: dict[str, Facts] = {}
    facts: Facts | None = None
    row = column = 0
    columns: list[str] = []
    cells: list[tuple[int, int, Element]] = []
    for event, tag, element in elements(parts[CONTENT], file):
        if event == "start":
            if tag == "table":
                facts = by_name[attributes(element).get("name", "")] = Facts()
                row, columns, cells = 0, [], []
            elif tag == "table-row":
                column, cells = 0, []
        elif facts is None:
            styles.learn(tag, element)
        elif tag == "table":
            facts.hidden_columns = [column for column in facts.hidden_columns if column < facts.width]
            facts = None
            element.clear()
        elif tag == "table-column":
            _read_column(element, facts, columns, file, limits)
        elif tag in ("table-cell", "covered-table-cell"):
            repeated = _count(element, "number-columns-repeated", file)
            if _has_content(element):
                cells.append((column, repeated, element))
            column += repeated
        elif tag == "table-row":
            repeated = _count(element, "number-rows-repeated", file)
            for first, times, cell in cells:
                text = sum(map(len, cell.itertext())) * times * repeated
                facts.grow(row + repeated - 1, first + times - 1, text, file, limits)
                places = (Place(r, c) for r in range(row, row + repeated) for c in range(first, first + times))
                _read_cell(cell, places, columns[first] if first < len(columns) else "", facts, styles, file)
            if cells and attributes(element).get("visibility") in HIDDEN:
                facts.hidden_rows += range(row, row + repeated)
            row += repeated
            element.clear()
    return by_name


def _read_column(element: Element, facts: Facts, columns: list[str], file: str, limits: Limits) -> None:
    given = attributes(element)
    repeated = min(_count(element, "number-columns-repeated", file), limits.columns)
    if given.get("visibility") in HIDDEN:
        facts.hidden_columns += range(len(columns), len(columns) + repeated)
    columns += [given.get("default-cell-style-name", "")] * repeated


def _read_cell(cell: Element, places: Iterator[Place], style: str, facts: Facts, styles: _Styles, file: str) -> None:
    given = attributes(cell)
    formula = given.get("formula")
    shown = styles.shown(given.get("style-name") or style) if given.get("value-type") == "date" else ""
    height, width = _count(cell, "number-rows-spanned", file), _count(cell, "number-columns-spanned", file)
    if formula is None and not shown and height == width == 1:
        return
    for place in places:
        if formula is not None:
            facts.add_formula(place, re.sub(r"^[a-z]+:", "", formula), file)
        if shown:
            facts.shown[place] = shown
        if height > 1 or width > 1:
            facts.merged.append((place, Place(place.row + height - 1, place.column + width - 1)))


def _has_content(cell: Element) -> bool:
    names = {"value-type", "formula", "number-rows-spanned", "number-columns-spanned"}
    return len(cell) > 0 or not names.isdisjoint(attributes(cell))


def _count(element: Element, name: str, file: str) -> int:
    text = attributes(element).get(name, "1")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise damaged(file)
    return int(text)
