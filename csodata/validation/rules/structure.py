"""Rules of structure: wholes and parts, series and editions, promises and asks with their people."""

from collections.abc import Iterator

from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

PROMISES = ("commitment", "pledge")
ASKS = ("recommendation", "demand")
NO_ADDRESSEE = ("addressee", "destinataire")  # the words by which a note says that none is given


def no_cycles(world: World) -> Iterator[Problem]:
    """Yield the records that are their own ancestors through parents or series."""
    for record in world.focus:
        for column in _upward(world, record):
            path = _way_back(world, record, column)
            if path:
                yield problem_in(record, "cycle", column, detail=" → ".join(path))


def _upward(world: World, record: Record) -> list[str]:
    """Return the columns through which a record says of which whole, or of which series, it is a part."""
    references = world.schemas[record.table].references
    return [
        column
        for column, target in references.items()
        if target == "" and column.startswith(("parent_", "series_")) and record[column]
    ]


def _way_back(world: World, record: Record, column: str) -> list[str] | None:
    """Return the ids from a record up to itself, beginning through `column`, or None."""
    start = world.key(record)
    ways, seen = [[start, record[column]]], set()
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        above = world.by_key.get((record.table, way[-1]))
        if above is None or way[-1] in seen:
            continue
        seen.add(way[-1])
        ways += [[*way, above[up]] for up in _upward(world, above)]
    return None


def editions_have_series(world: World) -> Iterator[Problem]:
    """Yield the forums with an edition and no series."""
    for record in world.focus_on("forums"):
        if record["edition"] and not record["series_forum_id"]:
            yield problem_in(record, "edition-without-series", "edition")


def objectives_have_holders(world: World) -> Iterator[Problem]:
    """Yield the objectives that belong to nothing."""
    for record in world.focus_on("objectives"):
        if not (record["forum_id"] or record["actor_id"] or record["instrument_id"]):
            yield problem_in(record, "objective-without-holder")


def commitments_match_others(world: World) -> Iterator[Problem]:
    """Yield the commitments that match themselves."""
    for record in world.focus_on("commitments"):
        if record["matches_commitment_id"] and record["matches_commitment_id"] == record["commitment_id"]:
            yield problem_in(record, "matches-itself", "matches_commitment_id")


def commitments_have_people(world: World) -> Iterator[Problem]:
    """Yield the promises without a maker, and the asks without an addressee."""
    roles: dict[str, set[str]] = {}
    for link in world.rows("commitment_actors"):
        roles.setdefault(link["commitment_id"], set()).add(link["commitment_role"])
    for record in world.focus_on("commitments"):
        act, has = record["speech_act"], roles.get(record["commitment_id"], set())
        if act in PROMISES and "maker" not in has:
            yield problem_in(record, "promise-without-maker", "speech_act", detail=act)
        said = any(word in record["note"].casefold() for word in NO_ADDRESSEE)
        if act in ASKS and "addressee" not in has and not said:
            yield problem_in(record, "ask-without-addressee", "speech_act", detail=act)
