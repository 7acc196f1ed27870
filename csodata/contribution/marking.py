"""Marks the problems of a report in a workbook: coloured cells with comments, and a first sheet that lists them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from csodata.contribution.workbook import MOST_ROWS, write_text
from csodata.messages import phrase, visible
from csodata.report import Problem, Report
from csodata.report.text import SEVERITIES, totals
from csodata.validation.forms import MARKED_SHEETS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

COLOURS = {"error": "FFFFB3B3", "warning": "FFFFF2A8"}  # repairs are listed, not coloured: nothing is to be done
HEADING = "FFD9E1F2"
AUTHOR = "csodata"
MARK = "csodata:\n"
"""Where our part of a comment begins."""
WRITER = "csodata marked copy"
"""Who has last changed a marked copy."""
LONGEST_COMMENT = 2_000
FONT = "Calibri"
LINE, HIGHEST = 15, 400  # points
# The columns of the list: their headings' phrases, and their widths.
COLUMNS = {"sheet-name": 22, "cell": 12, "what-is-wrong": 60, "what-to-do": 60, "kind": 18, "rule": 26}


def without_marks(book: "Workbook") -> "Workbook":
    """Take out what an earlier marked copy has put in."""
    earlier = [name for name in MARKED_SHEETS.values() if name in book.sheetnames]
    for name in earlier:
        del book[name]
    for sheet in book.worksheets if earlier else ():
        for cell in list(sheet._cells.values()):  # `iter_rows` would make the cells that are not there
            if cell.comment and MARK in cell.comment.text:
                _unmark(cell)
    return book


def _unmark(cell: "Cell") -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    before = cell.comment.text.partition(MARK)[0].rstrip()
    cell.comment = Comment(before, cell.comment.author) if before else None
    if cell.fill.start_color.rgb in COLOURS.values():
        cell.fill = PatternFill()


def mark(book: "Workbook", report: Report, *remarks: str) -> "Workbook":
    """Colour and comment the cells of a workbook, and put the list of its problems in front."""
    pages = {visible(sheet.title): sheet for sheet in book.worksheets}
    only = book.worksheets[0].title
    found: dict[tuple[str, str], list[Problem]] = {}
    places: dict[Problem, tuple[str, str]] = {}
    for problem in report.problems:
        page = pages.get(problem.sheet or visible(only))
        if page is not None and problem.row and problem.row <= MOST_ROWS:
            places[problem] = (page.title, _coordinate(page, problem))
            if problem.severity in COLOURS:
                found.setdefault(places[problem], []).append(problem)
    for (title, coordinate), problems in found.items():
        _mark_cell(book[title][coordinate], problems)
    _list(book, report, places, remarks)
    book.properties.lastModifiedBy = WRITER
    return book


def _coordinate(page: "Worksheet", problem: Problem) -> str:
    """Return the cell of a problem: of a row its first, in merged cells the one that shows."""
    coordinate = f"{problem.column or 'A'}{problem.row}"
    for merged in page.merged_cells.ranges:
        if coordinate in merged:
            return str(merged.start_cell.coordinate)
    return coordinate


def _mark_cell(cell: "Cell", problems: Sequence[Problem]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    worst = min((problem.severity for problem in problems), key=SEVERITIES.index)
    cell.fill = PatternFill("solid", start_color=COLOURS[worst], end_color=COLOURS[worst])
    told = "\n\n".join("\n".join(filter(None, (problem.message, problem.suggestion))) for problem in problems)
    before, author = (f"{cell.comment.text}\n\n", cell.comment.author) if cell.comment else ("", AUTHOR)
    text = f"{before}{MARK}{told[:LONGEST_COMMENT]}"
    lines = sum(1 + len(line) // 42 for line in text.splitlines())
    cell.comment = Comment(text, author, height=min(20 * (lines + 1), 400), width=300)


def _list(book: "Workbook", report: Report, places: Mapping[Problem, tuple[str, str]], remarks: Sequence[str]) -> None:
    """Put the sheet in front that lists every problem, those to mend first, each with a link to its cell."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink
    from openpyxl.worksheet.properties import PageSetupProperties

    language = report.language
    page = book.create_sheet(MARKED_SHEETS[language], 0)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False
    book.active = 0
    above = [totals(report), *([] if report.valid else [phrase("marked-how", language)]), *remarks]
    rest = sum((report.counts.errors, report.counts.warnings, report.counts.repairs)) - len(report.problems)
    above += [phrase("not-shown", language, count=rest)] if rest else []
    for row, text in enumerate(above, 1):
        write_text(page.cell(row, 1), text)
    page["A1"].font = Font(name=FONT, bold=True, size=14)
    head = len(above) + 2
    for column, (name, width) in enumerate(COLUMNS.items(), 1):
        cell = page.cell(head, column, phrase(name, language))
        cell.font, cell.fill = Font(name=FONT, bold=True), PatternFill("solid", start_color=HEADING, end_color=HEADING)
        page.column_dimensions[cell.column_letter].width = width
    order = sorted(report.problems, key=lambda problem: SEVERITIES.index(problem.severity))
    for row, problem in enumerate(order, head + 1):
        title, coordinate = places.get(problem, (problem.sheet or "", None))
        kind = phrase(f"head-{problem.severity}", language)
        texts = (title, problem.place, problem.message, problem.suggestion or "", kind, problem.code)
        for column, text in enumerate(texts, 1):
            cell = page.cell(row, column)
            write_text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        # LibreOffice gives a row no height of its own where it was not the writer of the file.
        lines = max(-(-10 * len(text) // (9 * width)) for text, width in zip(texts, COLUMNS.values(), strict=True))
        page.row_dimensions[row].height = min(LINE * max(lines, 1), HIGHEST)
        if problem.severity in COLOURS:
            colour = COLOURS[problem.severity]
            page.cell(row, 5).fill = PatternFill("solid", start_color=colour, end_color=colour)
        if coordinate:
            quoted = title.replace("'", "''")
            link = page.cell(row, 2)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{coordinate}")
            link.font = Font(name=FONT, color="FF0563C1", underline="single")
    page.freeze_panes = page.cell(head + 1, 1)
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0  # on paper: as wide as the page
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.auto_filter.ref = f"A{head}:F{head + len(order)}"
