"""Rules of identity: one name, one actor; one fact, one row."""

from collections import defaultdict
from collections.abc import Iterator

from csodata.folding import folded
from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

# Links and histories, where the key says nothing that the other columns do not say.
FACT_TABLES = (
    "participations commitment_actors commitment_objectives commitment_updates instruments instrument_actors "
    "actor_relations forum_relations objective_links classifications access counts names"
).split()


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
        holders[folded(record["name"])][actor_id] = None
    holders.pop("", None)  # a name without a letter or a digit is like no other
    focus = set(map(id, world.focus))
    for record, actor_id in named:
        others = [other for other in holders.get(folded(record["name"]), ()) if other != actor_id]
        if others and id(record) in focus:
            yield problem_in(record, "same-name", "name", detail=others[0])


def pairs_are_of_two(world: World) -> Iterator[Problem]:
    """Yield the pairs of records judged to be different that have one record twice."""
    for record in world.focus_on("distinct_pairs"):
        if record["record_id"] and record["record_id"] == record["other_record_id"]:
            yield problem_in(record, "paired-with-itself", "other_record_id")


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
