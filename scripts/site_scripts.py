"""data/*.js: the tables, their schemas and what is searched, as scripts, since a page from file:// may not fetch."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from site_stories import CIVIL_TYPES, stories
from site_tables import PAGES, Tables
from site_words import empty

from csodata.citing import citation
from csodata.edtf import bounds
from csodata.schema import TableSchema


def scripts(tables: Tables, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and content of each file, the one of the metadata first."""
    yield "meta.js", _script("window.CSODATA", _meta(tables, words))
    yield "search.js", _script("window.CSODATA.search", {table: _searched(tables, table) for table in PAGES})
    for table, model in tables.models.items():
        yield f"{table}.js", _script(f"window.CSODATA.tables.{table}", _table(tables, table, model))


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
        "stories": stories(tables),
        "civil_types": CIVIL_TYPES,
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
    rows, key = tables.rows[table], tables.key(table)
    return {
        "columns": [*model.names, *(f"{name}__{side}" for name in dates for side in ("from", "to")), "citations__n"],
        "rows": [
            [
                *row.values(),
                *(day for name in dates for day in _days(row[name])),
                len(tables.citations(table, row[key])),
            ]
            for row in rows
        ],
    }


def _searched(tables: Tables, table: str) -> list[list[str | None]]:
    """Return of each record its id, its name, its French name if that is another, and the words of all its names."""
    found: list[list[str | None]] = []
    for key, row in tables.by_key[table].items():
        name, french = tables.name(table, key, "en"), tables.name(table, key, "fr")
        others = [each.rows for each in tables.links(table, key) if each.table == "names"]
        names = [name, french, row.get("acronym"), *(one["name"] for rows in others for one in rows)]
        words = dict.fromkeys(_words(one) for one in names if one)
        found.append([key, name, french if french != name else None, " | ".join(words)])
    return found


def _words(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, as fold() of site/src/data.js makes them."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one)[0] != "M")
    return " ".join(re.findall(r"[^\W_]+", plain.lower()))


def _days(text: str | None) -> tuple[str | None, str | None]:
    """Return the earliest and the latest day of a date."""
    if text is None:
        return None, None
    first, last = bounds(text)
    return first.isoformat() if first else None, last.isoformat() if last else None


def _script(name: str, content: Any) -> str:
    """Return a script that sets a variable. A browser reads JSON in a string sooner than the same as a script."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return f"{name} = JSON.parse('{text.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}');\n"
