"""Ids for new rows: made from what the rows say, as the published ones are, and put wherever a label stood.

A new row that says word for word what another row says, published or sent before it, is that row, and gets no id.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count

from csodata.contribution.slugs import LONGEST, cut, is_told_by, slug
from csodata.dataset import REFERENCE_TABLES
from csodata.schema import TableSchema, to_text
from csodata.validation.contribution import Contribution
from csodata.validation.records import Origin, Record
from csodata.validation.rules.evidence import POINTERS

EVIDENCE = "new evidence "  # begins a label that no sender can have
ASIDE = ("note", "passage_sha256")  # columns that say nothing of their own
NAMING = ("name", "title", "question", "acronym")  # the columns that tell what a row is called, the best first
SHORTEST = 3  # letters of an acronym that is an id
YEARS = ("start_date", "planned_start_date", "published_date", "searched_date")
STANDING = ("ongoing", "dormant", "ended", "unknown")  # a forum that stands has no year of its own


@dataclass
class Minted:
    """The rows of a contribution with their ids: the new ones, and those that are published under their id already."""

    rows: list[Record] = field(default_factory=list)
    known: list[tuple[Record, str]] = field(default_factory=list)
    """New rows that say what another row says, with that row's id."""
    alike: list[tuple[Record, str]] = field(default_factory=list)
    """New rows whose id needed a number, with the published id that would have been theirs."""


def mint(contribution: Contribution) -> Minted:
    """Return the rows and the citations of a contribution, each complete, with ids in place of labels."""
    return _Mint(contribution).minted()


def withdrawn(contribution: Contribution) -> Iterator[Record]:
    """Yield the new rows whose sender proposes an id that another row had before."""
    old = _withdrawn_ids(contribution)
    for record in contribution.sent:
        key = record[contribution.schemas[record.table].names[0]]
        if (record.table, key) in old and not is_label(contribution.schemas[record.table], key):
            yield record


def is_label(schema: TableSchema, key: str) -> bool:
    """Tell whether an id is a label for a row that has no id yet: `new`, `new-1`, `new-forum`, `new-forum-1`.

    `new-york-declaration` is none: many names begin so.
    """
    return re.fullmatch(rf"new(?:-{schema.noun})?(?:-[0-9]+)*|{EVIDENCE}[0-9]+", key) is not None


def _withdrawn_ids(contribution: Contribution) -> set[tuple[str, str]]:
    redirects = [*contribution.published["redirects"], *(r for r in contribution.sent if r.table == "redirects")]
    return {(record["table_name"], record["old_id"]) for record in redirects}


