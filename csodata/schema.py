"""Strict reading of Table Schemas: what is not known, or contradicts itself, is an error that names file and key.

Two strictnesses. `read` takes any schema in the portable subset of Table Schema, a stranger's too. `check_house` asks
more of the schemas of this dataset: words for people in two languages, and one meaning for each name.
"""

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, ValidationError
from pydantic import Field as Key

from csodata.errors import BadSchemaError

# Lexical forms by type, where the standard is stricter than Python's own readers: no other script's digits, no
# underscores between digits, no unpadded dates. Blanks around a number are taken off first, as frictionless does.
LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "number": re.compile(
        r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[nN][aA][nN][0-9]*|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"
    ),
    "boolean": re.compile(r"true|True|TRUE|1|false|False|FALSE|0"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
CONSTRAINTS = {
    "string": {"required", "unique", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"required", "unique", "enum", "minimum", "maximum"},
    "number": {"required", "unique", "enum", "minimum", "maximum"},
    "boolean": {"required", "unique", "enum"},
    "date": {"required", "unique", "enum", "minimum", "maximum"},
}
FORMATS = {"string": {"default", "uri", "email", "uuid"}}
# Reserved in SQL (ISO/IEC 9075, those that PostgreSQL, SQLite or DuckDB refuse unquoted as column names).
SQL_KEYWORDS = frozenset(
    "all and any as asc by case cast check collate column constraint create cross current_date default delete desc "
    "distinct drop else end except exists false for foreign from full group having if in index inner insert intersect "
    "into is join key left like limit natural not null on or order outer primary references right select set some "
    "table then to true union unique update user using values when where with".split()
)

Names = Annotated[list[str], BeforeValidator(lambda names: [names] if isinstance(names, str) else names)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Category(_Strict):
    """One value of an enum, in words for people."""

    value: str
    label: str
    label_fr: str | None = None
    description: str | None = None


class Constraints(_Strict):
    """What Table Schema lets a field demand of its values."""

    required: StrictBool = False  # lax, pydantic takes "yes" for true and "2" for 2
    unique: StrictBool = False
    enum: list[Any] | None = Key(None, min_length=1)
    pattern: str | None = None
    minimum: Any = None
    maximum: Any = None
    min_length: int | None = Key(None, alias="minLength", ge=0, strict=True)
    max_length: int | None = Key(None, alias="maxLength", ge=0, strict=True)


class Field(_Strict):
    """One column."""

    name: str = Key(min_length=1)
    type: Literal["string", "integer", "number", "boolean", "date"]
    format: str = "default"
    title: str | None = None
    title_fr: str | None = None
    description: str | None = None
    description_fr: str | None = None
    example: Any = None
    categories: list[Category] | None = None
    constraints: Constraints = Constraints()


class Reference(_Strict):
    """The table and the columns that a foreign key points to; an empty resource is the table itself."""

    resource: str
    fields: Names


class ForeignKey(_Strict):
    """Columns whose values stand in other columns."""

    fields: Names
    reference: Reference


class TableSchema(_Strict):
    """One table: its columns, its keys, and the words that describe it."""

    profile: str | None = Key(None, alias="$schema")
    name: str | None = None
    title: str | None = None
    title_fr: str | None = None
    description: str | None = None
    description_fr: str | None = None
    fields: list[Field] = Key(min_length=1)
    missing_values: list[str] = Key([""], alias="missingValues")
    primary_key: Names = Key([], alias="primaryKey")
    unique_keys: list[list[str]] = Key([], alias="uniqueKeys")
    foreign_keys: list[ForeignKey] = Key([], alias="foreignKeys")

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [field.name for field in self.fields]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The columns by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def references(self) -> dict[str, str]:
        """The table that each single-column foreign key points to, by column; the table itself is ""."""
        return {key.fields[0]: key.reference.resource for key in self.foreign_keys if len(key.fields) == 1}


def read(source: Path | str | Mapping[str, Any]) -> TableSchema:
    """Return the schema in a file, or in a mapping; raises BadSchemaError, which names the file and the key."""
    where, descriptor = _descriptor(source)
    try:
        schema = TableSchema.model_validate(descriptor)
    except ValidationError as error:
        raise BadSchemaError(f"{where}: {_first_fault(error, descriptor)}") from None
    for fault in _contradictions(schema):
        raise BadSchemaError(f"{where}: {fault}")
    return schema


def _descriptor(source: Path | str | Mapping[str, Any]) -> tuple[str, Any]:
    if isinstance(source, Mapping):
        return "the schema", dict(source)
    try:
        return str(source), json.loads(Path(source).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadSchemaError(f"{source} cannot be read as a JSON schema: {error}.") from None


def _first_fault(error: ValidationError, descriptor: Any) -> str:
    fault = error.errors()[0]
    place = list(fault["loc"])
    if len(place) > 1 and place[0] == "fields" and isinstance(place[1], int):
        field = descriptor["fields"][place[1]]
        place[1] = field.get("name", place[1]) if isinstance(field, dict) else place[1]
    key = ".".join(map(str, place)) or "(the whole)"
    if fault["type"] == "extra_forbidden":
        return f"the key '{key}' is not known here; is it misspelt?"
    return f"the key '{key}': {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _contradictions(schema: TableSchema) -> Iterator[str]:
    """Yield a sentence for each way in which a schema contradicts itself."""
    names = schema.names
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the column '{name}' stands twice in 'fields'"
    keys = [("primaryKey", schema.primary_key), *(("uniqueKeys", key) for key in schema.unique_keys)]
    for key, columns in [*keys, *(("foreignKeys", key.fields) for key in schema.foreign_keys)]:
        for column in columns:
            if column not in names:
                yield f"'{key}' names the column '{column}', which is not in 'fields'"
    for foreign_key in schema.foreign_keys:
        target = foreign_key.reference
        if len(foreign_key.fields) != len(target.fields):
            yield f"a foreign key of {foreign_key.fields} has another number of columns than its reference"
        if target.resource == "":
            for column in target.fields:
                if column not in names:
                    yield f"'foreignKeys' points to the column '{column}' of this table, which is not in 'fields'"
    for field in schema.fields:
        yield from (f"the column '{field.name}': {fault}" for fault in _field_contradictions(field))


def _field_contradictions(field: Field) -> Iterator[str]:
    constraints = field.constraints
    set_ones = {
        key for key, value in constraints.model_dump(by_alias=True, exclude_unset=True).items() if value is not None
    }
    for key in sorted(set_ones - CONSTRAINTS[field.type]):
        yield f"the constraint '{key}' does not go with the type '{field.type}'"
    if field.format not in FORMATS.get(field.type, {"default"}):
        yield f"the format '{field.format}' is not known here for the type '{field.type}'"
    if constraints.pattern is not None:
        try:
            re.compile(f"^{constraints.pattern}$")  # as frictionless compiles it
            re.compile(constraints.pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield f"the pattern '{constraints.pattern}' is not a regular expression: {error}"
    plain = Field(name=field.name, type=field.type)
    for key, value in [("minimum", constraints.minimum), ("maximum", constraints.maximum)]:
        if value is not None and "wrong-type" in faults(plain, value):
            yield f"the constraint '{key}' is {value!r}, which is not of the type '{field.type}'"
    for value in constraints.enum or []:
        if "wrong-type" in faults(plain, value):
            yield f"the enum has {value!r}, which is not of the type '{field.type}'"


def to_text(value: Any) -> str:
    """Return a value as the text that stands for it in a cell; None is the empty cell."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def faults(field: Field, value: Any) -> list[str]:
    """Return the codes of what is wrong with a value (typed, or the text of a cell) in a column."""
    text, constraints = to_text(value), field.constraints
    if text == "":
        return ["missing-value"] if constraints.required else []
    lexical = LEXICAL.get(field.type)
    if lexical and not lexical.fullmatch(text.strip() if field.type in ("integer", "number") else text):
        return ["wrong-type"]
    if field.type == "string" and not isinstance(value, str):
        return ["wrong-type"]
    if field.type == "date" and not _in_calendar(text):
        return ["wrong-type"]
    found = []
    if constraints.enum is not None and text not in map(to_text, constraints.enum):
        found.append("not-in-list")
    if constraints.pattern is not None and not re.fullmatch(constraints.pattern, text):
        found.append("wrong-pattern")
    if constraints.min_length is not None and len(text) < constraints.min_length:
        found.append("too-short")
    if constraints.max_length is not None and len(text) > constraints.max_length:
        found.append("too-long")
    number = (lambda bound: bound) if field.type == "date" else (lambda bound: Decimal(str(bound)))
    if constraints.minimum is not None and number(text) < number(constraints.minimum):
        found.append("too-small")
    if constraints.maximum is not None and number(text) > number(constraints.maximum):
        found.append("too-large")
    return found


def _in_calendar(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_all(paths: Mapping[str, Path]) -> dict[str, TableSchema]:
    """Return the schemas of this dataset by table, each read and held against the rules of the house.

    Raises BadSchemaError with every fault, one a line, each with its file and key.
    """
    schemas, found = {}, []
    for table, path in paths.items():
        try:
            schemas[table] = read(path)
        except BadSchemaError as error:
            found.append(str(error))
    found += check_house(schemas) if not found else []
    if found:
        raise BadSchemaError("\n".join(found))
    return schemas


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
