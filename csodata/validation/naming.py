"""Find the rows that a text names: by name, title, acronym, French name, or a row of the table `names`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from csodata.folding import folded, hidden
from csodata.schema import TableSchema
from csodata.validation.records import Record

SPELLED = ("name", "title", "acronym", "name_fr")
LONGEST = 600  # a longest name, and a longest id in brackets
IN_BRACKETS = re.compile(r".*\[([^\[\]]+)\]|.*\(([^()]+)\)", re.DOTALL)
# A formula or a path is refused as what it is, even where a name is hidden in it.
NO_WORDS = re.compile(r"[=+\-@./\\\t\r＝＋－＠]")
JOINERS = {"\u200c", "\u200d"}  # ordinary in Persian and Hindi


def in_words(text: str) -> bool:
    """Tell whether a text may stand for something that has a name: no formula, no path, nothing hidden in it."""
    return (
        len(text) <= LONGEST and not NO_WORDS.match(text) and (text.isprintable() or JOINERS.issuperset(hidden(text)))
    )


class Names:
    """The rows of all tables by what they are called; made for a table when somebody asks for it."""

    def __init__(self, schemas: Mapping[str, TableSchema], records: Iterable[Record]) -> None:
        """Take the rows that may be named."""
        self._keys = {table: model.names[0] for table, model in schemas.items()}
        self._rows: dict[str, list[Record]] = defaultdict(list)
        self.ids: dict[str, set[str]] = {table: set() for table in schemas}
        for record in records:
            self._rows[record.table].append(record)
            self.ids[record.table].add(record[self._keys[record.table]])
        self._spelled: dict[str, dict[str, dict[str, str]]] = {}

    def find(self, table: str, text: str) -> dict[str, str]:
        """Return the ids of the rows that a text names, each with the row's own name.

        Case, accents and punctuation do not count. An id in brackets goes before the name in front of it, and a name
        before an id in another spelling.
        """
        if table not in self.ids or not in_words(text):
            return {}
        if bracketed := IN_BRACKETS.fullmatch(text):
            key = (bracketed[1] or bracketed[2]).strip()
            if key in self.ids[table]:
                return {key: ""}
        if table not in self._spelled:
            self._spelled[table] = self._spellings(table)
        return self._spelled[table].get(folded(text), {})

    def _spellings(self, table: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for record in self._rows[table]:
            key = record[self._keys[table]]
            own = record["name"] or record["title"]
            for column in SPELLED:
                if key and (word := folded(record[column])):
                    found[word][key] = own
        for record in self._rows["names"]:
            if record["table_name"] == table and record["record_id"] in self.ids[table]:
                found[folded(record["name"])].setdefault(record["record_id"], record["name"])
        ids: dict[str, dict[str, str]] = defaultdict(dict)
        for key in sorted(self.ids[table]):
            ids[folded(key)][key] = ""
        spelled = ids | found
        spelled.pop("", None)
        return spelled
