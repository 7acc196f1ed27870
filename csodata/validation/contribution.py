"""Check contributed files together with the published rows, so that new rows that come together resolve each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from csodata.canonical import read_rows
from csodata.dataset import DESCRIPTOR, Dataset
from csodata.reading import read
from csodata.report import Problem, Report, report
from csodata.schema import TableSchema, read_all
from csodata.validation import rules
from csodata.validation.cells import Values, cell_problems, typed_values
from csodata.validation.judge import judges
from csodata.validation.keys import key_problems
from csodata.validation.records import Origin, Record, problem_in, without_echoes
from csodata.validation.rules.world import World
from csodata.validation.sheets import EVIDENCE_COLUMNS, take_file

Tables = dict[str, list[Record]]


def validate_contribution(dataset: Dataset, paths: Sequence[Path], table: str | None = None) -> Report:
    """Return the report on contributed CSV files and workbooks, held against the dataset.

    A sheet belongs to `table`, else to the table that it, or its file, is named after. Raises UnreadableError for a
    file that cannot be read, UnknownTableError for a `table` that is none, BadSchemaError for a dataset that is broken.
    """
    if table is not None:
        dataset.resource(table)
    schemas = read_all({name: dataset.schema_path(name) for name in dataset.tables})
    taken = [part for path in paths for part in take_file(read(path), path.stem, schemas, table)]
    sent = [record for sheet in taken for record in sheet.rows]
    evidence = [record for sheet in taken for record in sheet.evidence]
    misfits = [record for sheet in taken for record in sheet.misfits]
    problems = [problem for sheet in taken for problem in sheet.problems]
    if sent:
        problems += _Together(schemas, _published(dataset, schemas), sent, evidence, misfits).problems()
    return report(without_echoes(problems), files=len(paths), rows=len(sent) + len(misfits))


def _published(dataset: Dataset, schemas: Mapping[str, TableSchema]) -> Tables:
    return {
        table: [
            Record(table, dict(row), None, None, Origin(f"{DESCRIPTOR}:{table}"))
            for row in read_rows(dataset.csv_path(table), model)
        ]
        for table, model in schemas.items()
    }


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
        columns = {id(record): [name for name in record.origin.columns if name in record.cells] for record in self.sent}
        yield from self._updates()
        kept = {table: self._kept(table) for table in self.schemas}
        new = [*self.misfits, *self.sent, *self.evidence]
        world = World(
            self.schemas,
            {table: [*kept[table], *(record for record in new if record.table == table)] for table in self.schemas},
            focus=[*self.sent, *self.evidence],
        )
        parents = {table: [_as_values(record) for record in rows] for table, rows in world.tables.items()}
        for table in dict.fromkeys(record.table for record in [*self.sent, *self.evidence]):
            yield from self._table_problems(table, columns, parents)
        yield from rules.problems(world)

    def _table_problems(
        self, table: str, columns: Mapping[int, list[str]], parents: Mapping[str, list[Values]]
    ) -> Iterator[Problem]:
        model = self.schemas[table]
        column_judges = judges(model)
        rows = [record for record in self.sent if record.table == table]
        proofs = [record for record in self.evidence if record.table == table]
        for record in rows:
            given = [name for name in columns[id(record)] if record.cells[name] is not None]
            yield from cell_problems(record, column_judges, given)
        for record in proofs:
            # None: a cell that could not be read, and was told; a column that the sheet lacks is told as an empty one.
            told = [column for column in EVIDENCE_COLUMNS.values() if record.cells.get(column, "") is not None]
            yield from cell_problems(record, column_judges, told)
        values = [typed_values(record, column_judges) for record in rows]
        with_self = {**parents, "": parents[table]}
        yield from key_problems(model, rows, values, model.names, with_self)
        sources = [typed_values(record, column_judges) for record in proofs]
        yield from key_problems(model, proofs, sources, ["source_id"], with_self)

    def _kept(self, table: str) -> list[Record]:
        key = self.schemas[table].names[0]
        replaced = {record[key] for record in self.sent if record.table == table}
        return [record for record in self.published[table] if record[key] not in replaced]

    def _updates(self) -> Iterator[Problem]:
        """Complete the rows that are published already by what they leave out, and tell what they would change."""
        known = {
            (table, record[self.schemas[table].names[0]]): record
            for table, rows in self.published.items()
            for record in rows
        }
        for record in self.sent:
            key = self.schemas[record.table].names[0]
            before = known.get((record.table, record[key]))
            if before is None:
                continue
            changes = [
                f"{name} '{before[name]}' → '{text}'"
                for name, text in record.cells.items()
                if text is not None and text != before[name]
            ]
            record.cells = {**before.cells, **{k: v for k, v in record.cells.items() if v is not None}}
            if changes:
                yield problem_in(record, "updates-row", key, detail="; ".join(changes))


def _as_values(record: Record) -> Values:
    return {column: text or None for column, text in record.cells.items()}
