"""Guards the marked copy: the sender's own workbook, unchanged but for colours, comments and a list in front.

Real workbooks, written and read back. Costs 9 s.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from csodata.cli import main
from csodata.contribution.marked import check_target, marked_copy, write_marked_copy
from csodata.contribution.marking import COLOURS, LONGEST_COMMENT, MARK
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.messages import LANGUAGES, Language
from csodata.reading import Limits, read
from csodata.report import Problem, Report, report
from csodata.validation import validate_contribution
from csodata.validation.forms import MARKED_SHEETS

HEAD = "forum_id name forum_type level is_collective forum_status source locator citation_basis".split()
ROW = ["new-1", "New Forum", "sumit", "local", "false", "held", "toy-source", "p. 1", "stated"]
BARE = ["new-2", "Second Forum", "summit", "local", "false", "held"]
RED, YELLOW = COLOURS["error"], COLOURS["warning"]
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="forums"><table:table-row>{}</table:table-row></table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
WORKBOOKS = sorted((ROOT / "tests" / "contributions").glob("*.xlsx"))


@pytest.fixture
def sent(toy: Dataset) -> Path:
    """A workbook with a wrong word in C2, a row without evidence, and what a sender may have put in besides."""
    book = Workbook()
    sheet = book.active
    sheet.title = "forums"
    for row in (HEAD, ROW, BARE):
        sheet.append(row)
    sheet["B2"] = CellRichText("New ", "Forum")
    sheet["C2"].comment = Comment("Is this right?", "Amina")
    sheet["D2"].fill = PatternFill("solid", start_color="FF112233")
    sheet.column_dimensions["B"].width = 40
    choices = DataValidation("list", formula1='"held,planned"')
    choices.add("F2:F9")
    sheet.add_data_validation(choices)
    book.create_sheet("Remarks").append(["Thank you", "=1+1"])
    book.save(toy.path / "sent.xlsx")
    return toy.path / "sent.xlsx"


def mark(dataset: Dataset, path: Path, language: Language = "en") -> tuple[Path, Report]:
    out = dataset.path / "marked.xlsx"
    found = validate_contribution(dataset, [path]).in_language(language)
    write_marked_copy(path, found, out)
    return out, found


def places(problems: Iterable[Problem]) -> list[tuple[str, str | None, str]]:
    return [(problem.code, problem.sheet, problem.place) for problem in problems]


def listed(path: Path) -> list[tuple[str, ...]]:
    """Return the rows of the list in a marked copy."""
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    start = next(index for index, row in enumerate(rows) if row[0] in ("Sheet", "Feuille"))
    return [tuple(cell or "" for cell in row) for row in rows[start + 1 :]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_is_coloured_commented_and_listed(toy: Dataset, sent: Path, language: Language) -> None:
    path, found = mark(toy, sent, language)
    book = load_workbook(path)
    assert book.sheetnames == [MARKED_SHEETS[language], "forums", "Remarks"]
    assert book.active.title == MARKED_SHEETS[language]
    coloured = {
        cell.coordinate: cell.fill.start_color.rgb for row in book["forums"].iter_rows() for cell in row if cell.comment
    }
    assert coloured == {"C2": RED, "A3": RED}
    [wrong] = [problem for problem in found.problems if problem.code == "not-in-list"]
    comment = book["forums"]["C2"].comment
    assert comment.text == f"Is this right?\n\n{MARK}{wrong.message}\n{wrong.suggestion}"
    assert comment.author == "Amina"
    assert [row[5] for row in listed(path)] == ["not-in-list", "uncited-row", "sheet-skipped"]
    assert listed(path)[0][:4] == ("forums", "C2", wrong.message, wrong.suggestion)
    links = {cell.value: cell.hyperlink.location for cell in book.worksheets[0]["B"] if cell.hyperlink}
    assert set(links.values()) == {"'forums'!C2", "'forums'!A3"}


def test_the_rest_is_as_it_was(toy: Dataset, sent: Path) -> None:
    before = load_workbook(sent, rich_text=True)
    after = load_workbook(mark(toy, sent)[0], rich_text=True)
    for title in before.sheetnames:
        for row in before[title].iter_rows():
            for cell in row:
                copy = after[title][cell.coordinate]
                assert (copy.value, copy.data_type, copy.number_format) == (
                    cell.value,
                    cell.data_type,
                    cell.number_format,
                )
                if copy.coordinate not in ("C2", "A3"):
                    assert (copy.fill.start_color.rgb, copy.comment) == (cell.fill.start_color.rgb, None)
    sheet = after["forums"]
    assert isinstance(sheet["B2"].value, CellRichText)
    assert (sheet.column_dimensions["B"].width, str(sheet.data_validations.dataValidation[0].sqref)) == (40, "F2:F9")


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_a_marked_copy_that_is_sent_back_gives_the_same_problems(toy: Dataset, path: Path) -> None:
    copy, found = mark(toy, path, "fr")
    again = validate_contribution(toy, [copy]).in_language("fr")
    assert places(again.problems) == places(found.problems)
    assert again.counts == found.counts
    assert load_workbook(copy).worksheets[0].title == MARKED_SHEETS["fr"]


def test_what_was_corrected_loses_its_mark(toy: Dataset, sent: Path) -> None:
    path, _ = mark(toy, sent)
    book = load_workbook(path)
    book["forums"]["C2"] = "summit"
    for column, text in zip("GHI", ("toy-source", "p. 1", "stated"), strict=True):
        book["forums"][f"{column}3"] = text
    book["forums"]["D3"] = "lokal"
    returned = toy.path / "returned.xlsx"
    book.save(returned)
    path, found = mark(toy, returned, "fr")
    book = load_workbook(path)
    assert book.sheetnames == [MARKED_SHEETS["fr"], "forums", "Remarks"]
    assert [cell.coordinate for row in book["forums"] for cell in row if cell.fill.start_color.rgb == RED] == ["D3"]
    assert book["forums"]["C2"].comment.text == "Is this right?"
    assert book["forums"]["A3"].comment is None
    assert found.counts.errors == 1


def test_a_row_a_column_and_merged_cells(toy: Dataset, sent: Path) -> None:
    book = load_workbook(sent)
    book["forums"].merge_cells("C3:D4")
    book.save(sent)
    kinds = {"code": "wrong-type", "file": "sent.xlsx", "message": "It is wrong.", "sheet": "forums"}
    found = [
        Problem.model_validate({**kinds, "severity": "warning", "row": 2}),
        Problem.model_validate({**kinds, "severity": "warning", "row": 4, "column": "D"}),
        Problem.model_validate({**kinds, "severity": "error", "row": 3, "column": "D", "message": "x" * 9_000}),
        Problem.model_validate({**kinds, "severity": "repair", "row": 2, "column": "E"}),
        Problem.model_validate({**kinds, "severity": "error", "column": "F"}),
        Problem.model_validate({**kinds, "severity": "error", "sheet": "no such sheet", "row": 2}),
    ]
    told = report(found, files=1, rows=2, beyond={"wrong-type": 7})
    book = load_workbook(io.BytesIO(marked_copy(sent, told, None, Limits())))
    sheet = book["forums"]
    assert [sheet[place].fill.start_color.rgb for place in ("A2", "C3")] == [YELLOW, RED], "the worst of two"
    assert sheet["E2"].comment is None and sheet["F1"].comment is None
    assert sheet["C3"].comment.text.count("x") <= LONGEST_COMMENT
    assert len(book.worksheets[0]["A"]) >= len(found)
    assert any("7" in str(cell.value) for cell in book.worksheets[0]["A"][:5])


@pytest.mark.parametrize("start", "=+-@")
def test_what_was_sent_stays_text(toy: Dataset, start: str) -> None:
    text = f"{start}1+1"
    path = toy.path / f"{start}forums.csv"
    path.write_text(",".join(HEAD) + "\n" + ",".join([ROW[0], text, text, *ROW[3:]]) + "\n", encoding="utf-8")
    found = validate_contribution(toy, [path], "forums")
    hostile = Problem(code="wrong-type", severity="error", sheet=text, row=2, message=text, suggestion=text)
    found = found.model_copy(update={"problems": [*found.problems, hostile]})
    out = toy.path / "marked.xlsx"
    write_marked_copy(path, found, out, "forums")
    book = load_workbook(out)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    kept = [cell for cell in cells if cell.value == text]
    assert len(kept) == 5 and all(cell.quotePrefix for cell in kept)
    with zipfile.ZipFile(out) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("name", ["wrong-values.csv", "semicolon.csv", "quoted-newlines.csv", "title-row.csv"])
def test_a_text_file_becomes_a_workbook_with_its_cells(toy: Dataset, name: str, tmp_path: Path) -> None:
    path = tmp_path / "forums.csv"
    shutil.copyfile(ROOT / "tests" / "contributions" / name, path)
    copy, found = mark(toy, path)
    [sheet] = read(path)
    [_, page] = read(copy)
    assert page.name == "forums"
    rows = [(row.number, row.cells) for row in sheet.rows if not row.is_blank()]
    width = max(len(cells) for _, cells in rows)
    assert [(row.number, row.cells) for row in page.rows if not row.is_blank()] == [
        (number, cells + [""] * (width - len(cells))) for number, cells in rows
    ]
    of_cells = [each for each in found.problems if each.severity != "repair" and each.row]
    again = [each for each in validate_contribution(toy, [copy]).problems if each.severity != "repair" and each.row]
    assert [(each.code, each.place) for each in again] == [(each.code, each.place) for each in of_cells]
    assert load_workbook(copy)["forums"].column_dimensions["A"].number_format == "@"


def test_parquet_and_ods_become_workbooks(toy: Dataset) -> None:
    path, found = mark(toy, toy.parquet_path("forums"))
    assert found.valid and load_workbook(path)["forums"]["A2"].value
    ods = toy.path / "book.ods"
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in HEAD
    )
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", ODS.format(cells))
    path, _ = mark(toy, ods)
    assert load_workbook(path)["forums"]["A1"].value == HEAD[0]


def test_what_cannot_be_kept_is_told(toy: Dataset, sent: Path) -> None:
    thread = "xl/threadedComments/threadedComment1.xml"
    parts = {"xl/media/image1.png": b"x", "xl/vbaProject.bin": b"x", thread: b"<x/>"}
    with zipfile.ZipFile(sent, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    for language, words in (("en", "pictures (1), macros, threads"), ("fr", "images (1), macros, fils")):
        path, _ = mark(toy, sent, language)  # type: ignore[arg-type]
        assert words in str(load_workbook(path).worksheets[0]["A3"].value)
        with zipfile.ZipFile(path) as archive:
            assert not parts.keys() & set(archive.namelist())
    assert "could not keep" not in str(load_workbook(path).worksheets[0]["A4"].value)


def test_a_workbook_that_openpyxl_would_change_is_copied_cell_by_cell(toy: Dataset, sent: Path) -> None:
    """Openpyxl takes a date after the calendar's last for an error."""
    book = load_workbook(sent)
    book["forums"]["C2"] = 99_999_999
    book["forums"]["C2"].number_format = "yyyy-mm-dd"
    book.save(sent)
    path, _ = mark(toy, sent)
    copy = load_workbook(path)
    assert "cells of your file alone" in copy.worksheets[0]["A3"].value
    assert copy["forums"]["C2"].value == read(sent)[0].rows[1].cells[2] != "#VALUE!"
    assert copy["forums"]["C2"].fill.start_color.rgb == RED


