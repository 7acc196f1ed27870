"""Two schemas of one table → what changed between them, and how much that asks of those who read the table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from csodata.schema import Field, TableSchema, to_text

Level = Literal["major", "minor", "patch"]
LEVELS: tuple[Level, ...] = ("patch", "minor", "major")
# Constraints whose higher value lets less through, and those whose lower one does.
RISING, FALLING = ("minimum", "min_length"), ("maximum", "max_length")


class SchemaChange(NamedTuple):
    """One change of a schema: what changed, in words, and the least part of the version that it raises."""

    table: str
    column: str | None
    level: Level
    what: str


def schema_changes(old: Mapping[str, TableSchema], new: Mapping[str, TableSchema]) -> Iterator[SchemaChange]:
    """Yield what changed between the schemas of two versions.

    A table or column that was added, removed (or renamed, which is both), retyped or moved, and a constraint that lets
    less through, is major; a constraint that lets more through is minor; words are a patch.
    """
    for table in old.keys() - new.keys():
        yield SchemaChange(table, None, "major", "the table was removed")
    for table in new.keys() - old.keys():
        yield SchemaChange(table, None, "major", "the table was added")
    for table, model in new.items():
        if table in old:
            yield from _table_changes(table, old[table], model)


def _table_changes(table: str, old: TableSchema, new: TableSchema) -> Iterator[SchemaChange]:
    for name in old.names:
        if name not in new.names:
            yield SchemaChange(table, name, "major", "the column was removed")
    for name in new.names:
        if name not in old.names:
            yield SchemaChange(table, name, "major", "the column was added")
    common = [name for name in new.names if name in old.names]
    if common != [name for name in old.names if name in new.names]:
        yield SchemaChange(table, None, "major", "the columns stand in another order")
    if old.missing_values != new.missing_values:
        yield SchemaChange(
            table, None, "major", f"the missing values changed from {old.missing_values} to {new.missing_values}"
        )
    if old.primary_key != new.primary_key:
        yield SchemaChange(table, None, "major", f"the primary key changed from {old.primary_key} to {new.primary_key}")
    yield from _key_changes(table, "unique key", old.unique_keys, new.unique_keys)
    yield from _key_changes(table, "foreign key", old.foreign_keys, new.foreign_keys)
    for name in common:
        yield from _column_changes(table, old.by_name[name], new.by_name[name])
    words = {"title", "title_fr", "description", "description_fr"}
    if old.model_dump(include=words) != new.model_dump(include=words):
        yield SchemaChange(table, None, "patch", "its description changed")


def _key_changes(table: str, kind: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[SchemaChange]:
    if any(key not in old for key in new):
        yield SchemaChange(table, None, "major", f"a {kind} was added")
    if any(key not in new for key in old):
        yield SchemaChange(table, None, "minor", f"a {kind} was removed")


def _column_changes(table: str, old: Field, new: Field) -> Iterator[SchemaChange]:
    if (old.type, old.format) != (new.type, new.format):
        before, after = (f"{field.type} ({field.format})" for field in (old, new))
        yield SchemaChange(table, new.name, "major", f"its type changed from {before} to {after}")
    before_, after_ = (field.constraints.model_dump() for field in (old, new))
    for name in before_:
        if before_[name] != after_[name]:
            level: Level = "major" if _tightened(name, before_[name], after_[name]) else "minor"
            change = _words(name, before_[name], after_[name])
            yield SchemaChange(table, new.name, level, change)
    if old.model_dump(exclude={"type", "format", "constraints"}) != new.model_dump(
        exclude={"type", "format", "constraints"}
    ):
        yield SchemaChange(table, new.name, "patch", "its description changed")


def _tightened(name: str, old: Any, new: Any) -> bool:
    """Tell whether a constraint lets through less than before, or may do so."""
    if name == "enum" and old is not None and new is not None:
        return not {to_text(value) for value in old} <= {to_text(value) for value in new}
    if old is None or old is False:  # 0 is a bound
        return True
    if new is None or new is False:
        return False
    if type(old) is not type(new) or name not in (*RISING, *FALLING):
        return True  # of two patterns nobody can tell which lets more through
    return bool(new > old) if name in RISING else bool(new < old)


def _words(name: str, old: Any, new: Any) -> str:
    if name == "enum" and old and new:
        before, after = ([to_text(value) for value in values] for values in (old, new))
        added = [value for value in after if value not in before]
        removed = [value for value in before if value not in after]
        said = [f"{word} {', '.join(values)}" for word, values in (("added", added), ("removed", removed)) if values]
        return f"its values changed: {'; '.join(said) or 'another order'}"
    return f"its constraint '{name}' changed from {old} to {new}"
