"""What the rules see: every row of every table, and which of them are asked about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from csodata.schema import TableSchema
from csodata.validation.records import Record


@dataclass
class World:
    """The published and the contributed rows together; `focus` are those whose problems are told."""

    schemas: Mapping[str, TableSchema]
    tables: Mapping[str, list[Record]]
    focus: list[Record] = field(default_factory=list)
    published: Collection[tuple[str, str]] | None = None
    """Table and key of the rows that are published, where others are held against them."""

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Record]:
        """Every record by its table and key."""
        return {(record.table, self.key(record)): record for rows in self.tables.values() for record in rows}

    def rows(self, table: str) -> list[Record]:
        """Return the records of a table."""
        return self.tables.get(table, [])

    def focus_on(self, *tables: str) -> list[Record]:
        """Return the records of some tables whose problems are told."""
        return [record for record in self.focus if record.table in tables]

    def key(self, record: Record) -> str:
        """Return the key of a record."""
        return record[self.schemas[record.table].names[0]]