class _Mint:
    def __init__(self, contribution: Contribution) -> None:
        self.schemas, self.published = contribution.schemas, contribution.published
        self.keys = {table: schema.names[0] for table, schema in self.schemas.items()}
        self.rows = [self._complete(record) for record in contribution.sent]
        for number, record in enumerate(contribution.evidence, 1):
            copy = self._complete(record)
            copy.cells["citation_id"] = f"{EVIDENCE}{number}"
            self.rows.append(copy)
        self.was = {(table, self._key(record)) for table, rows in self.published.items() for record in rows}
        self.taken = self.was | _withdrawn_ids(contribution)
        places = [((record.table, self._key(record)), record) for record in self.rows]
        self.new = {place: record for place, record in places if place not in self.was}
        self.ids: dict[tuple[str, str], str] = {}  # by table and label
        self.same: dict[tuple[str, str], tuple[str, str]] = {}  # rows that are another sent row
        self.alike: list[tuple[Record, str]] = []

    def minted(self) -> Minted:
        before = self._known()
        proposals = {place for place in self.new if not is_label(self.schemas[place[0]], place[1])}
        self.taken |= proposals - before.keys()
        rows = [row for row in self.rows if (row.table, self._key(row)) not in before]
        for row in rows:
            self._id(row.table, self._key(row))
        names = {place: self._id(*place) for place in before}
        for row in rows:
            row.cells = {column: self._value(row, column) for column in row.cells}
        return Minted(rows, [(record, names[place]) for place, record in before.items()], self.alike)

    def _complete(self, record: Record) -> Record:
        cells: dict[str, str | None] = {name: record[name] for name in self.schemas[record.table].names}
        origin = Origin(record.origin.file, record.origin.sheet)
        return Record(record.table, cells, record.row, record.line, origin)

    def _key(self, record: Record) -> str:
        return record[self.keys[record.table]]

    def _known(self) -> dict[tuple[str, str], Record]:
        """Find the new rows that say what another row says; those that they point to must be found first."""
        known: dict[tuple[str, str], Record] = {}
        tables = {table for table, _ in self.new}
        published = {table: {self._content(r): self._key(r) for r in self.published[table]} for table in tables}
        while True:
            first: dict[tuple[str, ...], tuple[str, str]] = {}
            found = []
            for place, record in self.new.items():
                if place in known:
                    continue
                content = self._content(record)
                if content in published[record.table]:
                    self.ids[place] = published[record.table][content]
                    found.append(place)
                elif (other := first.setdefault((record.table, *content), place)) != place:
                    self.same[place] = other
                    found.append(place)
            if not found:
                return known
            known |= {place: self.new[place] for place in found}

    def _content(self, record: Record) -> tuple[str, ...]:
        columns = [name for name in self.schemas[record.table].names[1:] if name not in ASIDE]
        places = [(self._target(record, column), record[column]) for column in columns]
        return tuple(self._found(table, text) if table else text for table, text in places)

    def _found(self, table: str, label: str) -> str:
        place = (table, label)
        while place in self.same:
            place = self.same[place]
        return self.ids.get(place, place[1])

    def _target(self, record: Record, column: str) -> str | None:
        """Return the table that a cell points to, if it points anywhere."""
        schema = self.schemas[record.table]
        if column == self.keys[record.table]:
            return record.table
        if column in schema.references:
            return schema.references[column] or record.table
        if column in POINTERS:
            return record["table_name"]
        if column == "other_value" and record["table_name"] in self.schemas:
            # Another value of a column that points somewhere points there too.
            references = self.schemas[record["table_name"]].references
            target = references.get(record["column_name"])
            return None if target is None else target or record["table_name"]
        return None

    def _value(self, record: Record, column: str) -> str:
        table = self._target(record, column)
        return self._id(table, record[column]) if table else record[column]

    def _id(self, table: str, label: str) -> str:
        """Return the id that stands for a label, minted at its first use; what is no label is returned as it is."""
        place = (table, label)
        while place in self.same:
            place = self.same[place]
        if place not in self.ids and place in self.new and is_label(self.schemas[table], place[1]):
            self.ids[place] = self._minted(self.new[place])
        return self.ids.get(place, place[1])

    def _minted(self, record: Record) -> str:
        schema, table = self.schemas[record.table], record.table
        parts = id_parts(schema)
        base = self._link(record, parts) if parts else self._name(record)
        if base:
            base = cut(base, (schema.fields[0].constraints.max_length or len(base)) - len("--9999"))
            behind = "--" if parts else "-"
            choices: Iterator[str] = chain([base], (f"{base}{behind}{number}" for number in count(2)))
        else:
            choices = (f"{schema.noun}-{number}" for number in count(1))
        found = next(choice for choice in choices if (table, choice) not in self.taken)
        if not parts and base != found and (table, base) in self.was:
            self.alike.append((record, base))
        self.taken.add((table, found))
        return found

    def _link(self, record: Record, columns: list[str]) -> str:
        """Return the id of a row of links or evidence: what it joins, by two hyphens."""
        values = [self._value(record, column) for column in columns]
        pattern = self.schemas[record.table].fields[0].constraints.pattern or ""
        slugs = [value if re.fullmatch(pattern, value) else slug(value) for value in values]
        # A name in another script is told by its language.
        other = slug(record["language_code"])
        return "--".join(part for part in (text or other for text in slugs) if part)

    def _name(self, record: Record) -> str:
        """Return the id of a row that has a name: its short form or name, after what it belongs to, and its year."""
        year = next((found[0] for name in YEARS if (found := re.search(r"\d{4}", record[name]))), "")
        if record.table == "forums" and record["series_forum_id"] and (year or record["edition"]):
            return f"{self._value(record, 'series_forum_id')}-{year or record['edition']}"
        word = next((slug(text) for text in self._spellings(record) if is_told_by(slug(text), text)), "")
        owner = cut(self._owner(record), LONGEST // 2) if word else ""
        if year in f"{owner}-{word}".split("-") or record["forum_status"] in STANDING:
            word, year = word.removesuffix(f"-{year}") if owner else word, ""
        if owner and f"{word}-".startswith(f"{owner}-"):
            owner = ""
        parts = [owner, cut(word, LONGEST - len(owner) - len(year) - 2), year] if word else []
        return "-".join(part for part in parts if part)

    def _spellings(self, record: Record) -> Iterator[str]:
        """Yield what a row may be called: as it calls itself, then its other names, English ones first."""
        if len(record["acronym"]) >= SHORTEST and not record["parent_forum_id"]:
            yield record["acronym"]
        yield from (record[column] for column in NAMING)
        others = [*self.rows, *self.published["names"]]
        place = (record.table, self._key(record))
        named = [r for r in others if r.table == "names" and (r["table_name"], r["record_id"]) == place]
        yield from (name["name"] for name in sorted(named, key=lambda name: name["language_code"][:2] != "en"))
        yield record["name_fr"]

    def _owner(self, record: Record) -> str:
        """Return what stands before a row's own name in its id: whose part, objective, promise or text it is."""
        schema = self.schemas[record.table]
        if record["parent_forum_id"]:
            return self._value(record, "parent_forum_id")
        if record["publisher"] or record["creators"]:
            return slug(record["publisher"] or record["creators"].partition(";")[0])
        if "title" not in schema.by_name:
            return ""
        targets = schema.references.items()
        owners = [column for column, table in targets if record[column] and table not in ("", *REFERENCE_TABLES)]
        return self._value(record, owners[0]) if owners else ""


def id_parts(schema: TableSchema) -> list[str]:
    """Return the columns that the ids of a table join; none where they are made of a name.

    They are the first required ones, as many as the example of the key has parts.
    """
    count = to_text(schema.fields[0].example).count("--") + 1
    # A class is told by its label, whatever the scheme is that has it.
    needed = [each.name for each in schema.fields[1:] if each.constraints.required and each.name != "scheme"]
    return needed[:count] if count > 1 else []
