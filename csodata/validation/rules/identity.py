"""Rules of identity: one name, one actor; one fact, one row."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

FACT_TABLES = (  # links and histories, where the key says nothing that the other columns do not say
    "participations commitment_actors commitment_objectives commitment_updates instrument_actors actor_relations "
    "forum_relations objective_links classifications access counts names"
).split()


def folded(name: str) -> str:
    """Return a name without case, accents, punctuation and blanks: what is left is equal for equal names."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum() or unicodedata.category(c) in ("Mc", "Lo"))


def names_are_one_actors(world: World) -> Iterator[Problem]:
    """Yield the names of actors, acronyms excepted, that belong to another actor too."""
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    named: list[tuple[Record, str]] = [(actor, actor["actor_id"]) for actor in world.rows("actors")]
    named += [
        (name, name["record_id"])
        for name in world.rows("names")
        if name["table_name"] == "actors" and name["name_type"] != "acronym"
    ]
    for record, actor_id in named:
        if record["name"]:
            holders[folded(record["name"])][actor_id] = None
    focus = set(map(id, world.focus))
    for record, actor_id in named:
        others = [other for other in holders[folded(record["name"])] if other != actor_id] if record["name"] else []
        if others and id(record) in focus:
            yield problem_in(record, "same-name", "name", detail=others[0])


def facts_stand_once(world: World) -> Iterator[Problem]:
    """Yield the rows of links and histories that are alike in every column but key and note."""
    focus = set(map(id, world.focus))
    for table in FACT_TABLES:
        if table not in world.schemas:
            continue
        columns = [name for name in world.schemas[table].names[1:] if name != "note"]
        first: dict[tuple[str, ...], Record] = {}
        for record in sorted(world.rows(table), key=lambda record: id(record) in focus):
            earlier = first.setdefault(tuple(record[column] for column in columns), record)
            if earlier is not record and id(record) in focus:
                yield problem_in(record, "repeated-fact", detail=world.key(earlier))
