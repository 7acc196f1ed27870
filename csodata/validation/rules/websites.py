"""Which new rows have the address of a published record."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from csodata.validation.records import Record
from csodata.validation.rules.apart import are_siblings, are_two
from csodata.validation.rules.world import World

SITES = ("actors", "forums")  # whose address is a website of their own; a document is one page of somebody else's
FRONT = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?)?", re.I)  # the path of a front page, of a language perhaps


def same_websites(world: World, table: str, new: Sequence[Record]) -> Iterator[tuple[Record, str, Record]]:
    """Yield the new rows with an address that belongs to exactly one published record: row, column and that record.

    The same page is one record's own. So is the same host, where one of the two addresses is its front page: two pages
    under one host may be anybody's, as those of un.org or facebook.com are.
    """
    columns = [name for name in world.schemas[table].names if name.endswith("_url")]
    pages: dict[_Page, dict[str, Record]] = defaultdict(dict)
    hosts: dict[str, dict[str, tuple[Record, _Page]]] = defaultdict(dict)
    for row in world.rows(table):
        if (table, world.key(row)) in (world.published or ()):
            for _, page in _pages(row, columns):
                pages[page][world.key(row)] = row
                hosts[page.host][world.key(row)] = (row, page)
    for row in new:
        for column, page in _pages(row, columns):
            alike = list(pages.get(page, {}).values())
            sites = list(hosts.get(page.host, {}).values())
            if not alike and table in SITES and len(sites) == 1 and (page.is_front or sites[0][1].is_front):
                alike = [sites[0][0]]
            if len(alike) == 1 and not are_two(world, row, alike[0]) and not are_siblings(world, row, alike[0]):
                yield row, column, alike[0]


class _Page(NamedTuple):
    host: str
    path: str
    query: str

    @property
    def is_front(self) -> bool:
        return bool(FRONT.fullmatch(self.path))


def _pages(row: Record, columns: Sequence[str]) -> Iterator[tuple[str, _Page]]:
    """Yield the addresses of a record that have a host, by column."""
    for column in columns:
        try:
            parts = urlsplit(row[column])
            host = (parts.hostname or "").removeprefix("www.").rstrip(".")
        except ValueError:
            continue  # the column's own check says what is wrong with it
        if host:
            yield column, _Page(host, parts.path.rstrip("/"), parts.query)
