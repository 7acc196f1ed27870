"""Table Schema → pydantic row model: single records in and out, with their types."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from csodata.schema import TableSchema

_PYTHON_TYPES: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "date": date}


def singular(table: str) -> str:
    """Return the CamelCase singular of a table's name: `commitment_actors` → `CommitmentActor`."""
    *words, last = table.split("_")
    if last.endswith("ies"):
        last = last[:-3] + "y"
    elif last.endswith("sses") or table == "searches":
        last = last[:-2]
    elif last.endswith("s") and not last.endswith("ss"):
        last = last[:-1]
    return "".join(word.capitalize() for word in (*words, last))


def row_model(table: str, schema: TableSchema) -> type[BaseModel]:
    """Return the pydantic model of a table's rows, with the types, constraints and words of its schema."""
    fields: dict[str, Any] = {}
    for field in schema.fields:
        constraints = field.constraints
        annotation: Any = Literal[tuple(constraints.enum)] if constraints.enum else _PYTHON_TYPES[field.type]
        required = constraints.required or field.name in schema.primary_key
        fields[field.name] = (
            annotation if required else annotation | None,
            Field(
                ... if required else None,
                title=field.title,
                description=field.description,
                pattern=f"^(?:{constraints.pattern})$" if constraints.pattern else None,
                # The empty text stands for an empty cell, which a row has as None.
                min_length=max(constraints.min_length or 0, 1) if annotation is str else None,
                max_length=constraints.max_length,
                ge=constraints.minimum,
                le=constraints.maximum,
            ),
        )
    config = ConfigDict(extra="forbid", frozen=True, strict=True)
    model: type[BaseModel] = create_model(singular(table), __config__=config, __doc__=schema.description, **fields)
    return model
