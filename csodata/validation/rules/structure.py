"""Rules of structure: wholes and parts, series and editions, promises and asks with their people."""

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from csodata.report import Problem
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World

PROMISES = ("commitment", "pledge")
ASKS = ("recommendation", "demand")
# How a note says that none is given; that it speaks of an addressee is not enough.
NO_ADDRESSEE = re.compile(r"\bno addressee\b|\b(?:aucun|pas de|sans) destinataire\b", re.I)


def no_cycles(world: World) -> Iterator[Problem]:
    """Yield the records that are their own ancestors through parents or series."""
    for table, schema in world.schemas.items():
        upward = [
            column
            for column, target in schema.references.items()
            if target == "" and column.startswith(("parent_", "series_"))
        ]
        if not upward:
            continue
        above: dict[str, list[str]] = {}
        for record in world.rows(table):
            above.setdefault(world.key(record), []).extend(record[column] for column in upward if record[column])
        try:
            TopologicalSorter(above).prepare()  # nearly every table: no ring at all
        except CycleError:
            for record in world.focus_on(table):
                for column in upward:
                    way = _way(above, record[column], world.key(record))
                    if way:
                        yield problem_in(record, "cycle", column, detail=" → ".join([world.key(record), *way]))


def _way(above: Mapping[str, Sequence[str]], first: str, last: str) -> list[str]:
    """Return the ids of the shortest way up from one to another; none where there is no way."""
    before: dict[str, str | None] = {first: None}
    queue = [first]
    for here in queue:
        if here == last:
            way: list[str] = []
            step: str | None = here
            while step is not None:
                way.append(step)
                step = before[step]
            return way[::-1]
        for up in above.get(here, ()):
            if up not in before:
                before[up] = here
                queue.append(up)
    return []


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
        if act in ASKS and "addressee" not in has and not NO_ADDRESSEE.search(record["note"]):
            yield problem_in(record, "ask-without-addressee", "speech_act", detail=act)
