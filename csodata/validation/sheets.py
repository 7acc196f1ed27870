"""A contributed sheet → records: which table it is, where its columns are, its cells in canonical form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from csodata.canonical import clean
from csodata.reading import Headings, Row, Sheet, find_headings
from csodata.report import Problem
from csodata.schema import TableSchema
from csodata.validation.cells import did_you_mean
from csodata.validation.records import Origin, Record, make_problem, problem_in
from csodata.validation.rules.world import EVIDENCE_TABLES, REFERENCE_TABLES

# The last columns of a contributed row, and the columns of its citation that they become.
EVIDENCE_COLUMNS = {"source": "source_id", "locator": "locator", "citation_basis": "citation_basis"}


@dataclass
class Taken:
    """What one sheet gave: its rows, the citations at their ends, and what is wrong with the sheet itself."""

    rows: list[Record] = field(default_factory=list)
    evidence: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def take(sheet: Sheet, fallback: str, schemas: Mapping[str, TableSchema], table: str | None = None) -> Taken:
    """Return the records of a sheet of `table`, else of the table that it, or its file (`fallback`), is named after."""
    taken = Taken(problems=list(_noted(sheet)))
    if all(row.is_blank() for row in sheet.rows):
        return taken
    table = table or _named(sheet.name, schemas) or _named(fallback, schemas)
    if table is None:
        word = sheet.name or fallback
        names = sorted(schemas)
        taken.problems.append(
            make_problem(
                Origin(sheet.file, sheet.name),
                "unknown-table",
                value=word,
                detail=", ".join(names),
                suggestion=did_you_mean(word, names),
            )
        )
        return taken
    model = schemas[table]
    extra = [] if table in (*EVIDENCE_TABLES, *REFERENCE_TABLES) else list(EVIDENCE_COLUMNS)
    headings = find_headings(sheet, model.fields, extra)
    origin = Origin(sheet.file, sheet.name, headings.columns)
    taken.problems += _heading_problems(sheet, headings, table, model, origin)
    if headings.row is None:
        return taken
    rows = [row for row in sheet.rows[headings.first_data_row :] if not row.is_blank()]
    if not rows:
        taken.problems.append(make_problem(origin, "no-rows", table=table))
    unclosed = {note.row for note in sheet.notes if note.code == "unclosed-quote"}
    for row in rows:
        if row.number not in unclosed:
            record, citation = _records(row, table, model.names[0], origin, extra)
            taken.problems += _row_problems(row, record, len(headings.row.cells))
            taken.rows.append(record)
            taken.evidence += [citation] if citation else []
    return taken


def _noted(sheet: Sheet) -> Iterator[Problem]:
    lines = {row.number: row.line for row in sheet.rows}
    for note in sheet.notes:
        yield make_problem(
            Origin(sheet.file, sheet.name),
            note.code,
            row=note.row,
            line=note.line or lines.get(note.row or 0),
            index=note.column,
            value=note.value,
            detail=note.detail,
        )


def _named(word: str | None, schemas: Mapping[str, TableSchema]) -> str | None:
    def folded(name: str) -> str:
        return "".join(character for character in name.casefold() if character.isalnum())

    for table, model in schemas.items():
        if word and folded(word) in map(folded, filter(None, (table, model.title, model.title_fr))):
            return table
    return None


def _heading_problems(
    sheet: Sheet, headings: Headings, table: str, model: TableSchema, origin: Origin
) -> Iterator[Problem]:
    row = headings.row
    if row is None:
        first = sheet.rows[0]
        names = ", ".join(model.names[:5])
        yield make_problem(origin, "missing-heading", row=first.number, line=first.line, table=table, detail=names)
        return
    for note in headings.notes:
        yield make_problem(
            origin, note.code, row=note.row, index=note.column, value=note.value, detail=note.detail, table=table
        )
    for code, indexes in (
        ("unknown-column", headings.unknown),
        ("duplicate-column", headings.duplicate),
        ("blank-column", headings.blank),
    ):
        for index in indexes:
            absent = [name for name in model.names if name not in headings.columns]
            yield make_problem(
                origin,
                code,
                row=row.number,
                line=row.line,
                index=index,
                value=row.cells[index] or None,
                table=table,
                detail=", ".join(model.names),
                suggestion=did_you_mean(row.cells[index], absent) if code == "unknown-column" else None,
            )
    for field_ in model.fields:
        if field_.constraints.required and field_.name not in headings.columns:
            yield make_problem(origin, "missing-column", row=row.number, line=row.line, column=field_.name, table=table)


def _records(row: Row, table: str, key: str, origin: Origin, extra: Sequence[str]) -> tuple[Record, Record | None]:
    """Return a row's record, and the citation that its last columns make, if they say anything."""
    texts = {
        name: clean(row.cells[index]) if index < len(row.cells) else None for name, index in origin.columns.items()
    }
    proof = {EVIDENCE_COLUMNS[name]: texts.pop(name) for name in extra if name in texts}
    record = Record(table, texts, row.number, row.line, origin)
    if not any(proof.values()):
        return record, None
    places = {EVIDENCE_COLUMNS[name]: origin.columns[name] for name in extra if name in origin.columns}
    cells = {
        "citation_id": f"sent-{row.number}",
        "table_name": table,
        "record_id": texts.get(key),
        "stance": "supports",
        **proof,
    }
    return record, Record("citations", cells, row.number, row.line, Origin(origin.file, origin.sheet, places))


def _row_problems(row: Row, record: Record, width: int) -> Iterator[Problem]:
    missing = {name: index for name, index in record.origin.columns.items() if index >= len(row.cells)}
    if missing:
        yield problem_in(record, "short-row", min(missing, key=missing.__getitem__))
    for index, cell in enumerate(row.cells[width:], width):
        if cell.strip():
            yield make_problem(
                record.origin, "long-row", row=row.number, line=row.line, index=index, value=cell, table=record.table
            )
