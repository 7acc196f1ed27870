"""What csodata itself writes into a workbook, told from what a sender wrote: its own sheets, and example rows."""

import re
from collections.abc import Sequence

from csodata.reading import Row, Sheet
from csodata.report import Problem
from csodata.validation.records import Origin, make_problem

READ_ME_SHEETS = {"en": "Read me", "fr": "À lire"}
LISTS_SHEET = "csodata_lists"
"""What can be chosen; hidden, and no rows."""
MARKED_SHEETS = {"en": "To mend (csodata)", "fr": "À corriger (csodata)"}
"""The first sheet of a marked copy: its list of problems."""
OWN_SHEETS = {*READ_ME_SHEETS.values(), LISTS_SHEET, *MARKED_SHEETS.values()}
EXAMPLE_MARKS = {"en": "(example)", "fr": "(exemple)"}
"""How each cell of an example row begins, so that it is known even where columns were removed."""
EXAMPLE = re.compile("|".join(map(re.escape, EXAMPLE_MARKS.values())), re.IGNORECASE)


def without_own(sheets: Sequence[Sheet]) -> Sequence[Sheet]:
    """Return the sheets that a sender may have filled in; all of them where there are no others."""
    return [sheet for sheet in sheets if sheet.name not in OWN_SHEETS] or sheets


def without_examples(rows: Sequence[Row], origin: Origin) -> tuple[list[Row], set[tuple[int, int]], list[Problem]]:
    """Return the rows that are no example, the cells in them that still hold one, and what is to be told.

    An example that is passed over is told only where there are other rows: a sheet with nothing else is a form that
    nobody filled in.
    """
    own: list[Row] = []
    skipped: list[Row] = []
    for row in rows:
        (skipped if all(_is_example(cell) for cell in row.cells if cell.strip()) else own).append(row)
    told = [make_problem(origin, "example-row-skipped", row=row.number, line=row.line) for row in skipped if own]
    left = [(row, index) for row in own for index, cell in enumerate(row.cells) if _is_example(cell)]
    told += [
        make_problem(origin, "example-left", row=row.number, line=row.line, index=index, value=row.cells[index])
        for row, index in left
    ]
    return own, {(row.number, index) for row, index in left}, told


def _is_example(cell: str) -> bool:
    return cell[:1] == "(" and EXAMPLE.match(cell) is not None


def about_rows(problems: Sequence[list[Problem]], *, some: bool) -> Sequence[list[Problem]]:
    """Return the problems of each sheet of a file, where `some` of them have rows or none.

    That a sheet has none is told once for all of them, and not at all if another has some.
    """
    bare = [each for found in problems for each in found if each.code == "no-rows"]
    if not some and len(bare) <= 1:
        return problems
    once = [] if some else [make_problem(Origin(bare[0].file), "no-rows")]
    rest = [[each for each in found if each.code != "no-rows"] for found in problems]
    return [[*once, *found] for found in rest[:1]] + rest[1:]
