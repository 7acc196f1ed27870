"""A file to fill in: a workbook with a sheet a table, in words, with hints and lists to choose from; or a bare CSV."""

import codecs
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from csodata.contribution.choices import Choices
from csodata.contribution.template_words import Words, words
from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES, Dataset
from csodata.errors import CsodataError
from csodata.messages import Language
from csodata.schema import Field, TableSchema, read_all
from csodata.validation.forms import EXAMPLE_MARKS, LISTS_SHEET
from csodata.validation.sheets import EVIDENCE_COLUMNS

USUAL_TABLES = (
    "forums",
    "actors",
    "participations",
    "access",
    "objectives",
    "commitments",
    "commitment_actors",
    "sources",
    "citations",
)
"""What an organisation needs to tell of a forum that it took part in; the rest is asked for by name."""
SOURCES = "sources"
"""Comes along with every table, since each row needs its evidence."""
FIRST_ROW = 3
"""Index of the first row to fill in: above it stand the headings in words, the columns' names and the example."""
ROWS = 1_000
"""Rows with lists and hints."""
TEXT = 49
"""The format of text: without it 2019-10 becomes a day."""
TITLE_CHARS, HINT_CHARS = 32, 255  # what spreadsheets allow in the hint of a cell
NARROWEST, WIDEST, WIDTH_OF_PROSE, PROSE_CHARS = 14, 36, 48, 500
LINE_CHARS, LINE_HEIGHT = 100, 16  # of the first sheet: characters, points
SEPARATOR = {"en": ",", "fr": ";"}
"""Between the cells of a CSV file: what a spreadsheet of that language takes for one."""


@dataclass(frozen=True)
class _Column:
    """One column of a sheet."""

    name: str
    heading: str
    description: str
    hint: str
    is_required: bool
    choices: str | None
    example: str
    width: int


def write_template(dataset: Dataset, path: Path, tables: Sequence[str], lang: Language = "en") -> list[str]:
    """Write a template: a workbook (`.xlsx`), or the heading of one table (`.csv`). Never overwrites a file.

    Args:
        dataset: what is published; its names stand in the lists to choose from.
        path: the file; its ending tells what it becomes.
        tables: the tables; none: `USUAL_TABLES`.
        lang: the language of headings, hints and lists.

    Returns:
        The tables that it has, in their order.

    Raises:
        UnknownTableError: there is no such table.
        CsodataError: the file is there already, or has another ending; a CSV file of several tables.
    """
    for table in tables:
        dataset.resource(table)
    schemas = read_all({name: dataset.schema_path(name) for name in dataset.tables})
    if path.suffix.lower() == ".csv":
        if len(tables) != 1:
            raise CsodataError(f"{path}: a CSV file holds one table. Name one, or write a workbook (.xlsx).")
        chosen = list(tables)
        content = _csv(schemas, tables[0], lang)
    elif path.suffix.lower() == ".xlsx":
        chosen = [table for table in dataset.tables if table in {*(tables or USUAL_TABLES), SOURCES}]
        content = _workbook(dataset, schemas, chosen, lang)
    else:
        raise CsodataError(f"{path}: a template is a workbook (.xlsx) or, for one table, a CSV file (.csv).")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise CsodataError(
            f"{path}: this file is there already, and is left as it is. Give another name, or delete it first."
        ) from None
    return chosen


def _csv(schemas: Mapping[str, TableSchema], table: str, lang: Language) -> bytes:
    # The mark at the start: without it Excel reads, and then saves, accents as other letters.
    names = [column.name for column, _ in _fields(schemas, table)]
    return codecs.BOM_UTF8 + f"{SEPARATOR[lang].join(names)}\r\n".encode()


