"""The loaded tables as the site needs them: rows by key, what points to a record, what backs it, and its name."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from csodata.arrow import load
from csodata.dataset import Dataset
from csodata.edtf import bounds
from csodata.schema import Field, read

Row = Mapping[str, Any]
PAGES = ("forums", "actors", "instruments", "objectives", "commitments")
"""The tables whose records have a page each."""
LANGUAGES = ("en", "fr")
EVIDENCE = ("citations", "redirects")
"""Tables that tell of records and are no facts about them."""


@dataclass(frozen=True)
class Link:
    """The rows of a table that point to a record, by one of its columns."""

    table: str
    column: str
    rows: list[Row]


class Tables:
    """All tables of a dataset, with what joins them."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.models = {table: read(dataset.schema_path(table)) for table in dataset.tables}
        self.rows: dict[str, list[Row]] = {table: load(dataset, table, "rows") for table in dataset.tables}

    def key(self, table: str) -> str:
        """Return the name of the key column of a table."""
        return self.models[table].primary_key[0]

    @cached_property
    def by_key(self) -> dict[str, dict[str, Row]]:
        """The rows by table and key."""
        return {table: {row[self.key(table)]: row for row in rows} for table, rows in self.rows.items()}

    @cached_property
    def targets(self) -> dict[str, dict[str, str]]:
        """The table that a column points to, by table and column."""
        return {
            table: {key.fields[0]: key.reference.resource or table for key in model.foreign_keys}
            for table, model in self.models.items()
        }

    @cached_property
    def _pointing(self) -> dict[tuple[str, str], dict[tuple[str, str], list[Row]]]:
        found: dict[tuple[str, str], dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
        for table, rows in self.rows.items():
            if table in EVIDENCE:
                continue
            names = [name for name in self.models[table].names if name.endswith("record_id")]
            for row in rows:
                for column, target in self.targets[table].items():
                    if row[column] is not None:
                        found[target, row[column]][table, column].append(row)
                for column in names:
                    found[row["table_name"], row[column]][table, column].append(row)
        return found

    def links(self, table: str, key: str) -> list[Link]:
        """Return what points to a record, by table and column, in the order of the tables."""
        return [Link(*place, rows) for place, rows in self._pointing.get((table, key), {}).items()]

    @cached_property
    def _cited(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows["citations"]:
            found[row["table_name"], row["record_id"]].append(row)
        return found

    def citations(self, table: str, key: str) -> list[Row]:
        """Return the citations of a record: of the whole, and of its columns."""
        return self._cited.get((table, key), [])

    @cached_property
    def _french(self) -> dict[tuple[str, str], str]:
        """The French name of a record, as the front end takes it too: the official one, else the first."""
        rows = [row for row in self.rows["names"] if (row["language_code"] or "").startswith("fr")]
        rows = [row for row in rows if row["name_type"] not in ("acronym", "former")]
        rows.sort(key=lambda row: row["name_type"] != "official")
        return {(row["table_name"], row["record_id"]): row["name"] for row in reversed(rows)}

    def name(self, table: str, key: str, lang: str) -> str:
        """Return what a record is called; the key, where it has no name."""
        row = self.by_key[table].get(key, {})
        french = (row.get("name_fr") or self._french.get((table, key))) if lang == "fr" else None
        return str(french or row.get("name") or row.get("title") or key)

    def searches(self, note: str | None) -> Iterator[Row]:
        """Yield the searches that a note names by their ids."""
        for word in re.findall(r"[a-z0-9-]+", note or ""):
            if word in self.by_key["searches"]:
                yield self.by_key["searches"][word]


def brief(fields: Sequence[Field]) -> list[Field]:
    """Return the columns that tell a record with a page of its own apart: the first list, number and date."""
    first: dict[str, Field] = {}
    for field in fields:
        kind = "list" if field.categories else "date" if field.name.endswith("_date") else field.type
        first.setdefault(kind, field)
    return [field for kind, field in first.items() if kind in ("list", "integer", "date")]


def when(row: Row, fields: Sequence[Field]) -> tuple[str, str]:
    """Return what rows are sorted by: the first day that they tell, those without one last."""
    for field in fields:
        if field.name.endswith("_date") and row[field.name]:
            first, last = bounds(row[field.name])
            return f"{first or last}", ""
    return "~", str(row.get("name") or row.get("title") or "")
