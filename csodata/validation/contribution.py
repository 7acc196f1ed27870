"""Check contributed files together with the published rows, so that new rows that come together resolve each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from csodata.canonical import read_rows
from csodata.dataset import EVIDENCE_TABLES, REFERENCE_TABLES, Dataset
from csodata.errors import Refused, UnreadableError
from csodata.messages import refusal, shown
from csodata.reading import Limits, Sheet, columns, read
from csodata.report import Problem, Report, report
from csodata.schema import TableSchema, read_all
from csodata.validation import rules
from csodata.validation.cells import CellCheck, Found, Parents
from csodata.validation.keys import Keys
from csodata.validation.records import Origin, Record, problem_in, without_echoes
from csodata.validation.repairs import label_rows, repair
from csodata.validation.rules.world import World
from csodata.validation.sheets import EVIDENCE_COLUMNS, take_file
from csodata.validation.words import Words

if TYPE_CHECKING:
    import pyarrow as pa

Tables = dict[str, list[Record]]


@dataclass(frozen=True)
class Contribution:
    """What was sent, as it was understood, beside what is published, and the report on it."""

    schemas: Mapping[str, TableSchema]
    published: Tables
    sent: list[Record]
    """The rows, their cells repaired: ids for names, a label `new-…` for an id that is left empty.

    One that is published already is complete, with what it leaves out as it is published.
    """
    evidence: list[Record]
    """The citations that stand at the ends of the rows; their ids are no ids yet."""
    report: Report


def validate_contribution(
    dataset: Dataset, sources: Sequence[Path | BinaryIO], table: str | None = None, *, limits: Limits = Limits()
) -> Report:
    """Return the report on contributed files, as `check_contribution` has it."""
    return check_contribution(dataset, sources, table, limits=limits).report


def check_contribution(
    dataset: Dataset, sources: Sequence[Path | BinaryIO], table: str | None = None, *, limits: Limits = Limits()
) -> Contribution:
    """Return contributed CSV and Parquet files and workbooks, held against the dataset.

    An open binary file among the sources counts as standard input. A sheet belongs to the table that it is named after,
    else to `table`, else to the table that its file is named after. Raises UnreadableError for files that cannot be
    read, UnknownTableError for a `table` that is none, BadSchemaError for a dataset that is broken.
    """
    if table is not None:
        dataset.resource(table)
    schemas = read_all({name: dataset.schema_path(name) for name in dataset.tables})
    taken = [part for stem, sheets in _read_all(sources, limits) for part in take_file(sheets, stem, schemas, table)]
    sent = [record for sheet in taken for record in sheet.rows]
    evidence = [record for sheet in taken for record in sheet.evidence]
    misfits = [record for sheet in taken for record in sheet.misfits]
    problems = [problem for sheet in taken for problem in sheet.problems]
    published = _published(dataset, schemas) if sent else {}
    if sent:
        known = [*(record for rows in published.values() for record in rows), *sent, *misfits]
        label_rows(taken, schemas, known)
        problems += repair(schemas, known, [*sent, *evidence])
        problems += _Together(schemas, published, sent, evidence, misfits).problems()
    found = report(without_echoes(problems), files=len(sources), rows=len(sent) + len(misfits), most=limits.problems)
    return Contribution(schemas, published, sent, evidence, found)


def _read_all(sources: Sequence[Path | BinaryIO], limits: Limits) -> list[tuple[str, list[Sheet]]]:
    """Return the stem of each file's name and its sheets; raises UnreadableError, which names every bad file."""
    found: list[tuple[str, list[Sheet]]] = []
    refused: list[Refused] = []
    for source in sources:
        try:
            found.append((source.stem if isinstance(source, Path) else "", read(source, limits=limits)))
        except UnreadableError as error:
            refused += error.refused
    if refused:
        raise UnreadableError(refusal(refused), refused)
    return found


def _published(dataset: Dataset, schemas: Mapping[str, TableSchema]) -> Tables:
    return {
        table: [
            Record(table, dict(row), number, None, Origin(f"data/{table}.csv"))
            for number, row in enumerate(read_rows(dataset.csv_path(table), model), 2)
        ]
        for table, model in schemas.items()
    }


@dataclass(frozen=True)
class _Change:
    """A sent row that is published already, how it was published, and the columns in which the two differ."""

    record: Record
    before: Record
    columns: list[str]

    def mentions(self, key: str) -> bool:
        """Tell whether the row has to do with the row of this key, or had."""
        return key in self.record.cells.values() or key in self.before.cells.values()


