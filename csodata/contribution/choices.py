"""What can be chosen in the columns of a template, in words: labels of enums, yes and no, names of published rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from csodata.canonical import read_rows
from csodata.dataset import REFERENCE_TABLES, Dataset
from csodata.folding import folded
from csodata.messages import Language
from csodata.schema import Field, TableSchema, to_text

YES_OR_NO = {"en": {"true": "yes", "false": "no"}, "fr": {"true": "oui", "false": "non"}}
LONGEST_NAME = 80
"""A longer name is cut: the id behind it tells which row is meant."""


@dataclass(frozen=True)
class Choices:
    """Offers what can be chosen in a column; a list that several columns share is made once."""

    dataset: Dataset
    schemas: Mapping[str, TableSchema]
    lang: Language
    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    """By name of the list: what is shown for each value."""
    meanings: dict[str, dict[str, str]] = field(default_factory=dict)
    """By name of the list: what the choices mean, by what is shown; names of rows say it themselves."""

    def of(self, column: Field, target: str | None) -> str | None:
        """Return the name of the list for a column, which then stands in `lists`; None where anything may be written.

        Args:
            column: the column.
            target: the table that it points to, if it does.
        """
        if target is not None:
            self.lists[target] = self.lists.get(target) or self._rows(target)
            return target
        if column.type == "boolean":
            self.lists[column.type] = YES_OR_NO[self.lang]
            return column.type
        if column.categories:
            shown = {each.value: self.own(each.label, each.label_fr) for each in column.categories}
            self.lists[column.name] = shown
            self.meanings[column.name] = {
                shown[each.value]: self.own(each.description or "", each.description_fr) for each in column.categories
            }
            return column.name
        return None

    def in_words(self, column: Field, target: str | None, value: Any) -> str:
        """Return a value as the column's list shows it; as it is where it stands in no list."""
        name, text = self.of(column, target), to_text(value)
        return self.lists[name].get(text, text) if name else text

    def own(self, english: str, french: str | None) -> str:
        """Return what is said in the language of the lists, and in English where there is no French."""
        return (french if self.lang == "fr" else None) or english

    def _rows(self, table: str) -> dict[str, str]:
        model = self.schemas[table]
        rows = sorted(
            ((self._row(row, table), row) for row in read_rows(self.dataset.csv_path(table), model)),
            key=lambda item: folded(item[0]),
        )
        if "definition" in model.names:
            self.meanings[table] = {shown: self.own(row["definition"], row["definition_fr"]) for shown, row in rows}
        return {row[model.names[0]]: shown for shown, row in rows}

    def _row(self, row: Mapping[str, str], table: str) -> str:
        name = self.own(row.get("name") or row.get("title") or "", row.get("name_fr"))
        if table in REFERENCE_TABLES:
            return name
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        return f"{shown} [{row[self.schemas[table].names[0]]}]"
