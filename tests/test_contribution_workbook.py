"""Guards: what is put into a workbook stays text, in sheets that a spreadsheet opens, written whole. Costs 0.1 s."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from csodata.contribution.workbook import LONGEST_TEXT, MOST_ROWS, as_bytes, put, with_cells
from csodata.errors import CsodataError
from csodata.reading import Row, Sheet


def sheet(*cells: str, name: str | None = "forums", number: int = 1) -> Sheet:
    return Sheet("f.csv", name, [Row(number, None, list(cells))], [])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "2019-10", "007", "TRUE", "é\u202e"])
def test_a_text_stays_a_text(text: str) -> None:
    page = load_workbook(io.BytesIO(as_bytes(with_cells([sheet("", text)], "forums"))))["forums"]
    assert (page["B1"].value, page["B1"].data_type, page["B1"].number_format) == (text, "s", "@")
    assert page.column_dimensions["A"].number_format == "@"


def test_what_a_workbook_cannot_hold() -> None:
    page = with_cells([sheet("a\x00b", "x" * (LONGEST_TEXT + 1))], "forums")["forums"]
    assert (page["A1"].value, len(page["B1"].value)) == ("a<U+0000>b", LONGEST_TEXT)
    with pytest.raises(CsodataError, match=r"f\.csv: a workbook holds 1,048,576 rows"):
        with_cells([sheet("a", number=MOST_ROWS + 1)], "forums")


def test_names_of_sheets() -> None:
    names = ["a/b:c", "'quoted'", "n" * 40, None, "''"]
    book = with_cells([sheet("a", name=name) for name in names], "my rows?")
    assert book.sheetnames == ["a b c", "quoted", "n" * 31, "my rows ", "Sheet"]
    assert with_cells([], "forums").sheetnames == ["forums"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    put(b"old", tmp_path / "x.xlsx")
    put(b"new", tmp_path / "x.xlsx")
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        put(b"new", tmp_path / "taken")
    assert (tmp_path / "x.xlsx").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken", "x.xlsx"]