@dataclass
class _Together:
    """The rows that were sent, with the citations at their ends, beside those that are published.

    `misfits` are rows that nothing is said of here: they are known, so that a reference to one of them leads somewhere.
    """

    schemas: Mapping[str, TableSchema]
    published: Tables
    sent: list[Record]
    evidence: list[Record]
    misfits: list[Record]

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of the sent rows: their cells, their keys, and the rules across tables."""
        columns_of = {
            id(record): [name for name in record.origin.columns if name in record.cells] for record in self.sent
        }
        changes = self._complete()
        yield from self._change_problems(changes)
        kept = {table: self._kept(table) for table in self.schemas}
        new = [*self.misfits, *self.sent, *self.evidence]
        world = World(
            self.schemas,
            {table: [*kept[table], *(record for record in new if record.table == table)] for table in self.schemas},
            focus=[*self.sent, *self.evidence],
            published={
                (table, row[self.schemas[table].names[0]]) for table, rows in self.published.items() for row in rows
            },
        )
        parents = {table: [record.cells for record in rows] for table, rows in world.tables.items()}
        for table in dict.fromkeys(record.table for record in [*self.sent, *self.evidence]):
            yield from self._table_problems(table, columns_of, parents, kept[table])
        told = list(rules.problems(world))
        yield from told
        if changes:
            yield from self._broken(world, [row for rows in kept.values() for row in rows], changes, told)

    def _table_problems(
        self, table: str, columns_of: Mapping[int, Sequence[str]], parents: Parents, kept: list[Record]
    ) -> Iterator[Problem]:
        model, above = self.schemas[table], {**parents, "": parents[table]}
        check, keys, words = CellCheck(model, above), Keys(model, model.names, own=False), Words(model, above)
        rows = [record for record in self.sent if record.table == table]
        proofs = [record for record in self.evidence if record.table == table]
        keys.take((keys.texts(check(_batch(kept, model)).keys), kept), told=False)
        checked = check(_batch(rows, model))
        keys.take((keys.texts(checked.keys), rows))
        # None: a cell that could not be read, and was told.
        given = {id(row): {name for name in columns_of[id(row)] if row.cells[name] is not None} for row in rows}
        for found in checked.found:
            yield from _told(found, rows, words, given)
        yield from map(words.of_repeated, keys.repeated())
        # A column that the sheet lacks is told as an empty one.
        asked = set(EVIDENCE_COLUMNS.values())
        given = {id(row): {name for name in asked if row.cells.get(name, "") is not None} for row in proofs}
        for found in check(_batch(proofs, model)).found:
            if found.field in asked:
                yield from _told(found, proofs, words, given)

    def _kept(self, table: str) -> list[Record]:
        key = self.schemas[table].names[0]
        replaced = {record[key] for record in self.sent if record.table == table}
        return [record for record in self.published[table] if record[key] not in replaced]

    def _complete(self) -> list[_Change]:
        """Complete the rows that are published already by what they leave out; return those that would change."""
        known = {
            (table, record[self.schemas[table].names[0]]): record
            for table, rows in self.published.items()
            for record in rows
        }
        changes = []
        for record in self.sent:
            before = known.get((record.table, record[self.schemas[record.table].names[0]]))
            if before is None:
                continue
            record.cells = {**before.cells, **{k: v for k, v in record.cells.items() if v}}
            if columns := [name for name, text in record.cells.items() if text != before[name]]:
                changes.append(_Change(record, before, columns))
        return changes

    def _change_problems(self, changes: Sequence[_Change]) -> Iterator[Problem]:
        """Yield what would change, and what of it no citation supports that comes along."""
        sent = [record for record in [*self.sent, *self.evidence] if record.table == "citations"]
        cited = {(c["table_name"], c["record_id"], c["column_name"]) for c in sent if c["stance"] == "supports"}
        for change in changes:
            record, before, table = change.record, change.before, change.record.table
            key = self.schemas[table].names[0]
            said = [(name, shown(before[name]), shown(record[name])) for name in change.columns]
            yield problem_in(
                record,
                "updates-row",
                key,
                detail="; ".join(f"{name} '{old}' → '{new}'" for name, old, new in said),
                detail_fr=" ; ".join(f"{name} « {old} » → « {new} »" for name, old, new in said),
            )
            places = {name: {(table, record[key], name), (table, record[key], "")} for name in change.columns}
            bare = [name for name, either in places.items() if name != "note" and not either & cited]
            if bare and table not in (*EVIDENCE_TABLES, *REFERENCE_TABLES):
                column = bare[0] if len(bare) == 1 else None
                yield problem_in(record, "change-without-citation", column, detail=", ".join(bare))

    def _broken(
        self, world: World, kept: list[Record], changes: Sequence[_Change], told: Sequence[Problem]
    ) -> Iterator[Problem]:
        """Yield the errors that the changes make in rows that stay as they are, each at the change that makes it."""
        places = {(record.origin.file, record.row): record for record in kept}
        after = [p for p in rules.problems(replace(world, focus=kept)) if p.severity == "error"]
        suspects = [places[problem.file, problem.row] for problem in after]
        before = set(rules.problems(World(self.schemas, self.published, focus=suspects)))
        for problem, record in zip(after, suspects, strict=True):
            key = world.key(record)
            # Where two rows clash, the one that was sent has been told of the other.
            if problem not in before and not any(p.code == problem.code and key in p.message for p in told):
                cause = next((change.record for change in changes if change.mentions(key)), record)
                detail = f"'{key}' in '{record.table}': {problem.message.rstrip('.')}"
                french = f"« {key} » dans « {record.table} » : {problem.in_language('fr').message.rstrip('.')}"
                yield problem_in(cause, "breaks-published-row", value=key, detail=detail, detail_fr=french)


def _batch(records: Sequence[Record], schema: TableSchema) -> "pa.RecordBatch":
    return columns([[record.cells.get(name) for name in schema.names] for record in records], schema.names)


def _told(
    found: Found, records: Sequence[Record], words: Words, given: Mapping[int, Collection[str]]
) -> Iterator[Problem]:
    """Yield the problems of some records; of their cells only those that were `given`, by the id of the record."""
    for record in (records[index] for index in found.rows.to_pylist()):
        if found.foreign_key:
            value = ", ".join(record[name] for name in found.foreign_key.fields)
            yield words.of_reference(record, found.foreign_key, value)
        elif found.code == "missing-key":
            yield problem_in(record, found.code, found.field)
        elif found.field in given[id(record)]:
            yield words.in_cell(record, found.code, found.field or "", record[found.field or ""])
