"""What a workbook's XML tells and calamine does not: formulas, formats of dates, hidden and merged parts, extent."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from csodata.messages import unreadable
from csodata.reading.model import Limits

MOST_FORMULAS = 100_000


class Place(NamedTuple):
    """A cell's row and column, both from 0."""

    row: int
    column: int


@dataclass(slots=True)
class Facts:
    """The facts about one worksheet."""

    formulas: dict[Place, str] = field(default_factory=dict)
    """The text of each formula, with its equals sign."""
    errors: dict[Place, str] = field(default_factory=dict)
    """Cells that hold an error and no formula, such as `#REF!`."""
    shown: dict[Place, str] = field(default_factory=dict)
    """Which parts of a date a cell's format shows: `ymd`, `ym`, `y`, `md` …; an unclear format is left out."""
    iso_dates: set[Place] = field(default_factory=set)
    """Cells whose date is written as text, which calamine gives as text."""
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    """First and last cell of each merged range."""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    height: int = 0
    """Rows up to the last one with content."""
    width: int = 0
    """Columns up to the last one with content."""
    characters: int = 0
    """Length of all texts, each counted as often as it stands in a cell."""
    is_hidden: bool = False
    values: list[list[Any]] | None = None
    """The values, as calamine would give them; None where calamine has to."""

    def add_formula(self, place: Place, text: str, file: str) -> None:
        """Take in a formula.

        Args:
            place: its cell.
            text: the formula, with its equals sign.
            file: the workbook's name, for errors.

        Raises:
            UnreadableError: there are so many that naming each would help nobody.
        """
        self.formulas[place] = text
        if len(self.formulas) > MOST_FORMULAS:
            raise unreadable(file, "too-many-formulas", most=MOST_FORMULAS)

    def grow(self, row: int, column: int, characters: int, file: str, limits: Limits) -> None:
        """Take in a cell with content, before anybody sets memory aside for the table that it spans.

        Args:
            row: its row, from 0.
            column: its column, from 0.
            characters: the length of its text.
            file: the workbook's name, for errors.
            limits: how far a sheet may reach.

        Raises:
            UnreadableError: the sheet reaches farther.
        """
        self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
        self.characters += characters
        if (
            self.height > limits.rows
            or self.width > limits.columns
            or self.height * self.width > limits.cells
            or self.characters > limits.unpacked_bytes
        ):
            raise unreadable(
                file,
                "sheet-too-large",
                row=self.height,
                column=self.width,
                characters=self.characters,
                most_rows=limits.rows,
                most_columns=limits.columns,
                most_cells=limits.cells,
            )
