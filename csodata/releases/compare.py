"""Two versions of the dataset → what changed: rows by key and value, schemas, merged ids, and the evidence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from csodata.canonical import read_rows
from csodata.dataset import Dataset
from csodata.releases.schema_changes import LEVELS, Level, SchemaChange, schema_changes
from csodata.schema import TableSchema, read

Row = dict[str, str]


class Evidence(NamedTuple):
    """A citation that supports a value: the source, the place in it, and its title."""

    source_id: str
    locator: str
    title: str


@dataclass(frozen=True)
class Added:
    """A row that is new, by its key, with the citations behind it."""

    key: str
    row: Row
    evidence: list[Evidence]


@dataclass(frozen=True)
class Value:
    """A value that changed, with the citations behind the new one."""

    column: str
    old: str
    new: str
    evidence: list[Evidence]


@dataclass(frozen=True)
class Changed:
    """A row that is in both versions, and the values in which the two differ."""

    key: str
    values: list[Value]


@dataclass
class TableChanges:
    """What changed in the rows of one table."""

    added: list[Added] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Ids that are gone, and `redirects` says of none what became of it."""
    merged: dict[str, str] = field(default_factory=dict)
    """The id that stands now, by the one that was merged into it."""
    withdrawn: dict[str, str] = field(default_factory=dict)
    """Why a row was withdrawn, by its id."""
    changed: list[Changed] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions."""

    old: str
    new: str
    schemas: list[SchemaChange]
    tables: dict[str, TableChanges]
    """The tables of which a row changed."""

    @property
    def level(self) -> Level | None:
        """The least part of the version that has to be raised; None where nothing changed.

        Rows added, merged or withdrawn are minor, values corrected a patch; of schemas see `schema_changes`.
        """
        levels: list[Level] = [change.level for change in self.schemas]
        for table in self.tables.values():
            come_or_gone = table.added or table.removed or table.merged or table.withdrawn
            levels.append("minor" if come_or_gone else "patch")
        return max(levels, key=LEVELS.index, default=None)

    @property
    def vanished(self) -> list[tuple[str, str]]:
        """Table and id of each row that is gone without a row in `redirects`."""
        return [(name, key) for name, table in self.tables.items() for key in table.removed]


def compare(old: Dataset, new: Dataset, said: tuple[str, str] | None = None) -> Comparison:
    """Return what changed between two versions of the dataset.

    A value that differs only because the id that it names was merged into another is no change of its own.

    Args:
        old: the one.
        new: the other.
        said: how the two were named, to tell them apart where their versions are the same; else their folders.

    Raises:
        BadSchemaError: a schema or a table of one of them cannot be read.
    """
    before, after = _schemas(old), _schemas(new)
    rows = {table: _rows(new, table, model) for table, model in after.items()}
    redirects = {(row["table_name"], row["old_id"]): row for row in rows.get("redirects", {}).values()}
    evidence = _Evidence(rows)
    tables = {}
    for table, model in after.items():
        past = _rows(old, table, before[table]) if table in before else {}
        changes = _table(table, model, past, rows[table], redirects, evidence)
        if changes != TableChanges():
            tables[table] = changes
    schemas = sorted(schema_changes(before, after), key=lambda change: (change.table, change.column or "", change.what))
    first, second = said or (str(old.path), str(new.path))
    return Comparison(_named(old, first), _named(new, second), schemas, tables)


def _named(dataset: Dataset, said: str) -> str:
    return dataset.version if said.removeprefix("v") == dataset.version else f"{dataset.version} ({said})"


def _schemas(dataset: Dataset) -> dict[str, TableSchema]:
    return {table: read(dataset.schema_path(table)) for table in dataset.tables}


def _rows(dataset: Dataset, table: str, model: TableSchema) -> dict[str, Row]:
    return {row[model.names[0]]: row for row in read_rows(dataset.csv_path(table), model)}


def _table(
    table: str,
    model: TableSchema,
    past: Mapping[str, Row],
    rows: Mapping[str, Row],
    redirects: Mapping[tuple[str, str], Row],
    evidence: "_Evidence",
) -> TableChanges:
    changes = TableChanges()
    changes.added = [Added(key, rows[key], evidence.of(table, key)) for key in sorted(rows.keys() - past.keys())]
    for key in sorted(past.keys() - rows.keys()):
        last = _followed(redirects, table, key)
        if last and last["new_id"] in rows:
            changes.merged[key] = last["new_id"]
        elif last and not last["new_id"]:
            changes.withdrawn[key] = last["reason"]
        else:  # a redirect that leads nowhere is none
            changes.removed.append(key)
    for key in sorted(rows.keys() & past.keys()):
        values = []
        for column, text in rows[key].items():
            was = past[key].get(column)
            pointed = _pointed(model, table, rows[key], column)
            if was is None or was == text:
                continue  # a column that is new is a change of the schema
            if pointed and (last := _followed(redirects, pointed, was)) and last["new_id"] == text:
                continue
            # A citation vouches for what is filled in.
            values.append(Value(column, was, text, evidence.of(table, key, column) if text else []))
        if values:
            changes.changed.append(Changed(key, values))
    return changes


def _pointed(model: TableSchema, table: str, row: Row, column: str) -> str | None:
    """Return the table that a column's value points to."""
    if column in ("record_id", "other_record_id"):
        return row.get("table_name")
    target = model.references.get(column)
    return table if target == "" else target


def _followed(redirects: Mapping[tuple[str, str], Row], table: str, key: str) -> Row | None:
    """Return the last redirect of an id, over as many merges as there were; None if it has none."""
    seen = {key}
    last = redirects.get((table, key))
    while last and last["new_id"] not in seen and (further := redirects.get((table, last["new_id"]))):
        seen.add(last["new_id"])
        last = further
    return last


class _Evidence:
    """The citations that support what a version says, by row."""

    def __init__(self, rows: Mapping[str, Mapping[str, Row]]) -> None:
        titles = {key: row.get("title", "") for key, row in rows.get("sources", {}).items()}
        self._by_row: dict[tuple[str, str], list[tuple[str, Evidence]]] = defaultdict(list)
        self._own: set[tuple[str, str, str, str]] = set()
        for row in rows.get("citations", {}).values():
            self._own.add((row["table_name"], row["record_id"], row["column_name"], row["source_id"]))
            if row["stance"] == "supports":
                cited = Evidence(row["source_id"], row["locator"], titles.get(row["source_id"], ""))
                self._by_row[row["table_name"], row["record_id"]].append((row["column_name"], cited))

    def of(self, table: str, key: str, column: str = "") -> list[Evidence]:
        """Return the citations of a row as a whole, and those of one of its columns, which go first."""
        return list(dict.fromkeys(self._of(table, key, column)))

    def _of(self, table: str, key: str, column: str) -> Iterator[Evidence]:
        for name, cited in self._by_row.get((table, key), ()):
            if name == column or (not name and (table, key, column, cited.source_id) not in self._own):
                yield cited


def next_version(version: str, level: Level) -> str:
    """Return the version that follows when a part of it is raised; while it begins with 0, major raises the minor."""
    major, minor, patch = map(int, version.split("."))
    if level == "major" and major:
        return f"{major + 1}.0.0"
    return f"{major}.{minor}.{patch + 1}" if level == "patch" else f"{major}.{minor + 1}.0"
