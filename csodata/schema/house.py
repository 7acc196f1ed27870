"""The rules of the house: words for people in two languages, one meaning for each name, keys that lead somewhere."""

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any

from csodata.schema.model import Field, TableSchema, faults

# Reserved in SQL (ISO/IEC 9075, those that PostgreSQL, SQLite or DuckDB refuse unquoted as column names).
SQL_KEYWORDS = frozenset(
    "all and any as asc by case cast check collate column constraint create cross current_date default delete desc "
    "distinct drop else end except exists false for foreign from full group having if in index inner insert intersect "
    "into is join key left like limit natural not null on or order outer primary references right select set some "
    "table then to true union unique update user using values when where with".split()
)


def check_house(schemas: Mapping[str, TableSchema]) -> list[str]:
    """Return a sentence for each rule of this dataset's schemas that is broken (data dictionary, names, references)."""
    found = [f"schemas/{table}.json: {fault}" for table, schema in schemas.items() for fault in _untidy(schema)]
    for table, schema in schemas.items():
        for key in schema.foreign_keys:
            target = schemas.get(key.reference.resource or table)
            if target is None or key.reference.fields != target.primary_key:
                found.append(
                    f"schemas/{table}.json: 'foreignKeys' of {key.fields} points to "
                    f"'{key.reference.resource}' {key.reference.fields}, which is the key of no table"
                )
    return found + list(_two_meanings(schemas))


def _untidy(schema: TableSchema) -> Iterator[str]:
    for key in ("title", "title_fr", "description", "description_fr"):
        if not getattr(schema, key):
            yield f"the key '{key}' is missing"
    if schema.missing_values != [""]:
        yield "'missingValues' is not [\"\"]: only the empty cell is empty here"
    if schema.primary_key != schema.names[:1]:
        yield "'primaryKey' is not the first column alone"
    elif not schema.fields[0].constraints.required:
        yield f"the column '{schema.names[0]}': the key is not 'required'"
    if schema.names[-1] != "note":
        yield "the last column is not 'note'"
    for title in ("title", "title_fr"):
        titles = [getattr(field, title) for field in schema.fields]
        yield from (
            f"the {title} '{name}' stands twice" for name in sorted({t for t in titles if t and titles.count(t) > 1})
        )
    for field in schema.fields:
        yield from (f"the column '{field.name}': {fault}" for fault in _untidy_field(field))


def _untidy_field(field: Field) -> Iterator[str]:
    for key in ("title", "title_fr", "description", "description_fr", "example"):
        if getattr(field, key) in (None, ""):
            yield f"the key '{key}' is missing"
    if field.example is not None and (broken := faults(field, field.example)):
        yield f"the example {field.example!r} breaks its own constraints ({', '.join(broken)})"
    if [category.value for category in field.categories or []] != (field.constraints.enum or []):
        yield "'categories' does not explain exactly the values of 'constraints.enum'"
    if keyword.iskeyword(field.name) or field.name in SQL_KEYWORDS:
        yield "the name is a keyword of Python or SQL"
    if any(not (category.label_fr and category.description) for category in field.categories or []):
        yield "'categories' has a value without 'label_fr' or 'description'"
    if field.constraints.pattern and not _is_one_group(field.constraints.pattern):
        yield "the pattern is not written as (?:…), so an alternation in it would be anchored at one side only"


def _is_one_group(pattern: str) -> bool:
    inner = re.fullmatch(r"\(\?:(.*)\)", pattern, re.DOTALL)
    try:
        return inner is not None and bool(re.compile(inner[1]))
    except re.error:  # (?:a)|(?:b) begins and ends as a group does
        return False


def _target(schema: TableSchema, column: str, table: str) -> str | None:
    return schema.references[column] or table if column in schema.references else None


def _two_meanings(schemas: Mapping[str, TableSchema]) -> Iterator[str]:
    """Yield a sentence for each column name that means one thing in one table and another in another."""
    first: dict[tuple[str, str], tuple[str, Any]] = {}
    for table, schema in schemas.items():
        for field in schema.fields:
            meaning = {
                "type": field.type,
                "format": field.format,
                "title": field.title,
                "title_fr": field.title_fr,
                "constraints.enum": field.constraints.enum,
                "constraints.pattern": field.constraints.pattern,
                # A key has the meaning of the columns that point to it: whatever bears its name points there.
                "foreignKeys": table if [field.name] == schema.primary_key else _target(schema, field.name, table),
            }
            for key, value in meaning.items():
                other_table, other = first.setdefault((field.name, key), (table, value))
                if other != value:
                    yield (
                        f"schemas/{table}.json: the column '{field.name}' has the {key} {value!r}, "
                        f"but in schemas/{other_table}.json it has {other!r}"
                    )
