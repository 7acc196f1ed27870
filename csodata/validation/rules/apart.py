"""What tells two records of a table apart, so that they may bear the same name: editions, parts, yearly reports."""

import re

from csodata.edtf import Bounds, bounds
from csodata.errors import BadDateError
from csodata.folding import folded
from csodata.validation.records import Record
from csodata.validation.rules.world import World

# Where two records have one of these filled in, and differently, they are two.
APART = {
    "actors": ("country_code",),
    "forums": ("edition", "series_forum_id", "parent_forum_id", "country_code"),
    "instruments": ("document_symbol", "parent_instrument_id", "adopted_at_forum_id"),
    "sources": ("publisher", "canonical_url"),  # many a page is called "About us"
}
SAME_PAGE = re.compile(r"https?://(?:www\.)?|/$", re.I)  # what may differ between two addresses of one page
# The date of a record is the first of these that is filled in.
DATES = {
    "forums": ("start_date", "planned_start_date"),
    "instruments": ("adopted_date",),
    "sources": ("published_date",),
}


def are_two(world: World, one: Record, other: Record) -> bool:
    """Tell whether two records say themselves that they are two: one is above the other, or they differ in what counts.

    Records of editions and parts may bear the same name.
    """
    for low, high in ((one, other), (other, one)):
        if low.table == high.table and world.key(high) in [low[name] for name in _upward(world, low.table)]:
            return True
    columns = APART.get(one.table, ())
    if any(one[name] and other[name] and _told(one[name]) != _told(other[name]) for name in columns):
        return True
    (first, last), (others_first, others_last) = _date(one), _date(other)
    return bool((last and others_first and last < others_first) or (others_last and first and others_last < first))


def are_siblings(world: World, one: Record, other: Record) -> bool:
    """Tell whether two records have the same parent, or belong to the same series."""
    return any(one[name] and one[name] == other[name] for name in _upward(world, one.table))


def _told(cell: str) -> str:
    return folded(SAME_PAGE.sub("", cell))


def _upward(world: World, table: str) -> list[str]:
    return [column for column, target in world.schemas[table].references.items() if target == ""]


def _date(record: Record) -> Bounds:
    text = next((record[column] for column in DATES.get(record.table, ()) if record[column]), "")
    try:
        return bounds(text) if text else (None, None)
    except BadDateError:
        return None, None
