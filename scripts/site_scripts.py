"""data/*.js: the tables and their schemas for the front end, as scripts, since a page from file:// may not fetch."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from site_tables import Tables
from site_words import empty

from csodata.citing import citation
from csodata.edtf import bounds
from csodata.schema import TableSchema


def scripts(tables: Tables, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and content of each file, the one of the metadata first."""
    yield "meta.js", f"window.CSODATA = {_json(_meta(tables, words))};\n"
    for table, model in tables.models.items():
        yield f"{table}.js", f"window.CSODATA.tables.{table} = {_json(_table(tables, table, model))};\n"


def _meta(tables: Tables, words: Mapping[str, Any]) -> dict[str, Any]:
    dataset = tables.dataset
    descriptor = dataset.descriptor
    return {
        "version": dataset.version,
        "created": descriptor["created"][:10],
        "title": descriptor["title"],
        "description": descriptor["description"],
        "licence": descriptor["licenses"][0]["name"],
        "citation": {form: citation(dataset, form) for form in ("text", "bibtex")},
        "counts": {table: len(rows) for table, rows in tables.rows.items()},
        "schemas": {table: _schema(tables, table, model) for table, model in tables.models.items()},
        "quality": {table: _quality(tables, table) for table in tables.models},
        "words": words,
        "tables": {},
    }


def _schema(tables: Tables, table: str, model: TableSchema) -> dict[str, Any]:
    return {
        "title": model.title,
        "title_fr": model.title_fr,
        "description": model.description,
        "description_fr": model.description_fr,
        "key": tables.key(table),
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                "title": field.title,
                "title_fr": field.title_fr,
                "description": field.description,
                "description_fr": field.description_fr,
                "empty": [empty(field, "en"), empty(field, "fr")],
                "enum": {each.value: [each.label, each.label_fr or each.label] for each in field.categories}
                if field.categories
                else None,
                "target": tables.targets[table].get(field.name),
            }
            for field in model.fields
        ],
    }


def _quality(tables: Tables, table: str) -> dict[str, Any]:
    """Return the number of rows, and as shares of one: the rows that a source backs, and the filled cells by column."""
    rows, key = tables.rows[table], tables.key(table)
    backed = sum(any(each["stance"] == "supports" for each in tables.citations(table, row[key])) for row in rows)
    return {
        "rows": len(rows),
        "cited": _share(backed, len(rows)),
        "filled": {
            name: _share(sum(row[name] is not None for row in rows), len(rows)) for name in tables.models[table].names
        },
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _table(tables: Tables, table: str, model: TableSchema) -> dict[str, Any]:
    dates = [name for name in model.names if name.endswith("_date")]
    rows = tables.rows[table]
    return {
        "columns": [*model.names, *(f"{name}__{side}" for name in dates for side in ("from", "to"))],
        "rows": [[*row.values(), *(day for name in dates for day in _days(row[name]))] for row in rows],
    }


def _days(text: str | None) -> tuple[str | None, str | None]:
    """Return the earliest and the latest day of a date."""
    if text is None:
        return None, None
    first, last = bounds(text)
    return first.isoformat() if first else None, last.isoformat() if last else None


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
