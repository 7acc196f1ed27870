"""Find the heading row of a sheet and the table's columns in it, whatever the sender calls them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from csodata.folding import folded, hidden
from csodata.reading.model import Note, Row, Sheet, column_letter

if TYPE_CHECKING:
    from csodata.schema import Field

ROWS_SEARCHED = 20
LONGEST_HEADING = 300
WITH_NAME = re.compile(r".*[(\[]([^()\[\]]+)[)\]][\s*]*", re.DOTALL)


@dataclass(slots=True)
class Headings:
    """Where a sheet's columns are."""

    row: Row | None = None
    """The heading row; None where no row names a column of the table."""
    columns: dict[str, int] = field(default_factory=dict)
    """Index of the cell by column name."""
    unknown: list[int] = field(default_factory=list)
    """Cells of the heading row that name no column."""
    duplicate: list[int] = field(default_factory=list)
    """Cells that name a column which a cell before them names."""
    blank: list[int] = field(default_factory=list)
    """Blank headings above cells with text."""
    notes: list[Note] = field(default_factory=list)
    """Repairs: title rows, headings in words, blank rows."""
    first_data_row: int = 0
    """Index into the sheet's rows of the first row under the headings."""


def find_headings(sheet: Sheet, fields: "Sequence[Field]") -> Headings:
    """Find the heading row: among the first rows the one in which most cells name a column.

    A heading names a column by name, title or French title, in any order; case, accents, blanks and punctuation do
    not count, so a trailing `*` does not either; one that hides a character names none. `Title (column_name)` is
    understood. A second row right under it that names the same columns again belongs to the headings.

    Args:
        sheet: the sheet.
        fields: the table's fields.

    Returns:
        The heading row and its columns; without a row where nothing was found.
    """
    names = _names_by_heading(fields)
    mapped = [_map(row, names) for row in sheet.rows[:ROWS_SEARCHED]]
    best = max(range(len(mapped)), key=lambda index: len(mapped[index]), default=0)
    if not mapped or not mapped[best]:
        return Headings()
    row = sheet.rows[best]
    found = Headings(row, mapped[best], first_data_row=best + 1)
    beneath: list[str] = []
    if best + 1 < len(sheet.rows) and _repeats(sheet.rows[best + 1], found.columns, names):
        beneath = sheet.rows[best + 1].cells
        found.first_data_row += 1
    data = sheet.rows[found.first_data_row :]
    by_index = {index: name for name, index in found.columns.items()}
    skipped: list[str] = []
    for index, heading in enumerate(row.cells):
        if name := by_index.get(index):
            # A heading in words with the name beneath it, as in a template, leaves nothing to be told.
            if heading != name and beneath[index : index + 1] != [name]:
                found.notes.append(Note("headings-in-words", row.number, index, heading, name))
        elif not heading.strip():
            if any(index < len(below.cells) and below.cells[index].strip() for below in data):
                found.blank.append(index)
            elif index < max(by_index):
                skipped.append(column_letter(index))
        else:
            (found.duplicate if _name(heading, names) else found.unknown).append(index)
    if skipped:
        found.notes.append(Note("blank-columns-skipped", row.number, detail=", ".join(skipped)))
    if titles := sum(not above.is_blank() for above in sheet.rows[:best]):
        found.notes.insert(0, Note("title-rows-skipped", row.number, detail=str(titles)))
    if blank := [below.number for below in data if below.is_blank()]:
        found.notes.append(Note("blank-rows-skipped", blank[0], detail=str(len(blank))))
    return found


def _names_by_heading(fields: "Sequence[Field]") -> dict[str, str]:
    """Give the column name for each folded heading; a name goes before a title, a title before a French one."""
    layers: list[Iterable[tuple[str, str | None]]] = [
        [(field.name, field.name) for field in fields],
        [(field.name, field.title) for field in fields],
        [(field.name, field.title_fr) for field in fields],
    ]
    names: dict[str, str] = {}
    for layer in layers:
        claims: dict[str, set[str]] = {}
        for name, heading in layer:
            claims.setdefault(folded(heading or ""), set()).add(name)
        # A heading that two columns share says nothing about either.
        names = {key: found.pop() for key, found in claims.items() if key and len(found) == 1} | names
    return names


def _name(heading: str, names: dict[str, str]) -> str | None:
    if len(heading) > LONGEST_HEADING or hidden("".join(heading.split())):
        return None  # a heading that hides something is told as an unknown one
    if name := names.get(folded(heading)):
        return name
    match = WITH_NAME.fullmatch(heading)
    name = names.get(folded(match[1])) if match else None
    # In brackets only the column name itself counts: "Start (planned)" is not the column whose title is "Planned".
    return name if match and name and folded(name) == folded(match[1]) else None


def _map(row: Row, names: dict[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        if name := _name(cell, names):
            columns.setdefault(name, index)
    return columns


def _repeats(row: Row, columns: dict[str, int], names: dict[str, str]) -> bool:
    below = {name: row.cells[index] for name, index in columns.items() if index < len(row.cells)}
    return not row.is_blank() and all(not cell.strip() or _name(cell, names) == name for name, cell in below.items())
