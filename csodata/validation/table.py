"""Check one table against one Table Schema, and nothing else: no repair, no text rule, no rule across tables."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from io import BytesIO
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from csodata.errors import BadSchemaError, CsodataError, UnreadableError
from csodata.reading import Batch, Block, Limits, Place, Places, opened, parse_block, read_table
from csodata.report import Problem, Report, Tally, report
from csodata.schema import TableSchema, read
from csodata.validation.cells import CellCheck, Checked, Found
from csodata.validation.keys import Keys
from csodata.validation.records import Origin, Record, make_problem, problem_in
from csodata.validation.words import Words

Source = str | PathLike[str] | bytes | BinaryIO
Rows = Sequence[Mapping[str, Any]]
Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS = 2


def validate_table(
    schema: Path | str | Mapping[str, Any],
    source: Source,
    tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    *,
    limits: Limits = Limits(),
) -> Report:
    """Return the report on one CSV table (UTF-8, comma) held against one schema.

    `schema` is a path or a mapping, `source` a path, bytes or a binary file. `tables` has the rows that foreign keys
    point to, by table; a foreign key to a table that is not there is a warning. Rows count as frictionless counts
    them: the header is 1, blank lines count, a record with line breaks counts once. A schema that cannot be used is a
    report with one `bad-schema` problem. Raises UnreadableError where the source cannot be read, or is larger than
    `limits` allow.
    """
    name = str(source) if isinstance(source, (str, PathLike)) else "the table"
    try:
        model = read(schema)
        above = {table: _as_mappings(table, rows) for table, rows in (tables or {}).items()}
        with _stream(source, limits) as stream:
            checked = StrictTable(model, name, parents=above, limits=limits)
            checked.check(stream)
    except BadSchemaError as error:
        origin = Origin(str(schema) if isinstance(schema, (str, Path)) else None)
        return report([make_problem(origin, "bad-schema", detail=str(error).rstrip("."))], files=1, rows=0)
    return report(checked.tally.problems, files=1, rows=checked.rows, beyond=checked.tally.beyond)


def _as_mappings(table: str, rows: Any) -> Rows:
    """Return the rows of a list of mappings or row models, or of an Arrow or polars table, as mappings."""
    for convert in ("to_pylist", "to_dicts"):
        if hasattr(rows, convert):
            return list(getattr(rows, convert)())
    found = [row.model_dump() if hasattr(row, "model_dump") else row for row in rows]
    if not all(isinstance(row, Mapping) for row in found):
        raise CsodataError(f"The rows of '{table}' must be mappings, or an Arrow table such as csodata.load gives.")
    return found


def _stream(source: Any, limits: Limits) -> Any:
    if isinstance(source, (str, PathLike)):
        return opened(Path(source), limits.file_bytes)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return BytesIO(source)
    if hasattr(source, "read") and isinstance(source.read(0), bytes):
        return nullcontext(source)
    raise CsodataError("The source must be a path, bytes, or a file opened in binary mode ('rb').")


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
    """A CSV file read by its schema alone: columns by position, as the standard has it."""

    def __init__(
        self,
        schema: TableSchema,
        file: str,
        table: str = "",
        *,
        parents: Mapping[str, Rows] | None = None,
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
        text = read_table(stream, self.origin.file or "", self._limits)
        for note in text.notes:
            self._add(note.code, line=note.line, detail=note.detail)
        if text.labels is None:
            return
        self.labels = [label.strip() for label in text.labels]
        if not self.labels:
            self._add("missing-heading", row=1, line=1, detail=", ".join(self.schema.names[:5]))
        self._check_heading()
        if self.labels:
            self._check_rows(text.blocks, Place(2, 1 + text.lines))

    def _check_rows(self, found: Iterator[bytes], first: Place) -> None:
        fields = self.schema.fields[: len(self.labels)]
        names = [field.name for field in fields]
        # Columns beyond those of the schema have no name that a field could have.
        names += [f"\0{index}" for index in range(len(names), len(self.labels))]
        check, keys = CellCheck(self.schema, self._parents), Keys(self.schema, names, own="" not in self._parents)

        def work(data: bytes) -> tuple[Block, list[tuple[Checked, Any]]]:
            block = parse_block(data, names, ",")
            results = [check(batch.cells) for batch in block.batches]
            return block, [(checked, keys.texts(checked.keys)) for checked in results]

        for block, results in in_order(work, found):
            if not self.rows and block.records:
                self._tell_unchecked(first, names)
            first = block.place(first)
            rows = [_Rows(batch.places, self.table, self.origin) for batch in block.batches]
            for batch, records, (checked, _) in zip(block.batches, rows, results, strict=True):
                self._tell(batch, records, checked)
            keys.take(*zip((texts for _, texts in results), rows, strict=True))
            self.rows += block.records
            if self.rows > self._limits.rows:
                raise UnreadableError(
                    f"{self.origin.file}: the table has more than {self._limits.rows:,} rows. Send it in several files."
                )
            if block.stray:
                byte, before = block.stray
                self._add("bad-encoding", line=(first.line or 1) - block.lines + before, detail=byte)
                break
        self._tell_keys(keys)

    def _tell_unchecked(self, first: Place, names: Sequence[str]) -> None:
        """Tell at the first row which foreign keys point to a table that is not given."""
        for key in self.schema.foreign_keys:
            table = key.reference.resource
            if table and table not in self._parents and set(key.fields) <= set(names):
                index = self.origin.columns[key.fields[0]]
                self._add("unchecked-reference", *first, index=index, column=key.fields[0], value="", detail=table)

    def _tell(self, batch: Batch, records: Sequence[Record], checked: Checked) -> None:
        blank: set[int] = set()
        for found in checked.found:
            room = max(0, self.tally.room(found.code))
            self.tally.beyond[found.code] += max(0, len(found.rows) - room)
            for index in found.rows[:room].to_pylist():
                self.tally.add(self._problem(batch, records[index], found, index))
            if found.code == "blank-row" and batch.ragged:
                blank.update(found.rows.to_pylist())
        for index, cells in enumerate(batch.ragged):
            if index not in blank:
                self._tell_width(records[index], cells)

    def _problem(self, batch: Batch, record: Record, found: Found, index: int) -> Problem:
        if found.foreign_key:
            value = ", ".join(_text(batch, name, index) or "" for name in found.foreign_key.fields)
            return self._words.of_reference(record, found.foreign_key, value)
        if found.field is None:
            return problem_in(record, found.code)
        cell = _text(batch, found.field, index)
        if found.code == "missing-key":
            return problem_in(record, found.code, found.field, cell)
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


def _text(batch: Batch, name: str, index: int) -> str | None:
    """Return the text of a cell as it stands; None where the row ends before it."""
    text: str | None = batch.cells.column(name)[index].as_py()
    return text


def in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield what a function makes of each item, in their order, with two threads at work where there are several."""
    items = iter(items)
    ahead = list(islice(items, 2))
    if len(ahead) < 2:
        yield from map(function, ahead)
        return
    from concurrent.futures import Future, ThreadPoolExecutor  # 15 ms: not for a table of one block

    with ThreadPoolExecutor(WORKERS) as pool:
        pending: deque[Future[Result]] = deque()
        for item in chain(ahead, items):
            pending.append(pool.submit(function, item))
            if len(pending) > WORKERS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
