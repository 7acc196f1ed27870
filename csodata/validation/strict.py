"""Check a table by its schema alone, columns by position, as the standard has it, block by block."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, BinaryIO

from csodata.arrays import longest, number_scalar, some
from csodata.messages import rule, unreadable
from csodata.reading import Batch, Block, Limits, Place, Places, Table, read_table
from csodata.report import Problem, Tally
from csodata.schema import TableSchema
from csodata.validation.cells import CellCheck, Checked, Found, Parents
from csodata.validation.keys import Keys
from csodata.validation.records import Origin, Record, make_problem, problem_in
from csodata.validation.words import Words


class _Rows(Sequence[Record]):
    """The rows of a batch as records without cells, each made when it is asked for."""

    def __init__(self, places: Places, table: str, origin: Origin) -> None:
        self._places, self._table, self._origin = places, table, origin

    def __len__(self) -> int:
        return len(self._places.offsets)

    def __getitem__(self, index: Any) -> Any:
        place = self._places[index]
        return Record(self._table, {}, place.row, place.line, self._origin)


class StrictTable:
    """A table, its problems, and how many rows it has."""

    def __init__(
        self,
        schema: TableSchema,
        file: str,
        table: str = "",
        *,
        parents: Parents | None = None,
        limits: Limits = Limits(),
    ) -> None:
        """Take the schema, the file's name, the table's, and the rows that foreign keys point to, by table."""
        self.schema, self.table, self._limits, self._parents = schema, table, limits, parents or {}
        self.origin = Origin(file, None, {name: index for index, name in enumerate(schema.names)})
        self.tally = Tally(limits.problems)
        self.rows = 0
        self.labels: list[str] = []
        self._words = Words(schema, self._parents)

    def check(self, stream: BinaryIO) -> None:
        """Check a file, block by block; raises UnreadableError where it is too large, or no table."""
        table = read_table(stream, self.origin.file or "", self._limits)
        for note in table.notes:
            if rule(note.code).severity == "error":  # what was only put right while reading is no fault of the table
                self._add(note.code, note.row, note.line, index=note.column, value=note.value, detail=note.detail)
        if table.labels is None:
            return
        self.labels = [label.strip() for label in table.labels]
        if not self.labels:
            self._add("missing-heading", 1, 1, detail=", ".join(self.schema.names[:5]))
        self._check_heading()
        if self.labels:
            self._check_rows(table)

    def _check_rows(self, table: Table) -> None:
        names = self.schema.names[: len(self.labels)]
        # Columns beyond those of the schema have no name that a field could have.
        names += [f"\0{index}" for index in range(len(names), len(self.labels))]
        check, keys = CellCheck(self.schema, self._parents), Keys(self.schema, names, own="" not in self._parents)

        def work(block: Block) -> list[tuple[Checked, list[Any]]]:
            results = [check(batch.cells.rename_columns(names)) for batch in block.batches]
            for batch, checked in zip(block.batches, results, strict=True):
                checked.found.extend(self._too_long(batch))
            return [(checked, keys.texts(checked.keys)) for checked in results]

        first = table.first
        for block, results in table.blocks(work, names, empty_lines="" not in self.schema.missing_values):
            if not self.rows and block.records:
                self._tell_unchecked(first, names)
            begins, first = first, block.place(first)
            rows = [_Rows(batch.places, self.table, self.origin) for batch in block.batches]
            self._tell(list(zip(block.batches, rows, (checked for checked, _ in results), strict=True)))
            keys.take(*zip((texts for _, texts in results), rows, strict=True))
            self.rows += block.records
            if self.rows > self._limits.rows:
                raise unreadable(self.origin.file or "", "too-many-rows", most=self._limits.rows)
            if block.opened is not None:
                self._add("unclosed-quote", first.row - 1, (begins.line or 1) + block.opened)
            if block.stray:
                byte, before = block.stray
                self._add("bad-encoding", line=(begins.line or 1) + before, detail=byte)
                break
        self._tell_keys(keys)

    def _too_long(self, batch: Batch) -> Iterator[Found]:
        import pyarrow.compute as pc

        most = self._limits.cell_chars
        for name, column in zip(self.schema.names, batch.cells.columns, strict=False):
            if longest(column) > most:
                long = some(pc.greater(pc.utf8_length(column), number_scalar(most, "int32")))
                if long is not None:
                    yield Found("cell-too-long", name, long)

    def _tell_unchecked(self, first: Place, names: Sequence[str]) -> None:
        """Tell at the first row which foreign keys point to a table that is not given."""
        for key in self.schema.foreign_keys:
            table = key.reference.resource
            if table and table not in self._parents and set(key.fields) <= set(names):
                index = self.origin.columns[key.fields[0]]
                self._add("unchecked-reference", *first, index=index, column=key.fields[0], value="", detail=table)

    def _tell(self, parts: Sequence[tuple[Batch, Sequence[Record], Checked]]) -> None:
        """Tell what was found in the parts of a block, in the order of the rows."""
        told = []
        for part, (batch, _, checked) in enumerate(parts):
            for found in checked.found:
                room = max(0, self.tally.room(found.code))
                self.tally.beyond[found.code] += max(0, len(found.rows) - room)
                column = self.origin.columns.get(found.field or "", 0)
                told += [
                    (batch.places.offsets[index], column, part, index, found) for index in found.rows[:room].to_pylist()
                ]
        for _, _, part, index, found in sorted(told, key=itemgetter(0, 1)):
            if self._room(found.code):
                batch, records, _ = parts[part]
                self.tally.add(self._problem(batch, records[index], found, index))
        for batch, records, checked in parts:
            if not batch.ragged:
                continue  # where all rows have one width, millions may be blank
            blank = {row for found in checked.found if found.code == "blank-row" for row in found.rows.to_pylist()}
            for index, cells in enumerate(batch.ragged):
                if index not in blank:
                    self._tell_width(records[index], cells)

    def _problem(self, batch: Batch, record: Record, found: Found, index: int) -> Problem:
        if found.foreign_key:
            value = ", ".join(self._text(batch, index, name) or "" for name in found.foreign_key.fields)
            return self._words.of_reference(record, found.foreign_key, value)
        if found.field is None:
            return problem_in(record, found.code)
        cell = self._text(batch, index, found.field)
        if found.code == "missing-key":
            return problem_in(record, found.code, found.field, cell)
        if found.code == "cell-too-long":
            return problem_in(record, found.code, found.field, cell, detail=str(len(cell or "")))
        return self._words.in_cell(record, found.code, found.field, cell or "")

    def _tell_width(self, record: Record, cells: Sequence[str]) -> None:
        """Tell which cells a row lacks, or has besides those that the heading names."""
        fields = self.schema.names[: len(self.labels)]
        for index in range(len(cells), len(self.labels)):
            if self._room("short-row"):
                field = fields[index] if index < len(fields) else self.labels[index]
                column = field if index < len(fields) else None
                self._add("short-row", record.row, record.line, index=index, column=column, field=field)
        for index, cell in enumerate(cells[len(self.labels) :], len(self.labels)):
            if self._room("long-row"):
                self._add("long-row", record.row, record.line, index=index, value=cell)

    def _tell_keys(self, keys: Keys) -> None:
        for repeated in keys.repeated():
            if self._room(repeated.code):
                self.tally.add(self._words.of_repeated(repeated))
        for lost in keys.lost():
            if self._room("unknown-reference"):
                self.tally.add(self._words.of_reference(lost.at.record(), lost.foreign_key, lost.value))

    def _room(self, code: str) -> bool:
        """Tell whether one more problem of a code is shown; where not, it is counted."""
        if self.tally.room(code) > 0:
            return True
        self.tally.beyond[code] += 1
        return False

    def _check_heading(self) -> None:
        names = self.schema.names
        for index, (label, name) in enumerate(zip(self.labels, names, strict=False)):
            if not label:
                self._at_heading("blank-column", index)
            elif label in self.labels[:index]:
                self._at_heading("duplicate-column", index)
            elif label != name:
                self._at_heading("wrong-column", index)
        if self.labels:
            for index in range(len(names), len(self.labels)):
                self._at_heading("unknown-column", index)
            for index in range(len(self.labels), len(names)):
                self._at_heading("missing-column", index)

    def _at_heading(self, code: str, index: int) -> None:
        names = self.schema.names
        self._add(
            code,
            1,
            1,
            index=index,
            column=names[index] if index < len(names) else None,
            value=self.labels[index] if index < len(self.labels) else None,
            detail=", ".join(names),
        )

    def _add(self, code: str, row: int | None = None, line: int | None = None, **details: Any) -> None:
        self.tally.add(make_problem(self.origin, code, row=row, line=line, table=self.table, **details))

    def _text(self, batch: Batch, index: int, field: str) -> str | None:
        """Return the text of a cell as it stands; None where the row ends before it."""
        text: str | None = batch.cells.column(self.origin.columns[field])[index].as_py()
        return text
