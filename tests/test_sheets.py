"""Guards how a contributed sheet is taken: its table, the citations at its end, and the form of its cells.

Costs 3 s.
"""

import unicodedata
from pathlib import Path

import pytest
from openpyxl import Workbook

from csodata.dataset import Dataset
from csodata.report import Report
from csodata.schema import Field
from csodata.validation import validate_contribution
from csodata.validation.sheets import _plain

FORUMS = [
    "forum_id name forum_type level is_collective forum_status source locator citation_basis".split(),
    ["new-1", "New Forum", "summit", "local", "false", "held", "toy-source", "p. 1", "stated"],
]
OBJECTIVES = [
    "objective_id forum_id objective_type title source locator citation_basis".split(),
    ["new-1", "new-1", "purpose", "To meet", "toy-source", "p. 2", "stated"],
]
REMARKS = [["Thank you for looking at this."]]
CITATION = "new-1,forums,toy-forum,city,toy-source,p. 2,stated,contradicts,Thiès\n"
CITATIONS = "citation_id,table_name,record_id,column_name,source_id,locator,citation_basis,stance,other_value\n"


def sent(toy: Dataset, name: str, text: str, table: str | None = None) -> Report:
    path = toy.path / name
    path.write_text(text, encoding="utf-8")
    return validate_contribution(toy, [path], table)


def workbook(folder: Path, **sheets: list[list[str]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "sent.xlsx"
    book.save(path)
    return path


def test_what_is_published_can_be_sent_again(toy: Dataset) -> None:
    for table in toy.tables:
        found = validate_contribution(toy, [toy.csv_path(table)]).problems
        assert [each.code for each in found if each.code != "no-rows"] == [], table


@pytest.mark.parametrize("lacks", ["", "toy-source", "p. 2", "stated", "contradicts", "Thiès"])
def test_a_citation_is_read_whole(toy: Dataset, lacks: str) -> None:
    row = CITATION.replace(lacks, "") if lacks else CITATION
    expected = {"": [], "p. 2": ["citation-without-place"], "Thiès": ["contradiction-without-value"]}
    found = sent(toy, "citations.csv", CITATIONS + row).problems
    assert [each.code for each in found] == expected.get(lacks, ["missing-value"])


def test_a_contradiction_is_told_at_the_cell_that_is_empty(toy: Dataset) -> None:
    for lacks, column in (("city", "column_name"), ("Thiès", "other_value")):
        [problem] = sent(toy, "citations.csv", CITATIONS + CITATION.replace(lacks, "")).problems
        assert (problem.field, f"'{column}' is empty" in problem.message) == (column, True)


def test_the_name_of_a_sheet_goes_before_the_table_that_is_given(toy: Dataset) -> None:
    for table in (None, "forums", "objectives"):
        path = workbook(toy.path, forums=FORUMS, objectives=OBJECTIVES)
        assert validate_contribution(toy, [path], table).problems == []
    path = workbook(toy.path, Sheet1=FORUMS, objectives=OBJECTIVES)
    assert validate_contribution(toy, [path], "forums").problems == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_sheet_of_remarks_beside_the_table_that_is_given_is_passed_over(toy: Dataset, order: int) -> None:
    sheets = [("Sheet1", FORUMS), ("Remarks", REMARKS)]
    path = workbook(toy.path, **dict(sheets[::order]))
    report = validate_contribution(toy, [path], "forums")
    assert [(each.code, each.sheet) for each in report.problems] == [("sheet-skipped", "Remarks")]
    assert report.counts.rows == 1


def test_without_a_heading_anywhere_that_is_said(toy: Dataset) -> None:
    report = validate_contribution(toy, [workbook(toy.path, Sheet1=REMARKS)], "forums")
    assert report.counts.by_code == {"missing-heading": 1}


def test_a_file_may_be_named_as_the_table_is_in_words(toy: Dataset) -> None:
    for table in ("access", "forums"):
        title, french = (toy.schema_descriptor(table)[key] for key in ("title", "title_fr"))
        plain = unicodedata.normalize("NFKD", french).encode("ascii", "ignore").decode()
        for name in (table.upper(), title, french, plain):
            assert sent(toy, f"{name}.csv", toy.csv_path(table).read_text(encoding="utf-8")).problems == []


def test_one_note_a_column_says_what_was_tidied(toy: Dataset) -> None:
    head, row = FORUMS
    rows = [
        head,
        [row[0], " New Forum", *row[2:4], "TRUE", *row[5:]],
        ["new-2", "Cafe\u0301 ", *row[2:4], "false", *row[5:]],
        ["new-3", "Third", *row[2:4], "0", *row[5:]],
    ]
    found = sent(toy, "forums.csv", "".join(",".join(cells) + "\n" for cells in rows)).problems
    assert [(each.code, each.severity, each.place) for each in found] == [
        ("text-tidied", "repair", "B2"),
        ("text-tidied", "repair", "E2"),
    ]
    assert all(each.message.endswith("cells: 2.") for each in found)


def test_a_mark_at_the_start_of_the_file_is_told(toy: Dataset) -> None:
    [problem] = sent(toy, "forums.csv", "\ufeff" + "".join(",".join(cells) + "\n" for cells in FORUMS)).problems
    assert (problem.code, problem.place) == ("text-tidied", "")


def test_a_number_is_one_fact_in_any_form(toy: Dataset) -> None:
    counts = "count_id,table_name,record_id,counted,count_value,qualifier,as_of_date,source,locator,citation_basis\n"
    count = "new-{},forums,toy-forum,delegates,{},exact,2019,toy-source,p. 1,stated\n"
    report = sent(toy, "counts.csv", counts + count.format(1, "7") + count.format(2, "007"))
    assert report.counts.by_code == {"repeated-fact": 1, "text-tidied": 1}
    report = sent(toy, "counts.csv", counts + count.format(1, "9" * 30))
    assert report.counts.by_code == {"too-large": 1}


def test_what_was_made_safe_for_spreadsheets_is_undone() -> None:
    name = Field(name="name", type="string")
    assert [_plain(name, text) for text in ("'=1+1", "''Ayn", "'Ayn", "a'=b")] == ["=1+1", "'Ayn", "'Ayn", "a'=b"]