def _workbook(dataset: Dataset, schemas: Mapping[str, TableSchema], tables: Sequence[str], lang: Language) -> bytes:
    import xlsxwriter

    told, choices = words(dataset, lang), Choices(dataset, schemas, lang)
    columns = {table: list(_columns(schemas, table, choices, told)) for table in tables}
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"title": told.title, "comments": f"csodata {dataset.version}"})
        forms = {
            "read me": book.add_format({"text_wrap": True, "valign": "top"}),
            "title": book.add_format({"text_wrap": True, "bold": True, "font_size": 14}),
            "cell": book.add_format({"num_format": TEXT}),
            "heading": book.add_format({**HEADING, "bg_color": "#D9E2EC"}),
            "required": book.add_format({**HEADING, "bg_color": "#F4D58D"}),
            "name": book.add_format({"num_format": TEXT, "font_color": "#66788A", "font_size": 8, "bottom": 1}),
            "example": book.add_format({"num_format": TEXT, "font_color": "#808080", "italic": True}),
        }
        front = book.add_worksheet(told.sheet)
        front.set_column(0, 0, LINE_CHARS, forms["read me"])
        lines = [("title", told.title), *(("read me", text) for text in told.sentences)]
        for row, (form, text) in enumerate([*lines, *_meanings(columns, choices, told)]):
            front.set_row(row, LINE_HEIGHT * (1 + len(text) // LINE_CHARS) + LINE_HEIGHT / 2)
            front.write_string(row, 0, text, forms[form])
        sheets = {table: book.add_worksheet(table) for table in tables}
        places = _lists(book.add_worksheet(LISTS_SHEET), choices.lists)
        for table, sheet in sheets.items():
            _sheet(sheet, columns[table], places, forms)
    return sink.getvalue()


def _meanings(columns: Mapping[str, Sequence[_Column]], choices: Choices, told: Words) -> Iterator[tuple[str, str]]:
    """Yield what the choices of each list mean, under the heading of the first column that has the list."""
    yield "title", told.meanings
    first: dict[str | None, str] = {}
    for column in chain.from_iterable(columns.values()):
        first.setdefault(column.choices, column.heading)
    for name, meanings in choices.meanings.items():
        yield "heading", first[name].removesuffix(" *")
        yield from (("read me", told.meaning.format(*each)) for each in meanings.items())


HEADING = {"num_format": TEXT, "bold": True, "text_wrap": True, "valign": "vcenter"}


def _lists(sheet: Any, lists: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Write the lists to choose from, one a column; return the range of each."""
    from xlsxwriter.utility import xl_range_abs

    sheet.very_hidden()
    places = {}
    for column, (name, shown) in enumerate(lists.items()):
        for row, text in enumerate([name, *shown.values()]):
            sheet.write_string(row, column, text)
        if shown:
            places[name] = f"={LISTS_SHEET}!{xl_range_abs(1, column, len(shown), column)}"
    return places


def _sheet(sheet: Any, columns: Sequence[_Column], places: Mapping[str, str], forms: Mapping[str, Any]) -> None:
    sheet.freeze_panes(2, 0)
    sheet.set_row(0, 32)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, forms["cell"])
        sheet.write_string(0, index, column.heading, forms["required" if column.is_required else "heading"])
        sheet.write_string(1, index, column.name, forms["name"])
        sheet.write_string(2, index, column.example, forms["example"])
        sheet.write_comment(0, index, column.description, {"author": "csodata", "x_scale": 2.5, "y_scale": 1.8})
        hint = {"input_title": _cut(column.heading, TITLE_CHARS), "input_message": column.hint, "show_error": False}
        place = places.get(column.choices or "")
        asked = {"validate": "list", "source": place} if place else {"validate": "any"}
        sheet.data_validation(FIRST_ROW, index, FIRST_ROW + ROWS - 1, index, {**asked, **hint})


def _fields(schemas: Mapping[str, TableSchema], table: str) -> Iterator[tuple[Field, str | None]]:
    """Yield each column of a table's sheet with the table that it points to, the columns of the evidence at the end."""
    model, citations = schemas[table], schemas["citations"]
    for column in model.fields:
        target = model.references.get(column.name)
        yield column, table if target == "" else target
    if table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES):
        for name, column_name in EVIDENCE_COLUMNS.items():
            column = citations.by_name[column_name].model_copy(update={"name": name})
            yield column, citations.references.get(column_name)


def _columns(schemas: Mapping[str, TableSchema], table: str, choices: Choices, told: Words) -> Iterator[_Column]:
    has_label = table not in REFERENCE_TABLES
    for index, (column, target) in enumerate(_fields(schemas, table)):
        is_label = has_label and index == 0
        title = choices.own(column.title or column.name, column.title_fr)
        description = choices.own(column.description or "", column.description_fr)
        hint = description
        if is_label:
            hint = told.label
        elif target is not None and target not in REFERENCE_TABLES:
            hint = f"{told.reference} {description}"
        is_required = column.constraints.required and not is_label
        heading = f"{title} *" if is_required else title
        example = f"{EXAMPLE_MARKS[choices.lang]} {choices.in_words(column, target, column.example)}"
        is_prose = (column.constraints.max_length or 0) >= PROSE_CHARS and not is_label
        yield _Column(
            name=column.name,
            heading=heading,
            description=description,
            hint=_cut(hint, HINT_CHARS),
            is_required=is_required,
            choices=choices.of(column, target),
            example=example,
            width=WIDTH_OF_PROSE if is_prose else max(NARROWEST, len(heading) + 4, min(WIDEST, len(example) + 2)),
        )


def _cut(text: str, most: int) -> str:
    """Return the first sentences of a text that are no longer than `most` together."""
    if len(text) <= most:
        return text
    end = text.rfind(". ", 0, most)
    return text[: end + 1] if end > 0 else f"{text[: most - 1]}…"
