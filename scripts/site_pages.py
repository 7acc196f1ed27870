"""Record pages: one readable page a forum, actor, instrument, objective and commitment, with its links and evidence."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from site_jsonld import linked_data
from site_tables import LANGUAGES, PAGES, Link, Row, Tables, brief, when
from site_words import date_text, empty, label, title, without_id

from csodata.citing import citation
from csodata.schema import Field

TEMPLATES = Path(__file__).parent / "site"
OWN_WORDS = ("summary", "note")
"""Columns that hold our words: an empty one says nothing of the source."""


class Text(NamedTuple):
    """A value in words, and the address that it leads to."""

    text: str
    href: str | None = None


class Fact(NamedTuple):
    """A filled cell: its column, what stands in it, the numbers of what backs it, and what is said against it."""

    title: str
    value: Text
    marks: list[int]
    others: list[tuple[str, int]]


class Group(NamedTuple):
    """Records that point to the one of the page: headings, and for each its cells and the numbers of what backs it."""

    title: str
    heads: list[str]
    lines: list[tuple[list[Text | None], list[int]]]
    marked: bool


def pages(tables: Tables, words: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield address and content of each record page, of their lists, and of what leads from a merged id to the new."""
    templates = environment(TEMPLATES)
    record, redirect, records = (templates.get_template(f"{name}.html") for name in ("record", "redirect", "records"))
    for number, lang in enumerate(LANGUAGES):
        told = {key: texts[number] for key, texts in words.items() if key.startswith("a_")}
        for table in PAGES:
            for key in tables.by_key[table]:
                page = _Page(tables, table, key, lang, told)
                yield address(table, key, lang), record.render(page.content())
        place = address("", "index", lang)
        yield place, records.render(t=told, lang=lang, root=_root(place), lists=_lists(tables, lang))
        for row in tables.rows["redirects"]:
            table, old, new = row["table_name"], row["old_id"], row["new_id"]
            if table in PAGES and old not in tables.by_key[table]:
                place, name = address(table, old, lang), new and tables.name(table, new, lang)
                yield place, redirect.render(t=told, lang=lang, root=_root(place), row=row, name=name)


