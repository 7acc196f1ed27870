"""Strict reading of Table Schemas: what is not known, or contradicts itself, is an error that names file and key.

Two strictnesses. `read` takes any schema in the portable subset of Table Schema, a stranger's too. `check_house` asks
more of the schemas of this dataset: words for people in two languages, and one meaning for each name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from csodata.errors import BadSchemaError
from csodata.schema.house import check_house
from csodata.schema.model import LEXICAL, Constraints, Field, ForeignKey, TableSchema, faults, has_uri_form
from csodata.values import to_text

__all__ = [
    "LEXICAL",
    "Constraints",
    "Field",
    "ForeignKey",
    "TableSchema",
    "check_house",
    "faults",
    "has_uri_form",
    "read",
    "read_all",
    "to_text",
]

CONSTRAINTS = {
    "string": {"required", "unique", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"required", "unique", "enum", "minimum", "maximum"},
    "number": {"required", "unique", "enum", "minimum", "maximum"},
    "boolean": {"required", "unique", "enum"},
    "date": {"required", "unique", "enum", "minimum", "maximum"},
}
HALF_CHARACTER = re.compile(r"\\ud[89a-f][0-9a-f]{2}")  # as Python writes a lone surrogate
FORMATS = {"string": {"default", "uri", "email", "uuid"}}


def read(source: Path | str | Mapping[str, Any]) -> TableSchema:
    """Return the schema in a file, or in a mapping; raises BadSchemaError, which names the file and the key."""
    where, descriptor = _descriptor(source)
    if half := HALF_CHARACTER.search(repr(descriptor)):
        raise BadSchemaError(f"{where}: it holds {half[0]}, half of a character, which no file can hold.")
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
        text = Path(source).read_text(encoding="utf-8")
        return str(source), json.loads(text, object_pairs_hook=_without_repeats)
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise BadSchemaError(f"{source} cannot be read as a JSON schema: {error}.") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; a key that stands twice in it, of which readers take one or the other, is an error."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key '{key}' stands twice")
    return dict(pairs)


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
    for key, columns in keys:
        if len(columns) != len(set(columns)):
            yield f"'{key}' names a column twice"
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
    if field.example is not None and "wrong-type" in faults(
        plain.model_copy(update={"format": field.format}), field.example
    ):
        yield f"the example is {field.example!r}, which is not of the type '{field.type}'"
    for value in constraints.enum or []:
        if to_text(value) == "" or "wrong-type" in faults(plain, value):
            yield f"the enum has {value!r}, which is not of the type '{field.type}'"
    if len(constraints.enum or []) != len(set(map(to_text, constraints.enum or []))):
        yield "the enum has a value twice"
    highest = plain.model_copy(update={"constraints": Constraints(maximum=constraints.maximum)})
    if constraints.minimum is not None and "too-large" in faults(highest, constraints.minimum):
        yield "the constraint 'minimum' is greater than 'maximum'"
    if constraints.max_length is not None and (constraints.min_length or 0) > constraints.max_length:
        yield "the constraint 'minLength' is greater than 'maxLength'"


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
