"""A contributed sheet → records: which table it is, where its columns are, its cells in canonical form."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from csodata.canonical import clean
from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES
from csodata.folding import folded
from csodata.messages import did_you_mean, rule
from csodata.reading import Headings, Note, Row, Sheet, find_headings
from csodata.report import Problem
from csodata.schema import Constraints, Field, TableSchema
from csodata.validation.forms import about_rows, without_examples, without_own
from csodata.validation.records import Origin, Record, make_problem, problem_in
from csodata.values import unescaped

# The last columns of a contributed row, and the columns of its citation that they become.
EVIDENCE_COLUMNS = {"source": "source_id", "locator": "locator", "citation_basis": "citation_basis"}
# A workbook's numbers and truth values are no repair in columns of these types.
NATIVE_TYPES = {"native-number": ("integer", "number"), "native-boolean": ("boolean",)}

Cell = tuple[int | None, int | None]  # number of the row, index of the cell


@dataclass
class Taken:
    """What one sheet gave: its rows, the citations at their ends, and what is wrong with the sheet itself.

    The cells of a row that does not fit the headings may have shifted: it is told once, as a misfit. Its id is known to
    the other rows; nothing else in it is checked.
    """

    rows: list[Record] = field(default_factory=list)
    misfits: list[Record] = field(default_factory=list)
    evidence: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def take_file(sheets: Sequence[Sheet], stem: str, schemas: Mapping[str, TableSchema], table: str | None) -> list[Taken]:
    """Return what the sheets of a file give: rows of the table that a sheet is named after, else of `table`.

    Without a `table`, and where no sheet is named after one, the file's own name (`stem`) tells. A sheet that has
    neither a table's name nor its headings is passed over, if another has.
    """
    sheets = without_own(sheets)
    named = [_named(sheet.name, schemas) for sheet in sheets]
    other = table or (None if any(named) else _named(stem, schemas))
    tables = [
        own or (other if other and _has_headings(sheet, schemas[other]) else None)
        for sheet, own in zip(sheets, named, strict=True)
    ]
    some = any(tables)
    taken = []
    for sheet, own in zip(sheets, tables if some else [other] * len(sheets), strict=True):
        if all(row.is_blank() for row in sheet.rows):
            taken.append(Taken(problems=list(_noted(sheet, sheet.notes))))
        elif own is None:
            taken.append(Taken(problems=list(_no_table(sheet, stem, sorted(schemas), others=some))))
        else:
            taken.append(_take(sheet, own, schemas))
    has_rows = any(part.rows or part.misfits for part in taken)
    for part, told in zip(taken, about_rows([part.problems for part in taken], some=has_rows), strict=True):
        part.problems = told
    return taken


def _take(sheet: Sheet, table: str, schemas: Mapping[str, TableSchema]) -> Taken:
    model = schemas[table]
    has_evidence = table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES)
    extra = _evidence_fields(schemas["citations"]) if has_evidence else []
    columns = [*model.fields, *extra]
    fields = {column.name: column for column in columns}
    headings = find_headings(sheet, columns)
    origin = Origin(sheet.file, sheet.name, headings.columns)
    places = {to: headings.columns[name] for name, to in EVIDENCE_COLUMNS.items() if name in headings.columns}
    proof = Origin(sheet.file, sheet.name, places, {column: name for name, column in EVIDENCE_COLUMNS.items()})
    types = {headings.columns[column.name]: column.type for column in model.fields if column.name in headings.columns}
    notes = [note for note in sheet.notes if _matters(note, headings, types)]
    taken = Taken(problems=[*_noted(sheet, notes), *_heading_problems(sheet, headings, table, columns, origin)])
    if headings.row is None:
        return taken
    rows = [row for row in sheet.rows[headings.first_data_row :] if not row.is_blank()]
    rows, examples, told = without_examples(rows, origin)
    taken.problems += told
    if not rows:
        taken.problems.append(make_problem(origin, "no-rows", table=table))
    unclosed = {note.row for note in notes if note.code == "unclosed-quote"}
    unread = {(note.row, note.column) for note in notes if rule(note.code).severity == "error"} | examples
    whole = []
    for row in rows:
        record, citation = _records(row, model, table, fields, (origin, proof), unread)
        misfit = [] if row.number in unclosed else list(_misfit(row, record, len(headings.row.cells)))
        taken.problems += misfit
        if misfit or row.number in unclosed:
            taken.misfits.append(record)
        else:
            whole.append(row)
            taken.rows.append(record)
            taken.evidence += [citation] if citation else []
    taken.problems += _tidied(whole, fields, origin, unread)
    return taken


def _has_headings(sheet: Sheet, model: TableSchema) -> bool:
    return find_headings(sheet, model.fields).row is not None


def _evidence_fields(citations: TableSchema) -> list[Field]:
    """Return the last columns of a contributed row, with the titles that they have in citations."""
    optional = {"constraints": Constraints()}  # a sheet of citations may say the same
    return [
        citations.by_name[column].model_copy(update={"name": name, **optional})
        for name, column in EVIDENCE_COLUMNS.items()
    ]


def _matters(note: Note, headings: Headings, types: Mapping[int, str]) -> bool:
    """Tell whether a note is about the table: not about what stands above it, nor about a native value in its place."""
    if note.row is not None and headings.row is not None and note.row < headings.row.number:
        return False
    return types.get(-1 if note.column is None else note.column) not in NATIVE_TYPES.get(note.code, ())


def _noted(sheet: Sheet, notes: Sequence[Note], table: str | None = None) -> Iterator[Problem]:
    lines = {row.number: row.line for row in sheet.rows}
    for note in notes:
        yield make_problem(
            Origin(sheet.file, sheet.name),
            note.code,
            row=note.row,
            line=note.line or lines.get(note.row or 0),
            index=note.column,
            value=note.value,
            detail=note.detail,
            table=table,
        )


def _no_table(sheet: Sheet, stem: str, tables: Sequence[str], *, others: bool) -> Iterator[Problem]:
    yield from _noted(sheet, [note for note in sheet.notes if note.row is None])
    word = sheet.name or stem
    near = did_you_mean(word, tables)
    code = "sheet-skipped" if others and not near else "unknown-table"
    yield make_problem(Origin(sheet.file, sheet.name), code, value=word, detail=", ".join(tables), suggestion=near)


def _named(word: str | None, schemas: Mapping[str, TableSchema]) -> str | None:
    for table, model in schemas.items():
        if word and folded(word) in map(folded, filter(None, (table, model.title, model.title_fr))):
            return table
    return None


def _heading_problems(
    sheet: Sheet, headings: Headings, table: str, fields: Sequence[Field], origin: Origin
) -> Iterator[Problem]:
    row = headings.row
    if row is None:
        first = sheet.rows[0]
        names = ", ".join(column.name for column in fields[:5])
        yield make_problem(origin, "missing-heading", row=first.number, line=first.line, table=table, detail=names)
        return
    yield from _noted(sheet, headings.notes, table)
    absent = {
        spelling: column.name
        for column in fields
        for spelling in (column.name, column.title, column.title_fr)
        if spelling and column.name not in headings.columns
    }
    for code, indexes in (
        ("unknown-column", headings.unknown),
        ("duplicate-column", headings.duplicate),
        ("blank-column", headings.blank),
    ):
        for index in indexes:
            yield make_problem(
                origin,
                code,
                row=row.number,
                line=row.line,
                index=index,
                value=row.cells[index] or None,
                table=table,
                detail=", ".join(column.name for column in fields),
                suggestion=did_you_mean(row.cells[index], absent) if code == "unknown-column" else None,
            )
    own = fields[1:] if fields[0].name.endswith("_id") else fields  # an id that is not given is made up later
    for field_ in own:
        if field_.constraints.required and field_.name not in headings.columns:
            yield make_problem(origin, "missing-column", row=row.number, line=row.line, column=field_.name, table=table)


def _tidied(
    rows: Sequence[Row], fields: Mapping[str, Field], origin: Origin, unread: Collection[Cell]
) -> Iterator[Problem]:
    """Yield a note for each column with cells that are not written as the dataset writes them."""
    for name, index in origin.columns.items():
        cells = [
            (row, row.cells[index]) for row in rows if index < len(row.cells) and (row.number, index) not in unread
        ]
        if odd := [(row, cell) for row, cell in cells if _plain(fields[name], cell) != cell]:
            first, cell = odd[0]
            detail = f"blanks, accents, apostrophes, numbers or truth values in this column; cells: {len(odd)}"
            yield make_problem(
                origin, "text-tidied", row=first.number, line=first.line, index=index, value=cell, detail=detail
            )


def _plain(field: Field, text: str) -> str:
    """Return a cell's text in canonical form, without what an export made it safe for spreadsheets by."""
    return clean(field, unescaped(text))