def _lists(tables: Tables, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the title of each table with pages, and name and address of its records."""
    return [
        (
            title(tables.models[table], lang),
            sorted((tables.name(table, key, lang), f"{table}/{key}.html") for key in tables.by_key[table]),
        )
        for table in PAGES
    ]


def environment(folder: Path) -> Environment:
    """Return what reads the templates in a folder: what is data is never markup, and a name misspelt is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def address(table: str, key: str, lang: str) -> str:
    """Return the address of a record page, from the top of the site."""
    return "/".join(part for part in ("r", lang if lang != "en" else "", table, f"{key}.html") if part)


def _root(place: str) -> str:
    """Return the way from an address to the top of the site."""
    return "../" * place.count("/")


class _Page:
    """One record page while it is made; citations get their numbers in the order in which they are come upon."""

    def __init__(self, tables: Tables, table: str, key: str, lang: str, words: Mapping[str, str]) -> None:
        self.tables, self.table, self.key, self.lang, self.t = tables, table, key, lang, words
        self.root = _root(address(table, key, lang))
        self.evidence: dict[tuple[Any, ...], tuple[int, Row]] = {}

    def content(self) -> dict[str, Any]:
        """Return what the template shows."""
        tables, model, row = self.tables, self.tables.models[self.table], self.tables.by_key[self.table][self.key]
        citations = tables.citations(self.table, self.key)
        whole = [each for each in citations if not each["column_name"] and each["stance"] == "supports"]
        backed = self._marks(iter(whole))
        filled = [
            field
            for field in model.fields
            if row[field.name] is not None and field.name not in (tables.key(self.table), *OWN_WORDS)
        ]
        facts = [self._fact(field, row[field.name], citations) for field in filled]
        told = {field.name for field in filled}
        also = self._marks(each for each in citations if each not in whole and each["column_name"] not in told)
        groups = [self._group(link) for link in tables.links(self.table, self.key)]
        notes = [row["note"], *(each.get("note") for link in tables.links(self.table, self.key) for each in link.rows)]
        searches = {found["search_id"]: found for note in notes for found in tables.searches(note)}
        evidence = [each for _, each in self.evidence.values()]
        other = "fr" if self.lang == "en" else "en"
        return {
            "t": self.t,
            "lang": self.lang,
            "root": self.root,
            "key": self.key,
            "table": self.table,
            "table_title": title(model, self.lang),
            "name": tables.name(self.table, self.key, self.lang),
            "summary": row["summary"],
            "other": Text(other, self.root + address(self.table, self.key, other)),
            "facts": facts,
            "note": row["note"],
            "whole": backed,
            "also": also,
            "empty": self._empty(row),
            "groups": groups,
            "unserved": self.table == "objectives"
            and not any(group.table == "commitment_objectives" for group in tables.links(self.table, self.key)),
            "searches": [self._told("searches", found) for found in searches.values()],
            "evidence": [self._citation(each) for each in evidence],
            "citation": citation(tables.dataset),
            "linked_data": Markup(linked_data(tables, self.table, self.key, self.lang, evidence)),
        }

    def _marks(self, citations: Iterator[Row]) -> list[int]:
        """Return the numbers of citations in the list of evidence; alike ones have the same."""
        told = ("source_id", "locator", "citation_basis", "stance", "other_value", "note")
        numbers = []
        for each in citations:
            place = tuple(each[name] for name in told)
            numbers.append(self.evidence.setdefault(place, (len(self.evidence) + 1, each))[0])
        return sorted(set(numbers))

    def _fact(self, field: Field, value: Any, citations: list[Row]) -> Fact:
        of_column = [each for each in citations if each["column_name"] == field.name]
        others = [
            (self._value(self.table, field, each["other_value"]).text, number)
            for each in of_column
            if each["stance"] == "contradicts"
            for number in self._marks(iter([each]))
        ]
        marks = self._marks(each for each in of_column if each["stance"] == "supports")
        return Fact(self._title(self.table, field), self._value(self.table, field, value), marks, others)

    def _empty(self, row: Row) -> list[tuple[str, list[str]]]:
        """Return what an empty cell means, with the columns of which it holds."""
        found: dict[str, list[str]] = {}
        for field in self.tables.models[self.table].fields:
            if row[field.name] is None and field.name not in OWN_WORDS:
                meaning = empty(field, self.lang) or self.t["a_not_said"]
                found.setdefault(meaning, []).append(self._title(self.table, field))
        return sorted(found.items(), key=lambda each: -len(each[1]))

    def _title(self, table: str, field: Field) -> str:
        words = title(field, self.lang)
        return without_id(words) if field.name in self.tables.targets[table] else words

    def _value(self, table: str, field: Field, value: Any) -> Text:
        """Return a cell in words."""
        if isinstance(value, bool):
            return Text(self.t["a_yes" if value else "a_no"])
        target = self.tables.targets[table].get(field.name)
        if target:
            return self._record(target, value)
        if field.name.endswith("_date"):
            return Text(date_text(value, self.t))
        if field.format == "uri" and value.startswith(("https://", "http://")):
            return Text(value, value)
        return Text(label(field, str(value), self.lang))

    def _cell(self, table: str, field: Field, row: Row) -> Text | None:
        value = row[field.name]
        if value is not None and field.name.endswith("record_id"):
            return self._record(row["table_name"], value)
        return None if value is None else self._value(table, field, value)

    def _record(self, table: str, key: str) -> Text:
        has_page = table in PAGES and key in self.tables.by_key[table]
        return Text(self.tables.name(table, key, self.lang), f"../{table}/{key}.html" if has_page else None)

    def _told(self, table: str, row: Row) -> dict[str, str]:
        """Return a row in words, by column; the empty text for an empty cell."""
        fields = self.tables.models[table].fields
        return {each.name: self._value(table, each, row[each.name]).text if row[each.name] else "" for each in fields}

    def _group(self, link: Link) -> Group:
        model, key = self.tables.models[link.table], self.tables.key(link.table)
        heading = title(model, self.lang)
        if link.column not in (self.tables.key(self.table), "record_id"):
            heading = self.t["a_group"].format(heading, self._title(link.table, model.by_name[link.column]))
        own = link.table in PAGES
        fields = brief(model.fields) if own else model.fields
        skipped = (key, link.column, "table_name", *(("record_id",) if link.column == "record_id" else ()))
        fields = [
            field
            for field in fields
            if field.name not in skipped and any(row[field.name] is not None for row in link.rows)
        ]
        heads = [self._title(link.table, field) for field in fields]
        lines = []
        for row in sorted(link.rows, key=lambda row: when(row, fields)):
            cells = [self._cell(link.table, field, row) for field in fields]
            if own:
                cells.insert(0, self._record(link.table, row[key]))
            marks = [] if own else self._marks(iter(self.tables.citations(link.table, row[key])))
            lines.append((cells, marks))
        return Group(heading, [self.t["a_name"], *heads] if own else heads, lines, marked=not own)

    def _citation(self, row: Row) -> dict[str, Any]:
        """Return one entry of the list of evidence."""
        source = self.tables.by_key["sources"][row["source_id"]]
        href = source["canonical_url"] or source["observed_url"] or ""
        field = self.tables.models[row["table_name"]].by_name.get(row["column_name"] or "")
        other = field and row["other_value"] and self._value(row["table_name"], field, row["other_value"]).text
        return {
            "source": self._told("sources", source),
            "href": href if href.startswith(("https://", "http://")) else None,
            "column": field and self._title(row["table_name"], field),
            "other": other or row["other_value"],
            "language": source["language_code"],
            "contradicts": row["stance"] == "contradicts",
            **self._told("citations", row),
        }
