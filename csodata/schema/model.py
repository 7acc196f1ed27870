"""What a Table Schema says, as models; a value held against one column of it."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool
from pydantic import Field as Key

from csodata.values import to_text

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
Names = Annotated[list[str], BeforeValidator(lambda names: [names] if isinstance(names, str) else names)]
SomeNames = Annotated[Names, Key(min_length=1)]
HOST_NEEDED = ("http", "https", "ftp")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Category(_Strict):
    """One value of an enum, in words for people."""

    value: str
    label: str
    label_fr: str | None = None
    description: str | None = None
    description_fr: str | None = None


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
    rdf_type: str | None = Key(None, alias="rdfType")
    categories: list[Category] | None = None
    constraints: Constraints = Constraints()


class Reference(_Strict):
    """The table and the columns that a foreign key points to; an empty resource is the table itself."""

    resource: str
    fields: SomeNames


class ForeignKey(_Strict):
    """Columns whose values stand in other columns."""

    fields: SomeNames
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
    unique_keys: list[SomeNames] = Key([], alias="uniqueKeys")
    foreign_keys: list[ForeignKey] = Key([], alias="foreignKeys")

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [field.name for field in self.fields]

    @property
    def noun(self) -> str:
        """What one row is called in a label or an id: `commitment-actor`, of the key `commitment_actor_id`."""
        return self.names[0].removesuffix("_id").replace("_", "-")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The columns by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def references(self) -> dict[str, str]:
        """The table that each single-column foreign key points to, by column; the table itself is ""."""
        return {key.fields[0]: key.reference.resource for key in self.foreign_keys if len(key.fields) == 1}


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
    if (field.type == "date" and not _in_calendar(text)) or (field.format == "uri" and not has_uri_form(text)):
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
    number: Callable[[Any], Any] = to_text if field.type == "date" else (lambda bound: Decimal(to_text(bound)))
    try:
        if constraints.minimum is not None and number(text) < number(constraints.minimum):
            found.append("too-small")
        if constraints.maximum is not None and number(text) > number(constraints.maximum):
            found.append("too-large")
    except InvalidOperation:  # NaN is within no bound
        found.append("too-small" if constraints.minimum is not None else "too-large")
    return found


def has_uri_form(text: str) -> bool:
    """Tell whether a text may be a uri (RFC 3986): a scheme, no blank anywhere, and a host where the scheme has one."""
    if any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.scheme) and (parts.scheme.lower() not in HOST_NEEDED or bool(parts.hostname))
    except ValueError:
        return False


def _in_calendar(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