def _records(
    row: Row,
    model: TableSchema,
    table: str,
    fields: Mapping[str, Field],
    origins: tuple[Origin, Origin],
    unread: Collection[Cell],
) -> tuple[Record, Record | None]:
    """Return a row's record, and the citation that its last columns make, if any; `origins` are those of the two."""
    origin, evidence = origins
    texts = {
        # A cell that could not be read is as one that is not there: what is wrong with it has been told.
        name: _plain(fields[name], row.cells[index])
        if index < len(row.cells) and (row.number, index) not in unread
        else None
        for name, index in origin.columns.items()
    }
    own = model.by_name  # `locator` is the last column of a fact, but a citation's own
    proof = {to: texts.pop(name) for name, to in EVIDENCE_COLUMNS.items() if name in texts and name not in own}
    record = Record(table, texts, row.number, row.line, origin)
    if not any(proof.values()):
        return record, None
    cells = {
        "citation_id": f"sent-{row.number}",
        "table_name": table,
        "record_id": texts.get(model.names[0]),
        "stance": "supports",
        **proof,
    }
    return record, Record("citations", cells, row.number, row.line, evidence)


def _misfit(row: Row, record: Record, width: int) -> Iterator[Problem]:
    """Yield what shows that a row does not fit the headings: too few cells, or too many."""
    missing = {name: index for name, index in record.origin.columns.items() if index >= len(row.cells)}
    if missing:
        yield problem_in(record, "short-row", min(missing, key=missing.__getitem__))
    for index, cell in enumerate(row.cells[width:], width):
        if cell.strip():
            yield make_problem(
                record.origin, "long-row", row=row.number, line=row.line, index=index, value=cell, table=record.table
            )
