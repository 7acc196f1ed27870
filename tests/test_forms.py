"""Guards that what csodata writes into a workbook itself is told from what a sender wrote. Costs 1 s."""

import pytest

from csodata.reading import Row, Sheet
from csodata.validation.forms import LISTS_SHEET, READ_ME_SHEETS, about_rows, without_examples, without_own
from csodata.validation.records import Origin, make_problem

ORIGIN = Origin("rows.xlsx", "forums")
EXAMPLE = ["(example) a", "", "(exemple) b"]
MINE = ["new-1", "(a remark) in brackets", "c"]


def sheet(name: str) -> Sheet:
    return Sheet("rows.xlsx", name, [], [])


def test_own_sheets_are_left_out_unless_there_is_nothing_else() -> None:
    own = [sheet(name) for name in (*READ_ME_SHEETS.values(), LISTS_SHEET)]
    assert without_own([*own, sheet("forums")]) == [sheet("forums")]
    assert without_own(own) == own


@pytest.mark.parametrize(
    ("rows", "kept", "left", "codes"),
    [
        ([EXAMPLE], 0, set(), []),
        ([EXAMPLE, MINE], 1, set(), ["example-row-skipped"]),
        ([MINE], 1, set(), []),
        ([["new-1", "(example) b"]], 1, {(3, 1)}, ["example-left"]),
        ([["new-1", "(Exemple)"], EXAMPLE], 1, {(3, 1)}, ["example-row-skipped", "example-left"]),
    ],
)
def test_examples(rows: list[list[str]], kept: int, left: set[tuple[int, int]], codes: list[str]) -> None:
    own, cells, told = without_examples([Row(number, None, cells) for number, cells in enumerate(rows, 3)], ORIGIN)
    assert (len(own), cells, [each.code for each in told]) == (kept, left, codes)


def test_that_there_are_no_rows_is_told_once_and_only_if_there_are_none() -> None:
    bare, other = make_problem(ORIGIN, "no-rows"), make_problem(ORIGIN, "merged-cells", detail="A1:A2")
    assert about_rows([[bare]], some=False) == [[bare]]
    assert about_rows([[other]], some=True) == [[other]]
    assert about_rows([[bare, other], []], some=True) == [[other], []]
    once, rest = about_rows([[bare], [bare, other]], some=False)
    assert [(each.code, each.sheet) for each in once] == [("no-rows", None)]
    assert rest == [other]