def test_a_copy_of_a_copy_that_has_the_list_alone(toy: Dataset, sent: Path) -> None:
    book = load_workbook(mark(toy, sent)[0])
    del book["forums"], book["Remarks"]
    alone = toy.path / "alone.xlsx"
    book.save(alone)
    write_marked_copy(alone, report([], files=1, rows=0), toy.path / "marked.xlsx")


def test_nothing_of_the_senders_is_overwritten(toy: Dataset, sent: Path) -> None:
    before = sent.read_bytes()
    link = toy.path / "link.xlsx"
    link.symlink_to(sent)
    other = toy.path / "other.xlsx"
    shutil.copyfile(sent, other)
    (toy.path / "folder.xlsx").mkdir()
    refused = {sent: "this is the file that is checked", link: "this is the file that is checked"}
    refused |= {other: "there is a file already", toy.path / "folder.xlsx": "there is a file already"}
    refused |= {toy.path / "x.csv": "a marked copy is a workbook", toy.path / "none" / "x.xlsx": "there is no folder"}
    for out, words in refused.items():
        with pytest.raises(CsodataError, match=f"{re.escape(str(out))}: {words}"):
            check_target(sent, out)
    assert sent.read_bytes() == other.read_bytes() == before


def test_a_marked_copy_is_overwritten_until_somebody_has_saved_it(toy: Dataset, sent: Path) -> None:
    path, found = mark(toy, sent)
    write_marked_copy(sent, found, path)
    written = path.read_bytes()
    for part, ours, theirs in (
        ("core", b">csodata marked copy<", b">Amina<"),  # as Excel does
        ("app", b">Microsoft Excel", b">LibreOffice/7.4"),
    ):
        with zipfile.ZipFile(io.BytesIO(written)) as before, zipfile.ZipFile(path, "w") as after:
            for name in before.namelist():
                content = before.read(name)
                after.writestr(name, content.replace(ours, theirs) if name == f"docProps/{part}.xml" else content)
        with pytest.raises(CsodataError, match="corrections"):
            write_marked_copy(sent, found, path)
    assert sorted(each.name for each in toy.path.glob("*marked*")) == ["marked.xlsx"], "nothing is left over"


def run(folder: Path, *arguments: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(main, ["validate", *arguments])


def test_the_command(toy: Dataset, sent: Path) -> None:
    told = run(toy.path, "sent.xlsx", "--marked-copy", "out.xlsx", "--lang", "fr")
    assert told.exit_code == 1 and "Marked copy: out.xlsx" in told.stderr and "À corriger" in told.stdout
    assert load_workbook(toy.path / "out.xlsx").worksheets[0].title == MARKED_SHEETS["fr"]
    assert run(toy.path, "sent.xlsx", "--marked-copy", "sent.xlsx").exit_code == 2
    for wrong in ([], ["-"], ["sent.xlsx", "x.csv"], ["sent.xlsx", "--schema", "schemas/forums.json"]):
        told = run(toy.path, *wrong, "--marked-copy", "out.xlsx")
        assert told.exit_code == 2 and "exactly one FILE" in told.stderr


@pytest.mark.parametrize(("form", "words"), [("markdown", "### csodata: "), ("github", "::error file=sent.xlsx,")])
def test_the_formats(toy: Dataset, sent: Path, form: str, words: str) -> None:
    told = run(toy.path, "sent.xlsx", "--format", form)
    assert told.exit_code == 1 and words in told.stdout
